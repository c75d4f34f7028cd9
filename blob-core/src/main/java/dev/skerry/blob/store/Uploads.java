package dev.skerry.blob.store;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoreListener.WriteKind;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Multipart uploads. Completing one moves no bytes: the new generation refers to the files the parts staged. Every
 * method blocks; all are safe for many threads. Upload ids are given as the client sent them: one that is not an id is
 * {@code NoSuchUpload}.
 */
public final class Uploads {
    private static final int LAST_PART = 10_000;

    /** Parts read at a time: each carries the checksums of all its blocks, 5 GiB of them at the most. */
    private static final int PART_BATCH = 64;

    private final Commits commits;
    private final Intake intake;
    private final MetadataStore metadata;
    private final CommitLog log;
    private final BlobIds ids;
    private final StoreListener listener;
    private final StoreSettings settings;
    private final Encryption encryption;

    Uploads(Commits commits, Intake intake, Encryption encryption, StoreAssembly.Ports ports, StoreSettings settings) {
        this.commits = commits;
        this.intake = intake;
        this.encryption = encryption;
        this.metadata = ports.metadata();
        this.log = ports.log();
        this.ids = ports.ids();
        this.listener = ports.listener();
        this.settings = settings;
    }

    /** Opens an upload without a word of encryption; see the other. */
    public Upload begin(
            BlobPath path,
            BlobAttributes attributes,
            String initiatorId,
            @Nullable ChecksumAlgorithm checksumAlgorithm,
            Checksum.@Nullable Type checksumType) {
        return begin(path, attributes, initiatorId, checksumAlgorithm, checksumType, null);
    }

    /**
     * Opens an upload. How its parts are encrypted is settled here.
     *
     * @param asked how to encrypt them, or null for what the bucket says
     */
    public Upload begin(
            BlobPath path,
            BlobAttributes attributes,
            String initiatorId,
            @Nullable ChecksumAlgorithm checksumAlgorithm,
            Checksum.@Nullable Type checksumType,
            @Nullable EncryptionRequest asked) {
        Bucket bucket = commits.require(path.bucket());
        LockedWrites.require(bucket, attributes);
        BlobId uploadId = ids.next();
        BlobAttributes encrypted = encrypted(bucket, attributes, asked);
        return commits.commit(
                        bucket,
                        path,
                        CommandResult.UploadBegun.class,
                        (_, origin) -> log.commit(
                                commits.place(path).slot(),
                                new Command.BeginUpload(
                                        origin,
                                        new Upload(
                                                uploadId,
                                                path,
                                                encrypted,
                                                initiatorId,
                                                checksumAlgorithm,
                                                checksumType,
                                                origin.at()))))
                .upload();
    }

    private BlobAttributes encrypted(Bucket bucket, BlobAttributes attributes, @Nullable EncryptionRequest asked) {
        // each part asks for the key again
        try (ContentKey key = encryption.begin(bucket, asked)) {
            return Encryption.attributes(attributes, key);
        }
    }

    /** Writes a part without a key of the client's; see the other. */
    public UploadPart putPart(
            BlobPath path, String uploadId, int partNumber, Set<ChecksumAlgorithm> checksumAlgorithms, BlobBody body) {
        return putPart(path, uploadId, partNumber, checksumAlgorithms, body, null);
    }

    /**
     * Writes a part, replacing the one of its number. The body is closed.
     *
     * @param checksumAlgorithms to compute and keep, besides those the body turns out to expect
     * @param customerKey what the client sent, or null
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchUpload}, {@code CustomerKeyMissing},
     *     {@code CustomerKeyWrong}, {@code CustomerKeyNotApplicable}, {@code KeyUnknown}, {@code KeyDisabled} or
     *     {@code KeyServiceUnavailable}, before the body is read where possible
     */
    public UploadPart putPart(
            BlobPath path,
            String uploadId,
            int partNumber,
            Set<ChecksumAlgorithm> checksumAlgorithms,
            BlobBody body,
            @Nullable CustomerKey customerKey) {
        long began = System.nanoTime();
        try (body) {
            UploadPart part = take(path, uploadId, partNumber, checksumAlgorithms, body, customerKey);
            listener.wrote(WriteKind.UPLOAD_PART, part.sizeBytes(), System.nanoTime() - began);
            return part;
        } catch (StoreException e) {
            listener.writeFailed(WriteKind.UPLOAD_PART, e.failure().getClass().getSimpleName());
            throw e;
        }
    }

    private UploadPart take(
            BlobPath path,
            String uploadId,
            int partNumber,
            Set<ChecksumAlgorithm> checksumAlgorithms,
            BlobBody body,
            @Nullable CustomerKey customerKey) {
        if (partNumber < 1 || partNumber > LAST_PART) {
            throw new StoreException(
                    new StoreFailure.InvalidRequest("part: " + partNumber + " (expected: 1.." + LAST_PART + ")"));
        }
        Bucket bucket = commits.require(path.bucket());
        Upload upload = find(path, uploadId);
        SlotId slot = commits.place(path).slot();
        intake.requireRoom(slot, body);
        Set<ChecksumAlgorithm> algorithms = EnumSet.noneOf(ChecksumAlgorithm.class);
        algorithms.addAll(checksumAlgorithms);
        if (upload.checksumAlgorithm() != null) {
            algorithms.add(upload.checksumAlgorithm());
        }
        try (ContentKey key = encryption.find(path, true, upload.attributes().encryption(), customerKey)) {
            Intake.Order order =
                    new Intake.Order(slot, ids.next(), commits.durabilityOf(bucket), 0, algorithms, false, key);
            return add(bucket, upload, partNumber, order, body);
        }
    }

    private UploadPart add(Bucket bucket, Upload upload, int partNumber, Intake.Order order, BlobBody body) {
        BlobPath path = upload.path();
        try (Intake.Staged staged = intake.take(order, body)) {
            return commits.commit(
                            bucket,
                            path,
                            CommandResult.PartAdded.class,
                            (_, origin) -> staged.commit(new Command.AddUploadPart(
                                    origin,
                                    path,
                                    upload.uploadId(),
                                    new UploadPart(
                                            partNumber,
                                            order.folder(),
                                            staged.body().sizeBytes(),
                                            staged.body().etag(),
                                            staged.body().checksums(),
                                            files(staged.body().content()),
                                            origin.at()))))
                    .part();
        }
    }

    private static List<PartRef> files(BlobContent content) {
        return switch (content) {
            // nothing else than an empty part stays in memory
            case BlobContent.Inline _ -> List.of();
            case BlobContent.Parts(List<PartRef> parts) -> parts;
        };
    }

    /**
     * What the client names on completion.
     *
     * @param path of the upload
     * @param uploadId its id
     * @param parts in the client's order
     * @param preconditions evaluated in the commit
     * @param checksum of the whole object as the client claims it, or null
     * @param objectSizeBytes the size the client claims, or null
     */
    public record Completion(
            BlobPath path,
            String uploadId,
            List<NamedPart> parts,
            List<Precondition> preconditions,
            @Nullable Checksum checksum,
            @Nullable Long objectSizeBytes) {
        public Completion {
            parts = List.copyOf(parts);
            preconditions = List.copyOf(preconditions);
        }
    }

    /** Completes an upload; repeated after success, gives the first result again. */
    public CommandResult.Written complete(Completion completion) {
        long began = System.nanoTime();
        try {
            CommandResult.Written written = join(completion);
            listener.wrote(WriteKind.COMPLETED_UPLOAD, written.meta().sizeBytes(), System.nanoTime() - began);
            return written;
        } catch (StoreException e) {
            listener.writeFailed(
                    WriteKind.COMPLETED_UPLOAD, e.failure().getClass().getSimpleName());
            throw e;
        }
    }

    private CommandResult.Written join(Completion completion) {
        BlobPath path = completion.path();
        Bucket bucket = commits.require(path.bucket());
        BlobId uploadId = requireId(path, completion.uploadId());
        requireSize(completion, uploadId);
        BlobId blobId = ids.next();
        return commits.commit(
                bucket,
                path,
                CommandResult.Written.class,
                (now, origin) -> log.commit(
                        commits.place(path).slot(),
                        new Command.CompleteUpload(
                                origin,
                                path,
                                uploadId,
                                blobId,
                                now.versioning(),
                                completion.preconditions(),
                                completion.parts(),
                                settings.minimumUploadPartBytes(),
                                completion.checksum(),
                                LockedWrites.defaultRetention(now, origin.at()).orElse(null))));
    }

    /**
     * Holds the parts named to the size the client claims and to the largest blob. Parts that are not there are the
     * commit's to refuse; so is everything where the upload is gone, as in a repeat after success.
     */
    private void requireSize(Completion completion, BlobId uploadId) {
        Map<Integer, Long> sizes = new HashMap<>();
        forEachPart(
                completion.path(), uploadId, 0, Integer.MAX_VALUE, part -> sizes.put(part.number(), part.sizeBytes()));
        long total = 0;
        for (NamedPart part : completion.parts()) {
            Long size = sizes.get(part.number());
            if (size == null) {
                return;
            }
            total += size;
        }
        if (total > settings.maxBlobBytes()) {
            throw new StoreException(new StoreFailure.BodyTooLarge(total, settings.maxBlobBytes()));
        }
        Long claimed = completion.objectSizeBytes();
        if (claimed != null && claimed != total) {
            throw new StoreException(new StoreFailure.InvalidRequest(
                    "the parts named have " + total + " bytes (expected: " + claimed + ")"));
        }
    }

    private void forEachPart(BlobPath path, BlobId uploadId, int afterNumber, int limit, Consumer<UploadPart> visitor) {
        SlotId slot = commits.place(path).slot();
        int after = afterNumber;
        int left = limit;
        while (left > 0) {
            int batch = Math.min(PART_BATCH, left);
            List<UploadPart> parts = metadata.uploadParts(slot, uploadId, after, batch);
            parts.forEach(visitor);
            if (parts.size() < batch) {
                return;
            }
            after = parts.getLast().number();
            left -= batch;
        }
    }

    /** Ends an upload without a blob; throws with {@code NoSuchUpload} where there is none. */
    public void abort(BlobPath path, String uploadId) {
        Bucket bucket = commits.require(path.bucket());
        BlobId id = requireId(path, uploadId);
        commits.commit(
                bucket,
                path,
                CommandResult.Done.class,
                (_, origin) -> log.commit(commits.place(path).slot(), new Command.AbortUpload(origin, path, id)));
    }

    /** The upload; throws with {@code NoSuchUpload} where there is none. */
    public Upload find(BlobPath path, String uploadId) {
        commits.require(path.bucket());
        BlobId id = requireId(path, uploadId);
        return metadata.upload(commits.place(path).slot(), path, id).orElseThrow(() -> noSuchUpload(path, uploadId));
    }

    private static BlobId requireId(BlobPath path, String uploadId) {
        if (!BlobId.isValid(uploadId)) {
            throw noSuchUpload(path, uploadId);
        }
        return new BlobId(uploadId);
    }

    private static StoreException noSuchUpload(BlobPath path, String uploadId) {
        return new StoreException(new StoreFailure.NoSuchUpload(path, uploadId));
    }

    /**
     * Parts by ascending number after {@code afterNumber}, at most {@code limit}. They come without their files, of
     * which large parts have many.
     */
    public List<UploadPart> parts(BlobPath path, String uploadId, int afterNumber, int limit) {
        Upload upload = find(path, uploadId);
        List<UploadPart> parts = new ArrayList<>();
        forEachPart(path, upload.uploadId(), afterNumber, limit, part -> parts.add(withoutFiles(part)));
        return parts;
    }

    private static UploadPart withoutFiles(UploadPart part) {
        return new UploadPart(
                part.number(),
                part.folder(),
                part.sizeBytes(),
                part.etag(),
                part.checksums(),
                List.of(),
                part.uploadedAt());
    }

    /**
     * Which uploads to list.
     *
     * @param bucket whose uploads
     * @param prefix what every key begins with
     * @param delimiter folds keys that go on after it; empty for none
     * @param afterKey uploads of greater keys are shown
     * @param afterUploadId of the key {@code afterKey}, uploads with a greater id are shown too; null for none of them
     * @param limit the most uploads and common prefixes together
     */
    public record Query(
            String bucket,
            String prefix,
            String delimiter,
            String afterKey,
            @Nullable BlobId afterUploadId,
            int limit) {}

    /** One page; where it is truncated the next one begins after its last key and upload id. */
    public record Page(
            List<Upload> uploads,
            List<String> commonPrefixes,
            boolean truncated,
            String lastKey,
            @Nullable BlobId lastUploadId) {
        public Page {
            uploads = List.copyOf(uploads);
            commonPrefixes = List.copyOf(commonPrefixes);
        }
    }

    /** Uploads of a bucket by ascending key, then by id, which is by time. */
    public Page list(Query query) {
        commits.require(query.bucket());
        return UploadListing.page(metadata, query);
    }
}
