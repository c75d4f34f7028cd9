package dev.skerry.blob.upkeep;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoreListener.UpkeepKind;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every part file through and compares what is stored with its SHA-256, for which it needs no keys, slot by slot
 * in the order of blob ids, so that a round can be broken off and gone on with. It reports what is damaged, missing or
 * cannot be read, and goes on. It writes nothing: in a cluster the parts it is given have each part written again that
 * a reader finds lost, from another node's copy; a node that is alone has no other copy.
 */
public final class Scrubber {
    private static final Logger log = LoggerFactory.getLogger(Scrubber.class);
    private static final int BATCH = 16;

    private final MetadataStore metadata;
    private final PartStore parts;
    private final InstantSource time;
    private final StoreListener listener;

    /** When the end of a slot was last reached. */
    private final Map<SlotId, Instant> ends = new ConcurrentHashMap<>();

    /** A scrubber of everything in {@code metadata}. */
    public Scrubber(MetadataStore metadata, PartStore parts, InstantSource time, StoreListener listener) {
        this.metadata = metadata;
        this.parts = parts;
        this.time = time;
        this.listener = listener;
    }

    /**
     * Where a round stands: slots below {@code slot} are done, in it all blobs up to {@code after}, and the first parts
     * of one behind that, for a large blob can take days. None of them need be there any more.
     *
     * @param after or null for none
     * @param begun the blob of which some parts are done, or null for none
     * @param parts how many of it are
     */
    public record Position(
            int slot, @Nullable BlobId after, @Nullable BlobId begun, int parts) {
        /** Before everything. */
        public static final Position START = new Position(0, null, null, 0);

        public Position {
            if (slot < 0 || parts < 0) {
                throw new IllegalArgumentException(
                        "place of a scrub: slot " + slot + ", parts " + parts + " (expected: 0 or more)");
            }
        }
    }

    /**
     * A part that is not what was written.
     *
     * @param blobId of the generation it belongs to
     */
    public record Damage(SlotId slot, BlobId blobId, int partIndex, String detail) {}

    /**
     * What was done of a round.
     *
     * @param reached where to go on, or null where the round is over
     */
    public record Progress(@Nullable Position reached, long parts, long bytes, List<Damage> damaged) {
        public Progress {
            damaged = List.copyOf(damaged);
        }
    }

    /**
     * Goes on with a round, until it is over, {@code maxBytes} were read or {@code pace} says to stop.
     *
     * @param bytesPerSecond how fast at the most
     */
    public Progress scrub(Position from, long maxBytes, long bytesPerSecond, Pace pace) {
        Tally tally = new Tally(maxBytes, bytesPerSecond, pace);
        for (SlotId slot : metadata.slots()) {
            if (slot.value() < from.slot() || metadata.quarantined().containsKey(slot)) {
                continue;
            }
            Position at = slot.value() == from.slot() ? from : new Position(slot.value(), null, null, 0);
            Position reached = scrub(slot, at, tally);
            if (reached != null) {
                return tally.progress(reached);
            }
            ends.put(slot, time.instant());
        }
        return tally.progress(null);
    }

    /** Where it was broken off in a slot, or null where that is done. */
    private @Nullable Position scrub(SlotId slot, Position at, Tally tally) {
        BlobId after = at.after();
        while (true) {
            List<StoredBlob> blobs = metadata.contents(slot, after, BATCH);
            for (StoredBlob blob : blobs) {
                BlobId blobId = blob.meta().blobId();
                int done = blobId.equals(at.begun()) ? at.parts() : 0;
                List<PartRef> refs = blob.content() instanceof BlobContent.Parts(List<PartRef> all) ? all : List.of();
                for (; done < refs.size(); done++) {
                    if (!tally.goesOn()) {
                        return new Position(slot.value(), after, blobId, done);
                    }
                    scrub(slot, blob, refs.get(done), tally);
                }
                after = blobId;
            }
            if (blobs.size() < BATCH) {
                return null;
            }
        }
    }

    /** How long ago the last part of a slot was read; nothing where that is not known. */
    public Optional<Duration> sinceEndOf(SlotId slot) {
        return Optional.ofNullable(ends.get(slot))
                .map(end -> Duration.between(end, time.instant()))
                .map(since -> since.isNegative() ? Duration.ZERO : since);
    }

    /** When the end of each slot was last reached, of those of which that is known. */
    Map<SlotId, Instant> ends() {
        return Map.copyOf(ends);
    }

    /** Learns of ends that were reached before the start. */
    void remember(Map<SlotId, Instant> earlier) {
        earlier.forEach(ends::putIfAbsent);
    }

    /** What one call has come to. */
    private static final class Tally {
        private final long maxBytes;
        private final long bytesPerSecond;
        private final Pace pace;
        private final List<Damage> damaged = new ArrayList<>();
        private long parts;
        private long bytes;

        Tally(long maxBytes, long bytesPerSecond, Pace pace) {
            this.maxBytes = maxBytes;
            this.bytesPerSecond = bytesPerSecond;
            this.pace = pace;
        }

        boolean goesOn() {
            return bytes < maxBytes && pace.goesOn();
        }

        /** Waits for what is left of the time that a part takes at this rate. */
        void count(PartRef part, long tookNanos) {
            parts++;
            bytes += part.storedLengthBytes();
            long dueNanos = (long) (part.storedLengthBytes() * 1e9 / bytesPerSecond);
            pace.pause(Duration.ofNanos(dueNanos - tookNanos));
        }

        Progress progress(@Nullable Position reached) {
            return new Progress(reached, parts, bytes, damaged);
        }
    }

    private void scrub(SlotId slot, StoredBlob blob, PartRef part, Tally tally) {
        long began = System.nanoTime();
        Optional<String> wrong = examine(slot, part);
        // the blob may have gone, with its files, since it was listed
        if (wrong.isPresent() && stillRefers(slot, blob, part)) {
            BlobId blobId = blob.meta().blobId();
            log.error("part is damaged, slot={} blob={} part={} {}", slot, blobId, part.index(), wrong.get());
            tally.damaged.add(new Damage(slot, blobId, part.index(), wrong.get()));
        }
        listener.upkeep(UpkeepKind.PART_SCRUBBED, 1, part.storedLengthBytes());
        tally.count(part, System.nanoTime() - began);
    }

    private boolean stillRefers(SlotId slot, StoredBlob blob, PartRef part) {
        return metadata.byBlobId(slot, blob.meta().blobId())
                .filter(now -> now.content() instanceof BlobContent.Parts(List<PartRef> refs)
                        && refs.stream().anyMatch(ref -> ref.place().equals(part.place())))
                .isPresent();
    }

    /** What is wrong with a part, if anything is. */
    private Optional<String> examine(SlotId slot, PartRef part) {
        MessageDigest sha256 = sha256();
        try (PartReader reader = parts.open(slot, part)) {
            long offset = 0;
            while (offset < part.storedLengthBytes()) {
                ByteBuffer run = reader.read(offset, part.storedLengthBytes());
                offset += run.remaining();
                sha256.update(run);
            }
        } catch (StoreException e) {
            return switch (e.failure()) {
                case StoreFailure.Corrupt(String detail) -> Optional.of(detail);
                // one sector that cannot be read must not keep what lies behind it from being read
                case StoreFailure.StorageFault(String detail) -> Optional.of(detail);
                default -> throw e;
            };
        }
        String actual = HexFormat.of().formatHex(sha256.digest());
        if (actual.equals(part.sha256().hex())) {
            return Optional.empty();
        }
        // every block fits its checksum: then the row is damaged, not the file
        String detail = "sha256 " + actual + " (expected: " + part.sha256() + ")";
        listener.damaged(detail);
        return Optional.of(detail);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
