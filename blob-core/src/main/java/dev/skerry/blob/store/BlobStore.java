package dev.skerry.blob.store;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoreListener.WriteKind;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.Conditions;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Blobs: write, read, delete, undelete, tag, grant, lock. Every method blocks and belongs on a request's own thread;
 * all are safe for many threads. Failures are {@link dev.skerry.blob.failure.StoreException}; every method that takes a
 * path throws it with {@code NoSuchBucket} where the bucket is not there.
 *
 * <p>Request threads are not to be interrupted: the file a thread is writing is closed beneath it, and its write fails.
 */
public final class BlobStore {
    /** How far undelete looks for what it would bring back. */
    private static final int UNDELETE_LOOK = 1000;

    private final Commits commits;
    private final Intake intake;
    private final MetadataStore metadata;
    private final CommitLog log;
    private final PartStore parts;
    private final BlobIds ids;
    private final StoreListener listener;
    private final StoreSettings settings;
    private final Encryption encryption;

    BlobStore(
            Commits commits, Intake intake, Encryption encryption, StoreAssembly.Ports ports, StoreSettings settings) {
        this.commits = commits;
        this.intake = intake;
        this.encryption = encryption;
        this.metadata = ports.metadata();
        this.log = ports.log();
        this.parts = ports.parts();
        this.ids = ports.ids();
        this.listener = ports.listener();
        this.settings = settings;
    }

    /**
     * Writes a blob: the body is staged as it streams, then one command makes it visible. On any failure nothing is
     * visible and what was staged is gone or will be collected. The body is closed.
     *
     * @return the generation and whether it was a replay
     */
    public CommandResult.Written put(PutBlobRequest request, BlobBody body) {
        long began = System.nanoTime();
        try (body) {
            CommandResult.Written written = take(request, body);
            listener.wrote(WriteKind.BLOB, written.meta().sizeBytes(), System.nanoTime() - began);
            return written;
        } catch (StoreException e) {
            listener.writeFailed(WriteKind.BLOB, e.failure().getClass().getSimpleName());
            throw e;
        }
    }

    private CommandResult.Written take(PutBlobRequest request, BlobBody body) {
        BlobPath path = request.path();
        Bucket bucket = commits.require(path.bucket());
        LockedWrites.require(bucket, request.attributes());
        SlotId slot = commits.place(path).slot();
        intake.requireRoom(slot, body);
        refuseEarly(request, slot);
        try (ContentKey key = encryption.begin(bucket, request.encryption())) {
            return take(request, body, bucket, slot, key);
        }
    }

    private CommandResult.Written take(
            PutBlobRequest request, BlobBody body, Bucket bucket, SlotId slot, @Nullable ContentKey key) {
        BlobPath path = request.path();
        BlobId blobId = ids.next();
        BlobAttributes attributes = Encryption.attributes(request.attributes(), key);
        Intake.Order order = new Intake.Order(
                slot,
                blobId,
                commits.durabilityOf(bucket),
                settings.inlineThresholdBytes(),
                request.checksumAlgorithms(),
                request.hashWhole(),
                key);
        try (Intake.Staged staged = intake.take(order, body)) {
            return commits.commit(
                    bucket,
                    path,
                    CommandResult.Written.class,
                    (now, origin) -> staged.commit(new Command.PutBlob(
                            origin.on(request.occasion()),
                            path,
                            blobId,
                            now.versioning(),
                            request.preconditions(),
                            staged.body(),
                            LockedWrites.attributes(now, attributes, origin.at()),
                            request.requested(),
                            request.writeId())));
        }
    }

    /**
     * Spares the client the sending of a body whose condition fails already. The commit decides; a retry by write id is
     * left to it altogether, because the write being retried may be why the condition fails.
     */
    private void refuseEarly(PutBlobRequest request, SlotId slot) {
        List<Precondition> onCurrent = request.preconditions().stream()
                .filter(condition -> !(condition instanceof Precondition.IfGeneration))
                .toList();
        if (onCurrent.isEmpty() || request.writeId() != null) {
            return;
        }
        Optional<BlobMeta> current = metadata.find(slot, request.path(), VersionSelector.CURRENT);
        Conditions.violated(onCurrent, request.path(), current, current).ifPresent(failure -> {
            throw new StoreException(failure);
        });
    }

    /**
     * What is known of a version.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBlob}, {@code NoSuchVersion}, or {@code Deleted}
     *     where it is a tombstone, hidden or not
     */
    public BlobMeta head(BlobPath path, VersionSelector selector) {
        Bucket bucket = commits.require(path.bucket());
        SlotId slot = commits.place(path).slot();
        return metadata.find(slot, path, selector)
                .filter(meta -> readable(meta, bucket, selector))
                .orElseThrow(() -> missing(bucket, slot, path, selector));
    }

    /**
     * The same for one who may see what is said of the content: where a client's key encrypts it, whoever has that.
     *
     * @param key what the client sent, or null
     * @throws dev.skerry.blob.failure.StoreException with {@code CustomerKeyMissing}, {@code CustomerKeyWrong} or
     *     {@code CustomerKeyNotApplicable} too
     */
    public BlobMeta head(BlobPath path, VersionSelector selector, @Nullable CustomerKey key) {
        BlobMeta meta = head(path, selector);
        CustomerKey.require(path, false, meta.attributes().encryption(), key);
        return meta;
    }

    /** Opens a version for reading without a key of the client's; see the other. */
    public BlobReader open(BlobPath path, VersionSelector selector) {
        return open(path, selector, null);
    }

    /**
     * Opens a version for reading; what is encrypted is read as it was written.
     *
     * @param key what the client sent, or null
     * @throws dev.skerry.blob.failure.StoreException as {@link #head(BlobPath, VersionSelector, CustomerKey)} does, and
     *     with {@code KeyUnknown}, {@code KeyDisabled} or {@code KeyServiceUnavailable} where the key cannot be had
     *     that it is encrypted under
     */
    public BlobReader open(BlobPath path, VersionSelector selector, @Nullable CustomerKey key) {
        Bucket bucket = commits.require(path.bucket());
        SlotId slot = commits.place(path).slot();
        StoredBlob blob = metadata.open(slot, path, selector)
                .filter(found -> readable(found.meta(), bucket, selector))
                .orElseThrow(() -> missing(bucket, slot, path, selector));
        BlobEncryption kept = blob.meta().attributes().encryption();
        ContentKey contentKey = encryption.find(path, false, kept, key);
        listener.opened();
        return new StoredBlobReader(slot, blob, parts, listener, contentKey);
    }

    /** Throws where the version is a tombstone. */
    private static boolean readable(BlobMeta meta, Bucket bucket, VersionSelector selector) {
        if (!Commits.belongs(meta, bucket)) {
            return false;
        }
        if (meta.tombstone()) {
            throw new StoreException(new StoreFailure.Deleted(meta, named(selector) != null));
        }
        return true;
    }

    private StoreException missing(Bucket bucket, SlotId slot, BlobPath path, VersionSelector selector) {
        String version = named(selector);
        if (version != null) {
            return new StoreException(new StoreFailure.NoSuchVersion(path, version));
        }
        // with versioning off a delete leaves a tombstone that no selector but its number finds
        return new StoreException(metadata.newest(slot, path)
                .filter(newest -> newest.tombstone() && Commits.belongs(newest, bucket))
                .<StoreFailure>map(tombstone -> new StoreFailure.Deleted(tombstone, false))
                .orElseGet(() -> new StoreFailure.NoSuchBlob(path)));
    }

    /** What the client named, or null where it asked for whatever is current. */
    private static @Nullable String named(VersionSelector selector) {
        return switch (selector) {
            case VersionSelector.Current _, VersionSelector.LatestLive _ -> null;
            case VersionSelector.NullVersion _ -> "null";
            case VersionSelector.ByGeneration(Generation generation) -> Long.toString(generation.value());
            case VersionSelector.ByBlobId(BlobId blobId) -> blobId.value();
        };
    }

    /** Deletes the path; see {@link dev.skerry.blob.commit.Command.DeleteBlob}. */
    public CommandResult.Deleted delete(BlobPath path, List<Precondition> preconditions) {
        return delete(new Deletion(path, null, preconditions, false));
    }

    /**
     * Deletes one version; see {@link dev.skerry.blob.commit.Command.DeleteVersion}.
     *
     * @param bypassGovernance whether retention of the mode {@code GOVERNANCE} is set aside; that the caller may is
     *     seen to before
     * @throws dev.skerry.blob.failure.StoreException with {@code Locked} where the version is
     */
    public CommandResult.Deleted deleteVersion(
            BlobPath path, VersionSelector selector, List<Precondition> preconditions, boolean bypassGovernance) {
        return delete(new Deletion(path, selector, preconditions, bypassGovernance));
    }

    private CommandResult.Deleted delete(Deletion deletion) {
        return deleted(commits.commit(
                commits.require(deletion.path().bucket()),
                deletion.path(),
                CommandResult.Deleted.class,
                (bucket, origin) -> log.commit(
                        commits.place(deletion.path()).slot(), deletion.command(origin, bucket, ids::next))));
    }

    /**
     * One deletion.
     *
     * @param path what to delete
     * @param version the one version to delete, or null for the path
     * @param preconditions evaluated in the commit
     * @param bypassGovernance as for {@link BlobStore#deleteVersion}; nothing where no version is named
     */
    public record Deletion(
            BlobPath path,
            @Nullable VersionSelector version,
            List<Precondition> preconditions,
            boolean bypassGovernance) {
        public Deletion {
            preconditions = List.copyOf(preconditions);
        }

        private Command command(Command.Origin origin, Bucket bucket, Supplier<BlobId> ids) {
            return version == null
                    ? new Command.DeleteBlob(origin, path, ids.get(), bucket.versioning(), preconditions)
                    : new Command.DeleteVersion(origin, path, version, preconditions, bypassGovernance);
        }
    }

    /** What became of one deletion among many. */
    public sealed interface DeletionOutcome {
        /** It is deleted. */
        record Done(CommandResult.Deleted deleted) implements DeletionOutcome {}

        /** It is not, for the reason {@link BlobStore#delete} or {@link BlobStore#deleteVersion} would have thrown. */
        record Failed(StoreException failure) implements DeletionOutcome {}
    }

    /**
     * Deletes many, each by itself: one that fails does not stop the others. Those of one path take place in their
     * order. All are queued before any is waited for, so that a slot makes its own durable together.
     *
     * @param bucketName whose paths all of them are
     * @return an outcome for each, in their order
     */
    public List<DeletionOutcome> deleteAll(String bucketName, List<Deletion> deletions) {
        return commits
                .inBucket(
                        commits.require(bucketName),
                        bucket -> log.commitAll(deletions.stream()
                                .map(deletion -> addressed(deletion, bucket))
                                .toList()))
                .stream()
                .map(this::outcome)
                .toList();
    }

    private CommitLog.Addressed addressed(Deletion deletion, Bucket bucket) {
        SlotId slot = commits.place(deletion.path()).slot();
        Command.Origin origin = commits.origin(slot, bucket);
        return new CommitLog.Addressed(slot, deletion.command(origin, bucket, ids::next));
    }

    private DeletionOutcome outcome(CommitLog.Outcome outcome) {
        return switch (outcome) {
            case CommitLog.Outcome.Decided(CommandResult.Refused(StoreFailure failure)) ->
                new DeletionOutcome.Failed(new StoreException(failure));
            case CommitLog.Outcome.Decided(CommandResult result) ->
                new DeletionOutcome.Done(deleted(Commits.expect(CommandResult.Deleted.class, result)));
            case CommitLog.Outcome.Failed(StoreException failure) -> new DeletionOutcome.Failed(failure);
        };
    }

    private CommandResult.Deleted deleted(CommandResult.Deleted result) {
        listener.deleted();
        return result;
    }

    /**
     * Takes back a deletion; see {@link dev.skerry.blob.commit.Command.Undelete}.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBlob} or {@code NoSuchVersion} where nothing is
     *     left to bring back
     */
    public BlobMeta undelete(BlobPath path, @Nullable Generation generation) {
        Bucket bucket = commits.require(path.bucket());
        SlotId slot = commits.place(path).slot();
        Optional<BlobMeta> target = generation == null
                ? generations(path, UNDELETE_LOOK).stream()
                        .filter(meta -> !meta.tombstone())
                        .findFirst()
                : metadata.find(slot, path, new VersionSelector.ByGeneration(generation))
                        .filter(meta -> Commits.belongs(meta, bucket));
        if (target.isEmpty()) {
            throw new StoreException(
                    generation == null
                            ? new StoreFailure.NoSuchBlob(path)
                            : new StoreFailure.NoSuchVersion(path, Long.toString(generation.value())));
        }
        return commits.commit(
                        bucket,
                        path,
                        CommandResult.Written.class,
                        (_, origin) -> log.commit(slot, new Command.Undelete(origin, path, generation)))
                .meta();
    }

    /** Replaces the tags of a version; an empty map removes them. */
    public BlobMeta setTags(BlobPath path, VersionSelector selector, Map<String, String> tags) {
        return commits.commit(
                        commits.require(path.bucket()),
                        path,
                        CommandResult.Written.class,
                        (_, origin) -> log.commit(
                                commits.place(path).slot(), new Command.SetTags(origin, path, selector, tags)))
                .meta();
    }

    /**
     * Sets the retention of a version, or lifts it where null; see {@link dev.skerry.blob.commit.Command.SetRetention}.
     *
     * @param bypassGovernance whether retention of the mode {@code GOVERNANCE} is set aside; that the caller may is
     *     seen to before
     * @throws dev.skerry.blob.failure.StoreException with {@code InvalidRequest} where the bucket has no object lock,
     *     {@code RetentionOver} where the retention ends in the past, {@code Locked} where the version must be kept
     *     longer or more strictly, {@code NoSuchBlob}, {@code NoSuchVersion}, {@code Deleted}
     */
    public BlobMeta setRetention(
            BlobPath path, VersionSelector selector, @Nullable Retention retention, boolean bypassGovernance) {
        return lock(path, origin -> new Command.SetRetention(origin, path, selector, retention, bypassGovernance));
    }

    /**
     * Sets the legal hold of a version; see {@link dev.skerry.blob.commit.Command.SetLegalHold}.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code InvalidRequest} where the bucket has no object lock,
     *     {@code NoSuchBlob}, {@code NoSuchVersion}, {@code Deleted}
     */
    public BlobMeta setLegalHold(BlobPath path, VersionSelector selector, LegalHold legalHold) {
        return lock(path, origin -> new Command.SetLegalHold(origin, path, selector, legalHold));
    }

    private BlobMeta lock(BlobPath path, Function<Command.Origin, Command> change) {
        Bucket bucket = commits.require(path.bucket());
        LockedWrites.require(bucket);
        return commits.commit(
                        bucket,
                        path,
                        CommandResult.Written.class,
                        (_, origin) -> log.commit(commits.place(path).slot(), change.apply(origin)))
                .meta();
    }

    /**
     * Replaces the access control list of a version, null for the owner alone.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBlob}, {@code NoSuchVersion} or {@code Deleted}
     */
    public BlobMeta setAcl(BlobPath path, VersionSelector selector, @Nullable String acl) {
        return commits.commit(
                        commits.require(path.bucket()),
                        path,
                        CommandResult.Written.class,
                        (_, origin) ->
                                log.commit(commits.place(path).slot(), new Command.SetAcl(origin, path, selector, acl)))
                .meta();
    }

    /** All generations of the path that are still known, newest first; at most {@code limit}. Empty where none are. */
    public List<BlobMeta> generations(BlobPath path, int limit) {
        Bucket bucket = commits.require(path.bucket());
        return metadata.generations(commits.place(path).slot(), path, limit).stream()
                .filter(meta -> Commits.belongs(meta, bucket))
                .toList();
    }
}
