package dev.skerry.blob.store;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command.BucketEpoch;
import dev.skerry.blob.commit.Command.Origin;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.Placement;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What every commit to a bucket has in common: the bucket is there, the gate is passed, the command has an origin. */
final class Commits {
    private final Catalog catalog;
    private final PlacementPolicy placement;
    private final HlcClock clock;
    private final StoreSettings settings;
    private final BucketGate gate;

    Commits(Catalog catalog, PlacementPolicy placement, HlcClock clock, StoreSettings settings, BucketGate gate) {
        this.catalog = catalog;
        this.placement = placement;
        this.clock = clock;
        this.settings = settings;
        this.gate = gate;
    }

    /** The bucket, or {@code NoSuchBucket}. */
    Bucket require(String name) {
        return catalog.bucket(name).orElseThrow(() -> new StoreException(new StoreFailure.NoSuchBucket(name)));
    }

    /** The bucket as it now is, or {@code NoSuchBucket} where it is another one by now. */
    Bucket again(Bucket seen) {
        return BucketGate.same(seen, catalog.bucket(seen.name()));
    }

    Placement place(BlobPath path) {
        return placement.computePlacement(path);
    }

    Durability durabilityOf(Bucket bucket) {
        Durability asked = bucket.durability();
        return asked == null ? settings.durability() : asked;
    }

    /**
     * Commits to the bucket as it now is, if it is still the one that {@code seen} was.
     *
     * @param kind the result the command gives where it is not refused
     * @param commit makes the command from the bucket and its origin, and commits it
     */
    <R extends CommandResult> R commit(
            Bucket seen, BlobPath path, Class<R> kind, BiFunction<Bucket, Origin, CommandResult> commit) {
        CommandResult result =
                inBucket(seen, bucket -> commit.apply(bucket, origin(place(path).slot(), bucket)));
        return expect(kind, result);
    }

    /** Runs a commit, of one command or many, to the bucket as it now is, if it is still the one {@code seen} was. */
    <T> T inBucket(Bucket seen, Function<Bucket, T> commit) {
        return gate.beside(seen, commit);
    }

    /** Of a command to a bucket as it now is. */
    Origin origin(SlotId slot, Bucket bucket) {
        Origin origin = origin(slot, durabilityOf(bucket));
        return bucket.epoch() == 0 ? origin : origin.of(new BucketEpoch(bucket.name(), bucket.epoch()));
    }

    /** Of a command that no change of a bucket concerns. */
    Origin origin(SlotId slot, Durability durability) {
        return new Origin(placement.groupOf(slot), clock.now(), settings.homeRegion(), durability);
    }

    /** The result, or the refusal thrown. */
    static <R extends CommandResult> R expect(Class<R> kind, CommandResult result) {
        if (result instanceof CommandResult.Refused(StoreFailure failure)) {
            throw new StoreException(failure);
        }
        if (!kind.isInstance(result)) {
            throw new IllegalStateException(
                    "result: " + result.getClass().getSimpleName() + " (expected: " + kind.getSimpleName() + ")");
        }
        return kind.cast(result);
    }

    /**
     * Whether a generation is of this bucket and not of one of the same name that was deleted before: its hidden rows
     * stay until garbage collection takes them, and are nobody's any more.
     */
    static boolean belongs(BlobMeta meta, Bucket bucket) {
        return meta.tombstonedAt() == null || !meta.tombstonedAt().isBefore(bucket.createdAt());
    }

    /** Whether the files staged for a command belong to what its result made. */
    static boolean refersToFiles(CommandResult result) {
        return switch (result) {
            case CommandResult.Written written -> !written.replay();
            case CommandResult.PartAdded _ -> true;
            case CommandResult.Deleted _,
                    CommandResult.UploadBegun _,
                    CommandResult.Purged _,
                    CommandResult.Done _,
                    CommandResult.Refused _ -> false;
        };
    }
}
