package dev.skerry.blob.catalog;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.CatalogCommand.CreateBucket;
import dev.skerry.blob.catalog.CatalogCommand.DeleteBucket;
import dev.skerry.blob.catalog.CatalogCommand.SealBucket;
import dev.skerry.blob.catalog.CatalogCommand.SetConfiguration;
import dev.skerry.blob.catalog.CatalogCommand.SetDurability;
import dev.skerry.blob.catalog.CatalogCommand.SetObjectLock;
import dev.skerry.blob.catalog.CatalogCommand.SetVersioning;
import dev.skerry.blob.catalog.CatalogCommand.UnsealBucket;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the catalog: what a command comes to. Deterministic: the same commands in the same order, the same
 * buckets.
 */
public final class CatalogRules {
    private CatalogRules() {}

    /**
     * What a command comes to.
     *
     * @param bucket as it is afterwards, or was before its removal
     * @param removal whether it is gone
     * @param event what is told of it, if anything is
     */
    public record Change(
            Bucket bucket, boolean removal, @Nullable StorageEvent event) {}

    /**
     * Decides a command.
     *
     * @param existing the bucket it is about, or null where there is none
     * @param epoch which a bucket is in from then on if its writes must know of the command
     * @throws StoreException with the refusal the command names
     */
    public static Change decide(@Nullable Bucket existing, CatalogCommand command, long epoch) {
        return switch (command) {
            case CreateBucket create -> create(existing, create, epoch);
            case DeleteBucket delete ->
                new Change(
                        inEpoch(existing, command, delete.epoch()),
                        true,
                        new StorageEvent.BucketDeleted(delete.bucket(), delete.hlc()));
            case SealBucket _ -> changed(unsealed(existing, command).in(epoch, true));
            case UnsealBucket unseal ->
                changed(inEpoch(existing, command, unseal.epoch()).in(epoch, false));
            case SetVersioning set ->
                changed(inEpoch(existing, command, set.epoch())
                        .with(set.versioning())
                        .in(epoch, false));
            case SetObjectLock set ->
                changed(inEpoch(existing, command, set.epoch())
                        .with(ConfigurationKind.OBJECT_LOCK, set.document())
                        .in(epoch, false));
            case SetDurability set -> changed(existing(existing, command).with(set.durability()));
            case SetConfiguration set -> changed(existing(existing, command).with(set.kind(), set.document()));
        };
    }

    private static Change create(@Nullable Bucket existing, CreateBucket create, long epoch) {
        if (existing != null) {
            throw new StoreException(new StoreFailure.BucketExists(existing.name(), existing.ownerId()));
        }
        Bucket bucket = new Bucket(
                create.bucket(),
                create.ownerId(),
                create.region(),
                create.hlc(),
                create.versioning(),
                null,
                create.configuration(),
                epoch,
                false);
        return new Change(bucket, false, new StorageEvent.BucketCreated(create.bucket(), create.hlc()));
    }

    private static Change changed(Bucket bucket) {
        return new Change(bucket, false, null);
    }

    private static Bucket existing(@Nullable Bucket existing, CatalogCommand command) {
        if (existing == null) {
            throw new StoreException(new StoreFailure.NoSuchBucket(command.bucket()));
        }
        return existing;
    }

    private static Bucket unsealed(@Nullable Bucket existing, CatalogCommand command) {
        Bucket bucket = existing(existing, command);
        if (bucket.sealed()) {
            throw new StoreException(new StoreFailure.Busy("bucket " + bucket.name() + " is being changed"));
        }
        return bucket;
    }

    private static Bucket inEpoch(@Nullable Bucket existing, CatalogCommand command, long epoch) {
        Bucket bucket = existing(existing, command);
        if (bucket.epoch() != epoch) {
            throw new StoreException(
                    new StoreFailure.Busy("bucket " + bucket.name() + " was changed by another at the same time"));
        }
        return bucket;
    }
}
