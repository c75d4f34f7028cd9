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
 * in the order of blob ids, so that a round can be broken off and gone on with. It reports damage; a single node has no
 * other copy to repair from.
 */
public final class Scrubber {
    private static final Logger log = LoggerFactory.getLogger(Scrubber.class);
    private static final int BATCH = 16;

    private final MetadataStore metadata;
    private final PartStore parts;
    private final StoreListener listener;

    /** When the end of a slot was last reached, in nanoseconds of the JVM. */
    private final Map<SlotId, Long> ends = new ConcurrentHashMap<>();

    /** A scrubber of everything in {@code metadata}. */
    public Scrubber(MetadataStore metadata, PartStore parts, StoreListener listener) {
        this.metadata = metadata;
        this.parts = parts;
        this.listener = listener;
    }

    /**
     * Where a round stands: slots below {@code slot} are done, and in it all blobs up to {@code after}.
     *
     * @param after or null for none
     */
    public record Position(int slot, @Nullable BlobId after) {
        /** Before everything. */
        public static final Position START = new Position(0, null);
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
        Tally tally = new Tally(bytesPerSecond, pace);
        @Nullable BlobId after = from.after();
        for (SlotId slot : metadata.slots()) {
            if (slot.value() < from.slot() || metadata.quarantined().containsKey(slot)) {
                continue;
            }
            if (slot.value() > from.slot()) {
                after = null;
            }
            while (true) {
                List<StoredBlob> blobs = metadata.contents(slot, after, BATCH);
                for (StoredBlob blob : blobs) {
                    scrub(slot, blob, tally);
                    if (!pace.goesOn()) {
                        return tally.progress(new Position(slot.value(), after));
                    }
                    after = blob.meta().blobId();
                    if (tally.bytes >= maxBytes) {
                        return tally.progress(new Position(slot.value(), after));
                    }
                }
                if (blobs.size() < BATCH) {
                    break;
                }
            }
            ends.put(slot, System.nanoTime());
        }
        return tally.progress(null);
    }

    /** How long ago the last part of a slot was read; nothing where that was not since this was made. */
    public Optional<Duration> sinceEndOf(SlotId slot) {
        return Optional.ofNullable(ends.get(slot)).map(end -> Duration.ofNanos(System.nanoTime() - end));
    }

    /** What one call has come to. */
    private static final class Tally {
        private final long bytesPerSecond;
        private final Pace pace;
        private final List<Damage> damaged = new ArrayList<>();
        private long parts;
        private long bytes;

        Tally(long bytesPerSecond, Pace pace) {
            this.bytesPerSecond = bytesPerSecond;
            this.pace = pace;
        }

        Progress progress(@Nullable Position reached) {
            return new Progress(reached, parts, bytes, damaged);
        }
    }

    private void scrub(SlotId slot, StoredBlob blob, Tally tally) {
        if (!(blob.content() instanceof BlobContent.Parts(List<PartRef> refs))) {
            return;
        }
        for (PartRef part : refs) {
            if (!tally.pace.goesOn()) {
                return;
            }
            Optional<String> wrong = examine(slot, part);
            // the blob may have gone, with its files, since it was listed
            if (wrong.isPresent() && stillRefers(slot, blob, part)) {
                BlobId blobId = blob.meta().blobId();
                log.error("part is damaged, slot={} blob={} part={} {}", slot, blobId, part.index(), wrong.get());
                tally.damaged.add(new Damage(slot, blobId, part.index(), wrong.get()));
            }
            tally.parts++;
            tally.bytes += part.storedLengthBytes();
            listener.upkeep(UpkeepKind.PART_SCRUBBED, 1, part.storedLengthBytes());
            tally.pace.pause(
                    Duration.ofNanos((long) (part.storedLengthBytes() * 1e9 / Math.max(1, tally.bytesPerSecond))));
        }
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
