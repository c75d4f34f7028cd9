package dev.skerry.blob.catalog;

import dev.skerry.blob.Durability;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that changes the catalog. Deterministic like a slot's commands: in a cluster these go through a log too.
 */
public sealed interface CatalogCommand {
    /** When it was made. */
    HlcTimestamp hlc();

    /** The bucket it is about. */
    String bucket();

    /**
     * Creates a bucket; refused with {@code BucketExists}.
     *
     * @param configuration the documents it has from the start
     */
    record CreateBucket(
            String bucket,
            String ownerId,
            String region,
            Versioning versioning,
            Map<ConfigurationKind, String> configuration,
            HlcTimestamp hlc)
            implements CatalogCommand {
        public CreateBucket {
            configuration = Map.copyOf(configuration);
        }
    }

    /**
     * Holds up the writes to a bucket until it is unsealed or changed: from now on it is in another epoch, in which
     * nothing is written. Refused with {@code NoSuchBucket}, and with {@code Busy} where it is sealed already.
     */
    record SealBucket(String bucket, HlcTimestamp hlc) implements CatalogCommand {}

    /** Lets writes go on, in an epoch of their own; refused as {@link DeleteBucket}. */
    record UnsealBucket(String bucket, long epoch, HlcTimestamp hlc) implements CatalogCommand {}

    /**
     * Removes a bucket; refused with {@code NoSuchBucket}. That it is empty was seen to before.
     *
     * @param epoch in which that was seen; in any other it is refused with {@code Busy}
     */
    record DeleteBucket(String bucket, long epoch, HlcTimestamp hlc) implements CatalogCommand {}

    /** Sets the versioning state; refused as {@link DeleteBucket}. */
    record SetVersioning(String bucket, Versioning versioning, long epoch, HlcTimestamp hlc)
            implements CatalogCommand {}

    /** Sets the object lock, as a document; refused as {@link DeleteBucket}. */
    record SetObjectLock(String bucket, String document, long epoch, HlcTimestamp hlc) implements CatalogCommand {}

    /** Sets what the bucket's writes ask, null for the node's default; refused with {@code NoSuchBucket}. */
    record SetDurability(String bucket, @Nullable Durability durability, HlcTimestamp hlc) implements CatalogCommand {}

    /** Sets one document, null to remove it; refused with {@code NoSuchBucket}. */
    record SetConfiguration(
            String bucket, ConfigurationKind kind, @Nullable String document, HlcTimestamp hlc)
            implements CatalogCommand {}
}
