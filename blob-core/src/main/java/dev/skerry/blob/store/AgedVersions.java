package dev.skerry.blob.store;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Judged;
import dev.skerry.blob.commit.Command.RuleAction;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Does what lifecycle rules want of versions. A version is dealt with only if it is still the one that was judged,
 * under the rules it was judged by. Every method blocks; safe for many threads.
 */
public final class AgedVersions {
    private final Commits commits;
    private final MetadataStore metadata;
    private final CommitLog log;
    private final BlobIds ids;
    private final StoreListener listener;

    AgedVersions(Commits commits, StoreAssembly.Ports ports) {
        this.commits = commits;
        this.metadata = ports.metadata();
        this.log = ports.log();
        this.ids = ports.ids();
        this.listener = ports.listener();
    }

    /** What is wanted of a version. */
    public enum Wish {
        /** See {@link RuleAction.Expire}. */
        EXPIRE,
        /** See {@link RuleAction.RemoveVersion}. */
        REMOVE_VERSION,
        /** See {@link RuleAction.RemoveMarker}. */
        REMOVE_MARKER,
        /** See {@link RuleAction.ChangeClass}. */
        CHANGE_CLASS
    }

    /**
     * One version to be dealt with.
     *
     * @param target the class to change to; null for every other wish
     */
    public record Deed(
            BlobPath path,
            Judged judged,
            Wish wish,
            @Nullable StorageClass target) {
        public Deed {
            if ((wish == Wish.CHANGE_CLASS) != (target != null)) {
                throw new IllegalArgumentException("wish: " + wish + " with the class " + target);
            }
        }
    }

    /** What became of one deed. */
    public enum Outcome {
        /** It is done. */
        DONE,
        /** The version is another, or gone. */
        CHANGED,
        /** A lock keeps the version. */
        LOCKED,
        /** The store could not; it may be tried again. */
        FAILED
    }

    /** The tags of a version; empty where it is gone. */
    public Map<String, String> tags(BlobPath path, VersionSelector.ByBlobId version) {
        return metadata.find(commits.place(path).slot(), path, version)
                .map(meta -> meta.attributes().tags())
                .orElse(Map.of());
    }

    /**
     * Does what is wanted of versions of one bucket, each by itself; all are queued before any is waited for.
     *
     * @param seen the bucket as it was when they were judged
     * @return an outcome for each, in their order; {@code CHANGED} for all where the rules are others by now
     * @throws StoreException with {@code NoSuchBucket} where it is gone
     */
    public List<Outcome> apply(Bucket seen, List<Deed> deeds) {
        return commits.inBucket(commits.again(seen), now -> {
            if (!Objects.equals(rules(now), rules(seen))) {
                return deeds.stream().map(_ -> Outcome.CHANGED).toList();
            }
            return log
                    .commitAll(deeds.stream().map(deed -> addressed(deed, now)).toList())
                    .stream()
                    .map(this::outcome)
                    .toList();
        });
    }

    private static @Nullable String rules(Bucket bucket) {
        return bucket.configuration().get(ConfigurationKind.LIFECYCLE);
    }

    private CommitLog.Addressed addressed(Deed deed, Bucket bucket) {
        SlotId slot = commits.place(deed.path()).slot();
        Command.Origin origin = commits.origin(slot, bucket);
        return new CommitLog.Addressed(
                slot, new Command.ApplyRule(origin, deed.path(), deed.judged(), action(deed, bucket)));
    }

    private RuleAction action(Deed deed, Bucket bucket) {
        return switch (deed.wish()) {
            case EXPIRE -> new RuleAction.Expire(ids.next(), bucket.versioning());
            case REMOVE_VERSION -> new RuleAction.RemoveVersion();
            case REMOVE_MARKER -> new RuleAction.RemoveMarker();
            case CHANGE_CLASS -> new RuleAction.ChangeClass(Objects.requireNonNull(deed.target()));
        };
    }

    private Outcome outcome(CommitLog.Outcome outcome) {
        return switch (outcome) {
            case CommitLog.Outcome.Decided(CommandResult.Refused(StoreFailure failure)) ->
                failure instanceof StoreFailure.Locked ? Outcome.LOCKED : Outcome.CHANGED;
            case CommitLog.Outcome.Decided(CommandResult.Deleted _) -> {
                listener.deleted();
                yield Outcome.DONE;
            }
            case CommitLog.Outcome.Decided(CommandResult _) -> Outcome.DONE;
            case CommitLog.Outcome.Failed(StoreException _) -> Outcome.FAILED;
        };
    }
}
