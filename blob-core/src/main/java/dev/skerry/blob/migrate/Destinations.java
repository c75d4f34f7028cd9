package dev.skerry.blob.migrate;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.migrate.LegacyStore.Generation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where an older generation goes: its path, with a bucket, and its id. Pure, so that every run finds the same. */
final class Destinations {
    /** A ULID from further in the future than this was not drawn from a clock. */
    private static final Duration MAX_AHEAD = Duration.ofDays(1);

    private final @Nullable String bucket;
    private final Predicate<String> legalBucket;

    Destinations(@Nullable String bucket, Predicate<String> legalBucket) {
        this.bucket = bucket;
        this.legalBucket = legalBucket;
    }

    /** The path it gets, if its old one gives a legal one. */
    Optional<BlobPath> path(String oldPath) {
        int slash = oldPath.indexOf('/');
        String name = bucket != null ? bucket : slash < 0 ? "" : oldPath.substring(0, slash);
        String key = bucket != null ? oldPath : oldPath.substring(slash + 1);
        int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (!legalBucket.test(name) || keyBytes < 1 || keyBytes > BlobPath.MAX_KEY_BYTES) {
            return Optional.empty();
        }
        return Optional.of(BlobPath.of(name, key));
    }

    /** Why {@link #path} gave none, and what to do about it. */
    String remedy(String oldPath) {
        int keyBytes = oldPath.getBytes(StandardCharsets.UTF_8).length;
        if (bucket != null) {
            return legalBucket.test(bucket)
                    ? "a key of " + keyBytes + " bytes (expected: 1.." + BlobPath.MAX_KEY_BYTES
                            + "); rename it in the older store"
                    : "bucket " + bucket + " is no legal name; give another with --bucket";
        }
        return "its first segment is no legal bucket name or nothing follows it; give one bucket for all paths with"
                + " --bucket NAME";
    }

    /** The id it had, if that is one. */
    static Optional<BlobId> keptId(Generation old, Instant now) {
        return Optional.ofNullable(old.id())
                .filter(BlobId::isValid)
                .map(BlobId::new)
                .filter(id -> !time(id).isAfter(now.plus(MAX_AHEAD)));
    }

    /** An id made from what it is, so that every run makes the same. */
    static BlobId madeId(BlobPath path, Generation old) {
        ByteBuffer bits = ByteBuffer.wrap(sha256(path.toBytes(), old.generation()));
        long millis = Math.max(0, old.createdAt().toEpochMilli());
        return BlobIds.of(new HlcTimestamp(millis, bits.getShort() & 0xFFFF), bits.getLong());
    }

    private static Instant time(BlobId id) {
        try {
            return BlobIds.timeOf(id).instant();
        } catch (IllegalArgumentException _) {
            return Instant.MAX;
        }
    }

    private static byte[] sha256(byte[] path, long generation) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(path);
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(generation).flip());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
