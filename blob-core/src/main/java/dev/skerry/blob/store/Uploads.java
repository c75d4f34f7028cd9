package dev.skerry.blob.store;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Precondition;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Multipart uploads. Completing one moves no bytes: the new generation refers to the files the parts staged. Every
 * method blocks; all are safe for many threads. Upload ids are given as the client sent them: one that is not an id is
 * {@code NoSuchUpload}.
 */
public final class Uploads {
    Uploads(Commits commits, Intake intake, StoreAssembly.Ports ports, StoreSettings settings) {}

    /** Opens an upload. */
    public Upload begin(
            BlobPath path,
            BlobAttributes attributes,
            String initiatorId,
            @Nullable ChecksumAlgorithm checksumAlgorithm,
            Checksum.@Nullable Type checksumType) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes a part, replacing the one of its number. The body is closed.
     *
     * @param checksumAlgorithms to compute and keep, besides those the body turns out to expect
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchUpload}, before the body is read where possible
     */
    public UploadPart putPart(
            BlobPath path, String uploadId, int partNumber, Set<ChecksumAlgorithm> checksumAlgorithms, BlobBody body) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /** Ends an upload without a blob; throws with {@code NoSuchUpload} where there is none. */
    public void abort(BlobPath path, String uploadId) {
        throw new UnsupportedOperationException();
    }

    /** The upload; throws with {@code NoSuchUpload} where there is none. */
    public Upload find(BlobPath path, String uploadId) {
        throw new UnsupportedOperationException();
    }

    /** Parts by ascending number after {@code afterNumber}, at most {@code limit}. */
    public List<UploadPart> parts(BlobPath path, String uploadId, int afterNumber, int limit) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }
}
