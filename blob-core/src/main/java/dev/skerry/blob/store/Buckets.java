package dev.skerry.blob.store;

import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.catalog.ObjectLockConfig;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Buckets: create, delete, configure. Every method blocks; all are safe for many threads. */
public final class Buckets {
    /** Uploads aborted at a time when their bucket goes. */
    private static final int ABORT_BATCH = 100;

    private final Commits commits;
    private final BucketGate gate;
    private final Catalog catalog;
    private final MetadataStore metadata;
    private final CommitLog log;
    private final HlcClock clock;

    Buckets(Commits commits, BucketGate gate, StoreAssembly.Ports ports) {
        this.commits = commits;
        this.gate = gate;
        this.catalog = ports.catalog();
        this.metadata = ports.metadata();
        this.log = ports.log();
        this.clock = ports.clock();
    }

    /** Creates a bucket; throws with {@code BucketExists}. The name is the caller's to check. */
    public Bucket create(String name, String ownerId, String region) {
        return create(name, ownerId, region, Map.of());
    }

    /** The same with configuration documents it has from the start. */
    public Bucket create(String name, String ownerId, String region, Map<ConfigurationKind, String> configuration) {
        return catalog.commit(
                new CatalogCommand.CreateBucket(name, ownerId, region, Versioning.OFF, configuration, clock.now()));
    }

    /** The same with object lock, and so with versioning. */
    public Bucket createWithObjectLock(
            String name, String ownerId, String region, Map<ConfigurationKind, String> configuration) {
        Map<ConfigurationKind, String> locked = new EnumMap<>(ConfigurationKind.class);
        locked.putAll(configuration);
        locked.put(ConfigurationKind.OBJECT_LOCK, ObjectLockConfig.WITHOUT_DEFAULT.document());
        return catalog.commit(
                new CatalogCommand.CreateBucket(name, ownerId, region, Versioning.ENABLED, locked, clock.now()));
    }

    /**
     * Deletes an empty bucket. Writes under way to it either commit before it is looked at, and then it is not empty,
     * or are refused with {@code NoSuchBucket}. Uploads under way are aborted.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBucket} or {@code BucketNotEmpty}
     */
    public void delete(String name) {
        // most refusals need not hold up anyone's commit
        requireEmpty(require(name));
        gate.alone(name, epoch -> {
            Bucket bucket = require(name);
            requireEmpty(bucket);
            metadata.slots().forEach(slot -> abortUploads(slot, bucket));
            metadata.slots().forEach(this::makeDurable);
            return catalog.commit(new CatalogCommand.DeleteBucket(name, epoch, clock.now()));
        });
    }

    private void requireEmpty(Bucket bucket) {
        if (metadata.slots().stream().anyMatch(slot -> metadata.holdsAny(slot, bucket.name()))) {
            throw new StoreException(new StoreFailure.BucketNotEmpty(bucket.name()));
        }
    }

    private void abortUploads(SlotId slot, Bucket bucket) {
        byte[] all = new byte[0];
        while (true) {
            List<Command.Upload> uploads = metadata.uploads(slot, bucket.name(), all, all, null, ABORT_BATCH);
            for (Command.Upload upload : uploads) {
                Command.Origin origin = commits.origin(slot, Durability.ALWAYS);
                // refused where the client was quicker, which is as good
                log.commit(slot, new Command.AbortUpload(origin, upload.path(), upload.uploadId()));
            }
            if (uploads.size() < ABORT_BATCH) {
                return;
            }
        }
    }

    /**
     * With a weaker durability the deletes that emptied the bucket may not be on disk yet. After a power cut their
     * blobs would be back, and whoever creates the bucket anew would find them in it.
     */
    private void makeDurable(SlotId slot) {
        log.commit(slot, new Command.Barrier(commits.origin(slot, Durability.ALWAYS)));
    }

    /** The bucket; throws with {@code NoSuchBucket}. */
    public Bucket require(String name) {
        return commits.require(name);
    }

    /** All buckets by ascending name. */
    public List<Bucket> all() {
        return catalog.buckets();
    }

    /**
     * Sets the versioning state; {@code OFF} cannot be returned to, which is {@code InvalidRequest}, and with object
     * lock it stays enabled, or else is {@code InvalidBucketState}. Every write that commits after this returns is made
     * under the new state.
     */
    public Bucket setVersioning(String name, Versioning versioning) {
        return gate.alone(name, epoch -> {
            Bucket bucket = require(name);
            if (bucket.versioning() == versioning) {
                return bucket;
            }
            if (versioning == Versioning.OFF) {
                throw new StoreException(new StoreFailure.InvalidRequest(
                        "versioning of bucket " + name + " can be suspended, not taken back"));
            }
            if (bucket.objectLock().isPresent()) {
                throw new StoreException(new StoreFailure.InvalidBucketState(
                        "An Object Lock configuration is present on this bucket, so the versioning state cannot be"
                                + " changed."));
            }
            return catalog.commit(new CatalogCommand.SetVersioning(name, versioning, epoch, clock.now()));
        });
    }

    /**
     * Gives a bucket object lock, or other defaults to one that has it; it is never taken away again. Every write that
     * commits after this returns is made under the new defaults.
     *
     * @throws StoreException with {@code NoSuchBucket}, or {@code InvalidBucketState} where versioning is not enabled
     */
    public Bucket setObjectLock(String name, ObjectLockConfig objectLock) {
        return gate.alone(name, epoch -> {
            if (require(name).versioning() != Versioning.ENABLED) {
                throw new StoreException(new StoreFailure.InvalidBucketState(
                        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"));
            }
            return catalog.commit(new CatalogCommand.SetObjectLock(name, objectLock.document(), epoch, clock.now()));
        });
    }

    /** Sets what the bucket's writes ask, or the node's default where null. */
    public Bucket setDurability(String name, @Nullable Durability durability) {
        return catalog.commit(new CatalogCommand.SetDurability(name, durability, clock.now()));
    }

    /** Sets one configuration document, or removes it where null; object lock has {@link #setObjectLock} instead. */
    public Bucket configure(String name, ConfigurationKind kind, @Nullable String document) {
        if (kind == ConfigurationKind.OBJECT_LOCK) {
            throw new IllegalArgumentException("configuration: " + kind + " (expected: any other)");
        }
        return catalog.commit(new CatalogCommand.SetConfiguration(name, kind, document, clock.now()));
    }
}
