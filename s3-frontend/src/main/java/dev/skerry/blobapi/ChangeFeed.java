package dev.skerry.blobapi;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The logs of all slots and of the catalog as one feed. Events of one source come in order of their sequence, and a
 * path has one source, so a path's events come in order; across sources a batch is ordered by time.
 *
 * <p>A subscriber that holds a cursor misses nothing and sees nothing twice. Where its log was trimmed beyond the
 * cursor, or the cursor is ahead of the log (another store, or one restored from a copy), it is told instead. While a
 * slot is out of service its events stay away, and that is told too.
 */
final class ChangeFeed {
    private static final Comparator<SequencedEvent> BY_TIME = Comparator.comparing(
                    (SequencedEvent event) -> event.event().hlc())
            .thenComparingInt(SequencedEvent::source)
            .thenComparingLong(SequencedEvent::sequence);

    private final MetadataStore metadata;
    private final Catalog catalog;
    private final FeedSignal signal;

    ChangeFeed(MetadataStore metadata, Catalog catalog, FeedSignal signal) {
        this.metadata = metadata;
        this.catalog = catalog;
        this.signal = signal;
    }

    /** Every source there is. */
    SortedSet<Integer> sources() {
        SortedSet<Integer> sources = new TreeSet<>();
        sources.add(SequencedEvent.CATALOG);
        metadata.slots().forEach(slot -> sources.add(slot.value()));
        return sources;
    }

    /** The sources whose events stay away until their slots are back in service. */
    SortedSet<Integer> outOfService() {
        SortedSet<Integer> sources = new TreeSet<>();
        metadata.quarantined().keySet().forEach(slot -> sources.add(slot.value()));
        return sources;
    }

    /** Before the oldest event there still is. */
    FeedCursor oldest() {
        SortedMap<Integer, Long> sequences = new TreeMap<>();
        for (int source : sources()) {
            // asked before the log is read: an event that comes after the reading is not before the cursor
            long newest = newest(source);
            List<SequencedEvent> first = read(source, 0, 1);
            sequences.put(source, first.isEmpty() ? newest : first.getFirst().sequence() - 1);
        }
        return FeedCursor.of(sequences);
    }

    /** After the newest event. */
    FeedCursor now() {
        SortedMap<Integer, Long> sequences = new TreeMap<>();
        for (int source : sources()) {
            sequences.put(source, newest(source));
        }
        return FeedCursor.of(sequences);
    }

    /**
     * The next events after a cursor, at most {@code limit}; empty where there are none yet.
     *
     * @throws ApiException with {@code CURSOR_EXPIRED}
     */
    List<SequencedEvent> read(FeedCursor cursor, int limit) {
        List<SequencedEvent> events = new ArrayList<>();
        SortedSet<Integer> outOfService = outOfService();
        for (int source : cursor.sources()) {
            if (outOfService.contains(source)) {
                continue;
            }
            long after = cursor.after(source);
            long newest = newest(source);
            if (newest < after) {
                throw expired("is ahead of the log");
            }
            if (newest == after) {
                continue;
            }
            List<SequencedEvent> run = read(source, after, limit);
            if (run.isEmpty() || run.getFirst().sequence() != after + 1) {
                throw expired("is older than what the log still holds");
            }
            events.addAll(run);
        }
        events.sort(BY_TIME);
        return inOrder(events, limit);
    }

    /**
     * The first {@code limit} by time. Were two events of one source out of order by time, that source's would still
     * come by sequence: each place a source has by time is filled with its next by sequence.
     */
    private static List<SequencedEvent> inOrder(List<SequencedEvent> byTime, int limit) {
        SortedMap<Integer, List<SequencedEvent>> bySource = new TreeMap<>();
        for (SequencedEvent event : byTime) {
            bySource.computeIfAbsent(event.source(), _ -> new ArrayList<>()).add(event);
        }
        bySource.values().forEach(run -> run.sort(Comparator.comparingLong(SequencedEvent::sequence)));
        List<SequencedEvent> ordered = new ArrayList<>();
        SortedMap<Integer, Integer> taken = new TreeMap<>();
        for (SequencedEvent event : byTime.subList(0, Math.min(limit, byTime.size()))) {
            int place = taken.merge(event.source(), 1, Integer::sum) - 1;
            ordered.add(bySource.getOrDefault(event.source(), List.of()).get(place));
        }
        return ordered;
    }

    private long newest(int source) {
        return signal.newest(source).orElseGet(() -> {
            long sequence = source == SequencedEvent.CATALOG
                    ? catalog.lastSequence()
                    : metadata.lastSequence(new SlotId(source));
            signal.reached(source, sequence);
            return sequence;
        });
    }

    private List<SequencedEvent> read(int source, long after, int limit) {
        return source == SequencedEvent.CATALOG
                ? catalog.events(after, limit)
                : metadata.events(new SlotId(source), after, limit);
    }

    private static ApiException expired(String why) {
        return new ApiException(
                ApiErrorCode.CURSOR_EXPIRED, "the cursor " + why + ": list what is there and go on with from=now");
    }
}
