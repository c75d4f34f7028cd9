package dev.skerry.blob.lifecycle;

import dev.skerry.blob.catalog.Bucket;
import java.util.Optional;

/** Reads the rules that buckets keep, in whatever form the protocol chose that they were set by. */
@FunctionalInterface
public interface LifecycleReader {
    /**
     * The rules of a bucket; empty where it has none. Cheap where it was asked before. Safe for use by many threads.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} where what it keeps cannot be read
     */
    Optional<LifecycleConfiguration> of(Bucket bucket);
}
