package dev.skerry.blob.failure;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Generation;
import dev.skerry.blob.SlotId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything the blob core can refuse or fail with, sorted by what the caller does next. Each protocol has one table
 * that turns these into its own codes.
 */
public sealed interface StoreFailure {
    /** One sentence for people. */
    String message();

    /** The bucket does not exist. */
    record NoSuchBucket(String bucket) implements StoreFailure {
        @Override
        public String message() {
            return "bucket " + bucket + " does not exist";
        }
    }

    /** The bucket exists already; {@code ownerId} owns it. */
    record BucketExists(String bucket, String ownerId) implements StoreFailure {
        @Override
        public String message() {
            return "bucket " + bucket + " exists already";
        }
    }

    /** The bucket holds versions, so it cannot be deleted. */
    record BucketNotEmpty(String bucket) implements StoreFailure {
        @Override
        public String message() {
            return "bucket " + bucket + " is not empty";
        }
    }

    /** Nothing has ever been at the path, or nothing is left of it. */
    record NoSuchBlob(BlobPath path) implements StoreFailure {
        @Override
        public String message() {
            return "nothing at " + path;
        }
    }

    /**
     * The path's newest generation says deleted.
     *
     * @param tombstone the generation; S3 shows it as a delete marker only where it is {@link BlobMeta#visible()}
     * @param addressed whether the caller named that very generation, which S3 answers with MethodNotAllowed
     */
    record Deleted(BlobMeta tombstone, boolean addressed) implements StoreFailure {
        @Override
        public String message() {
            return tombstone.path() + " is deleted as of version "
                    + tombstone.generation().value();
        }
    }

    /** The path has no such version; {@code version} is what the caller named. */
    record NoSuchVersion(BlobPath path, String version) implements StoreFailure {
        @Override
        public String message() {
            return path + " has no version " + version;
        }
    }

    /** A condition of the request did not hold; {@code condition} is its header. */
    record PreconditionFailed(String condition) implements StoreFailure {
        @Override
        public String message() {
            return "the condition " + condition + " did not hold";
        }
    }

    /** The generation the client chose is not above the current maximum. */
    record VersionConflict(BlobPath path, Generation asked, Generation maximum) implements StoreFailure {
        @Override
        public String message() {
            return path + ": version " + asked.value() + " (expected: above " + maximum.value() + ")";
        }
    }

    /** The write id was used for this path by a write of other content. */
    record WriteIdReused(BlobPath path, String writeId) implements StoreFailure {
        @Override
        public String message() {
            return path + ": write id " + writeId + " belongs to a write of other content";
        }
    }

    /** The version is under retention or legal hold, so it can neither be deleted nor replaced, nor be locked less. */
    record Locked(BlobPath path, Generation generation) implements StoreFailure {
        @Override
        public String message() {
            return path + ": version " + generation.value() + " is under retention or legal hold";
        }
    }

    /** The retention asked for is over already. */
    record RetentionOver(Instant until) implements StoreFailure {
        @Override
        public String message() {
            return "retention until " + until + " (expected: a time to come)";
        }
    }

    /** What is asked of the bucket excludes what it already is. */
    record InvalidBucketState(String reason) implements StoreFailure {
        @Override
        public String message() {
            return reason;
        }
    }

    /** No such upload is under way for the path. */
    record NoSuchUpload(BlobPath path, String uploadId) implements StoreFailure {
        @Override
        public String message() {
            return path + " has no upload " + uploadId;
        }
    }

    /**
     * A part named on completion is missing, or its ETag or checksum is another.
     *
     * @param etag as the client named it
     */
    record InvalidPart(String uploadId, int partNumber, String etag, String reason) implements StoreFailure {
        @Override
        public String message() {
            return "part " + partNumber + ": " + reason;
        }
    }

    /** The parts named on completion do not ascend, or leave numbers out where they may not. */
    record InvalidPartOrder(String uploadId, int partNumber) implements StoreFailure {
        @Override
        public String message() {
            return "part " + partNumber + " does not follow the one before it";
        }
    }

    /** A part other than the last is smaller than S3 allows. */
    record PartTooSmall(int partNumber, long sizeBytes, long minimumBytes, String etag) implements StoreFailure {
        @Override
        public String message() {
            return "part " + partNumber + " has " + sizeBytes + " bytes (expected: " + minimumBytes + " or more)";
        }
    }

    /** Which digest of a body was wrong. */
    enum DigestKind {
        MD5,
        SHA256,
        CHECKSUM
    }

    /**
     * The body is not the one the client announced.
     *
     * @param kind which digest says so
     * @param algorithm the checksum's, where the kind is one
     * @param expected as the client gave it
     * @param actual as computed, in the same form
     */
    record BadDigest(DigestKind kind, @Nullable ChecksumAlgorithm algorithm, String expected, String actual)
            implements StoreFailure {
        @Override
        public String message() {
            return (algorithm == null ? kind.name() : algorithm.name()) + " of the body: " + actual + " (expected: "
                    + expected + ")";
        }
    }

    /** The body ended before the announced length, or ran over it. */
    record IncompleteBody(long expectedBytes, long actualBytes) implements StoreFailure {
        @Override
        public String message() {
            return "body of " + actualBytes + " bytes (expected: " + expectedBytes + ")";
        }
    }

    /** The body is larger than one write may be. */
    record BodyTooLarge(long sizeBytes, long maximumBytes) implements StoreFailure {
        @Override
        public String message() {
            return "body of " + sizeBytes + " bytes (expected: " + maximumBytes + " or fewer)";
        }
    }

    /** The range begins at or beyond the end. */
    record InvalidRange(String asked, long sizeBytes) implements StoreFailure {
        @Override
        public String message() {
            return "range " + asked + " of " + sizeBytes + " bytes cannot be satisfied";
        }
    }

    /** The disk is full, or full up to its reserve; reads and deletes go on. */
    record InsufficientStorage(String detail) implements StoreFailure {
        @Override
        public String message() {
            return "no space left for writes: " + detail;
        }
    }

    /** Stored bytes or rows are not what was written, and no intact copy was found. */
    record Corrupt(String detail) implements StoreFailure {
        @Override
        public String message() {
            return "stored data is damaged: " + detail;
        }
    }

    /** The slot is out of service until somebody mends it; what is in other slots is served. */
    record Quarantined(SlotId slot, String reason) implements StoreFailure {
        @Override
        public String message() {
            return "slot " + slot + " is quarantined: " + reason;
        }
    }

    /** A queue or deadline is exhausted, or the node is stopping; a retry later may succeed. */
    record Busy(String detail) implements StoreFailure {
        @Override
        public String message() {
            return "try again later: " + detail;
        }
    }

    /**
     * The command was in order, but of an epoch of its bucket that is over: it is to be made anew from the bucket as it
     * now is.
     */
    record BucketChanged(String bucket) implements StoreFailure {
        @Override
        public String message() {
            return "bucket " + bucket + " was changed meanwhile";
        }
    }

    /** The nodes that decide could not be asked to the end: it was done, or is yet to be, or will never be. */
    record OutcomeUnknown(String detail) implements StoreFailure {
        @Override
        public String message() {
            return "whether it was done is not known: " + detail;
        }
    }

    /** The disk or the database failed in a way a retry will not mend. */
    record StorageFault(String detail) implements StoreFailure {
        @Override
        public String message() {
            return "storage failed: " + detail;
        }
    }

    /**
     * What is asked for is encrypted with a key of the client's, who sent none.
     *
     * @param upload whether that is a part of an upload, and not a version
     */
    record CustomerKeyMissing(BlobPath path, boolean upload) implements StoreFailure {
        @Override
        public String message() {
            return path + " is encrypted with a key of the client's, which must come with the request";
        }
    }

    /**
     * The client sent another key than the one it was encrypted with.
     *
     * @param upload whether that is a part of an upload, and not a version
     */
    record CustomerKeyWrong(BlobPath path, boolean upload) implements StoreFailure {
        @Override
        public String message() {
            return path + " is encrypted with another key than the one sent";
        }
    }

    /**
     * The client sent a key for what is not encrypted with one of its own.
     *
     * @param upload whether that is a part of an upload, and not a version
     */
    record CustomerKeyNotApplicable(BlobPath path, boolean upload) implements StoreFailure {
        @Override
        public String message() {
            return path + " is not encrypted with a key of the client's";
        }
    }

    /** The key service has no such key; {@code keyId} is null for the one it takes by itself. */
    record KeyUnknown(@Nullable String keyId) implements StoreFailure {
        @Override
        public String message() {
            return keyId == null
                    ? "the store has no key of its own to encrypt with"
                    : "the key service has no key " + keyId;
        }
    }

    /** The key must not be used at present; {@code keyId} is null for the one the key service takes by itself. */
    record KeyDisabled(@Nullable String keyId) implements StoreFailure {
        @Override
        public String message() {
            return (keyId == null ? "the store's own key" : "key " + keyId) + " is disabled";
        }
    }

    /** The key service cannot be asked now; a retry later may succeed. */
    record KeyServiceUnavailable(String detail) implements StoreFailure {
        @Override
        public String message() {
            return "the key service cannot be asked: " + detail;
        }
    }

    /** Encryption is asked for in a way that is not to be had here. */
    record EncryptionRefused(String reason) implements StoreFailure {
        @Override
        public String message() {
            return reason;
        }
    }

    /** The request contradicts itself or the bucket's state in a way no other failure names. */
    record InvalidRequest(String reason) implements StoreFailure {
        @Override
        public String message() {
            return reason;
        }
    }
}
