package dev.skerry.blob.upkeep;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoreListener.UpkeepKind;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what nobody can reach any more. One pass goes through the slots; in each it purges generations whose grace
 * is over, deletes the folders that were queued, sweeps folders that no commit ever referred to, and trims the change
 * feed.
 *
 * <p>The order keeps what is referred to: a folder is queued in the transaction that drops the last row about it; it is
 * deleted only after the readers' grace, and only if no row refers to it then. A folder without a row is swept only if
 * it is older than any write can take and no staging has it open; rows are asked after the folder was seen, so a commit
 * in between is noticed. Before files go, everything that led to it is made durable, or a power cut could bring back a
 * row whose files are gone. Times are compared with the hybrid clock that made them, so that a clock set back takes
 * nothing early.
 */
public final class GarbageCollector {
    private static final Logger log = LoggerFactory.getLogger(GarbageCollector.class);

    /** The longest queue a sweep is made beside. */
    private static final int MAX_QUEUED = 10_000;

    private final MetadataStore metadata;
    private final CommitLog commits;
    private final PartStore parts;
    private final PlacementPolicy placement;
    private final HlcClock clock;
    private final UpkeepSettings settings;
    private final StoreListener listener;

    /** What garbage collection works on. */
    public record Ports(
            MetadataStore metadata, CommitLog log, PartStore parts, PlacementPolicy placement, HlcClock clock) {}

    /** A collector that was told nothing yet. */
    public GarbageCollector(Ports ports, UpkeepSettings settings, StoreListener listener) {
        this.metadata = ports.metadata();
        this.commits = ports.log();
        this.parts = ports.parts();
        this.placement = ports.placement();
        this.clock = ports.clock();
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * What one pass did.
     *
     * @param generations purged
     * @param folders of purged or replaced files deleted
     * @param leftovers of failed writes deleted
     * @param events trimmed
     * @param failedSlots where it broke off; the next pass tries again
     */
    public record Summary(long generations, long folders, long leftovers, long events, int failedSlots) {
        static final Summary NOTHING = new Summary(0, 0, 0, 0, 0);

        Summary plus(Summary other) {
            return new Summary(
                    generations + other.generations,
                    folders + other.folders,
                    leftovers + other.leftovers,
                    events + other.events,
                    failedSlots + other.failedSlots);
        }
    }

    /**
     * Makes one pass; returns early where {@code pace} says to stop. One pass at a time.
     *
     * @param sweep whether folders on disk are compared with the rows, which takes a query for each
     */
    public Summary pass(Pace pace, boolean sweep) {
        listener.diskPressure(!parts.hasRoom(PartRef.MAX_PART_BYTES));
        Summary summary = Summary.NOTHING;
        for (SlotId slot : metadata.slots()) {
            if (!pace.goesOn()) {
                break;
            }
            if (metadata.quarantined().containsKey(slot)) {
                // whether anything refers to a folder cannot be told there
                summary = summary.plus(new Summary(0, 0, 0, 0, 1));
                continue;
            }
            if (metadata.unchecked().contains(slot)) {
                // nor yet there: a damaged index would say of every folder that nothing does
                continue;
            }
            try {
                summary = summary.plus(passOver(slot, pace, sweep));
            } catch (RuntimeException e) {
                // one damaged slot must not keep the others from being collected
                log.warn("garbage collection broke off in a slot, the next pass tries again, slot={}", slot, e);
                summary = summary.plus(new Summary(0, 0, 0, 0, 1));
            }
        }
        return summary;
    }

    private Summary passOver(SlotId slot, Pace pace, boolean sweep) {
        // room for less than one more part: writes are refused already, or will be
        boolean pressed = !parts.hasRoom(slot, PartRef.MAX_PART_BYTES);
        Instant now = clock.now().instant();
        long leftovers = sweep ? sweep(slot, now, pace) : 0;
        if (!commits.leads(slot)) {
            // what is decided for all replicas is decided by one of them
            return new Summary(0, 0, leftovers, 0, 0);
        }
        long generations = purge(slot, now, pressed, pace);
        long folders = deleteQueued(slot, now, pressed, pace);
        long events = trim(slot, now, pace);
        return new Summary(generations, folders, leftovers, events, 0);
    }

    private long purge(SlotId slot, Instant now, boolean pressed, Pace pace) {
        Instant hiddenBefore = now.minus(graceOf(settings.hiddenGrace(), pressed));
        Instant tombstonesBefore = now.minus(settings.tombstoneRetention());
        long purged = 0;
        boolean more = true;
        while (more && pace.goesOn()) {
            CommandResult result = commits.commit(
                    slot, new Command.Purge(origin(slot), hiddenBefore, tombstonesBefore, settings.batch()));
            if (!(result instanceof CommandResult.Purged batch)) {
                throw new IllegalStateException("purge of slot " + slot + ": " + result + " (expected: Purged)");
            }
            purged += batch.generations();
            more = batch.more();
            report(UpkeepKind.GENERATION_PURGED, batch.generations());
            pace.pause(more ? settings.pause() : Duration.ZERO);
        }
        return purged;
    }

    private long deleteQueued(SlotId slot, Instant now, boolean pressed, Pace pace) {
        Instant before = now.minus(graceOf(settings.readerGrace(), pressed));
        long deleted = 0;
        while (pace.goesOn()) {
            List<BlobId> queued = metadata.garbage(slot, before, settings.batch());
            if (queued.isEmpty()) {
                break;
            }
            commits.commit(slot, new Command.Barrier(origin(slot)));
            for (BlobId folder : queued) {
                // a row that refers to it queues it again when it goes
                if (!metadata.references(slot, folder)) {
                    parts.discard(slot, folder);
                    deleted++;
                    report(UpkeepKind.FOLDER_DELETED, 1);
                }
            }
            commits.commit(slot, new Command.ForgetGarbage(origin(slot), Set.copyOf(queued)));
            pace.pause(settings.pause());
        }
        return deleted;
    }

    private long sweep(SlotId slot, Instant now, Pace pace) {
        // those in the queue are kept for their readers; where it is long, let it be emptied first
        Instant always = now.plus(Duration.ofDays(36_500));
        Set<BlobId> queued = new HashSet<>(metadata.garbage(slot, always, MAX_QUEUED));
        if (queued.size() == MAX_QUEUED) {
            return 0;
        }
        Instant oldBefore = now.minus(settings.stagedGrace());
        AtomicLong seen = new AtomicLong();
        AtomicLong swept = new AtomicLong();
        parts.folders(slot, folder -> {
            if (!pace.goesOn()) {
                return;
            }
            if (isOlder(folder, oldBefore) && !queued.contains(folder) && !metadata.references(slot, folder)) {
                parts.discard(slot, folder);
                swept.incrementAndGet();
                report(UpkeepKind.LEFTOVER_SWEPT, 1);
            }
            if (seen.incrementAndGet() % settings.batch() == 0) {
                pace.pause(settings.pause());
            }
        });
        return swept.get();
    }

    private static boolean isOlder(BlobId folder, Instant before) {
        try {
            return BlobIds.timeOf(folder).instant().isBefore(before);
        } catch (IllegalArgumentException _) {
            // a time that no clock of ours gives: a name of somebody else's
            return false;
        }
    }

    private long trim(SlotId slot, Instant now, Pace pace) {
        long tooMany = metadata.lastSequence(slot) - settings.maxEvents();
        Duration retention = settings.eventRetention();
        Instant before = retention == null ? Instant.EPOCH : now.minus(retention);
        long trimmed = 0;
        long upTo = 0;
        while (pace.goesOn()) {
            int count = 0;
            // behind those that were trimmed: a replica may show them for a moment more
            for (SequencedEvent event : metadata.events(slot, upTo, settings.batch())) {
                if (event.sequence() > tooMany && !event.event().hlc().instant().isBefore(before)) {
                    break;
                }
                upTo = event.sequence();
                count++;
            }
            if (count == 0) {
                break;
            }
            commits.commit(slot, new Command.TrimEvents(origin(slot), upTo));
            trimmed += count;
            report(UpkeepKind.EVENT_TRIMMED, count);
            pace.pause(settings.pause());
        }
        return trimmed;
    }

    private Duration graceOf(Duration usual, boolean pressed) {
        Duration pressedGrace = settings.pressedGrace();
        return pressed && pressedGrace.compareTo(usual) < 0 ? pressedGrace : usual;
    }

    private void report(UpkeepKind kind, long count) {
        if (count > 0) {
            listener.upkeep(kind, count, 0);
        }
    }

    private Command.Origin origin(SlotId slot) {
        return new Command.Origin(placement.groupOf(slot), clock.now(), BlobMeta.LOCAL_REGION, Durability.ALWAYS);
    }
}
