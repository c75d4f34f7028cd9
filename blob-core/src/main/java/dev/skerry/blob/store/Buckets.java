package dev.skerry.blob.store;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.commit.Command.Versioning;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Buckets: create, delete, configure. Every method blocks; all are safe for many threads. */
public final class Buckets {
    Buckets() {}

    /** Creates a bucket; throws with {@code BucketExists}. The name is the caller's to check. */
    public Bucket create(String name, String ownerId, String region) {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes an empty bucket. Writes under way to it either commit before it is looked at, and then it is not empty,
     * or are refused with {@code NoSuchBucket}. Uploads under way are aborted.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBucket} or {@code BucketNotEmpty}
     */
    public void delete(String name) {
        throw new UnsupportedOperationException();
    }

    /** The bucket; throws with {@code NoSuchBucket}. */
    public Bucket require(String name) {
        throw new UnsupportedOperationException();
    }

    /** All buckets by ascending name. */
    public List<Bucket> all() {
        throw new UnsupportedOperationException();
    }

    /** Sets the versioning state; {@code OFF} cannot be returned to, which is {@code InvalidRequest}. */
    public Bucket setVersioning(String name, Versioning versioning) {
        throw new UnsupportedOperationException();
    }

    /** Sets one configuration document, or removes it where null. */
    public Bucket configure(String name, ConfigurationKind kind, @Nullable String document) {
        throw new UnsupportedOperationException();
    }
}
