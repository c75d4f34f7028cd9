package dev.skerry.blob.store;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Generation;
import dev.skerry.blob.commit.Command.Occasion;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.encryption.EncryptionRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A write of a whole blob.
 *
 * @param path where
 * @param attributes what the client says of it
 * @param preconditions evaluated in the commit
 * @param checksumAlgorithms to compute and keep, besides those the body turns out to expect
 * @param hashWhole whether the content's SHA-256 is wanted even where the blob takes several parts (the native ETag)
 * @param requested the generation the client chose, or null
 * @param writeId makes a retry a replay, or null
 * @param encryption how to encrypt it, or null for what the bucket says
 * @param occasion what it is made for
 */
public record PutBlobRequest(
        BlobPath path,
        BlobAttributes attributes,
        List<Precondition> preconditions,
        Set<ChecksumAlgorithm> checksumAlgorithms,
        boolean hashWhole,
        @Nullable Generation requested,
        @Nullable String writeId,
        @Nullable EncryptionRequest encryption,
        Occasion occasion) {
    public PutBlobRequest {
        preconditions = List.copyOf(preconditions);
        checksumAlgorithms = Set.copyOf(checksumAlgorithms);
    }

    /** A plain write. */
    public PutBlobRequest(
            BlobPath path,
            BlobAttributes attributes,
            List<Precondition> preconditions,
            Set<ChecksumAlgorithm> checksumAlgorithms,
            boolean hashWhole,
            @Nullable Generation requested,
            @Nullable String writeId,
            @Nullable EncryptionRequest encryption) {
        this(
                path,
                attributes,
                preconditions,
                checksumAlgorithms,
                hashWhole,
                requested,
                writeId,
                encryption,
                Occasion.REQUEST);
    }

    /** A plain write without a word of encryption. */
    public PutBlobRequest(
            BlobPath path,
            BlobAttributes attributes,
            List<Precondition> preconditions,
            Set<ChecksumAlgorithm> checksumAlgorithms,
            boolean hashWhole,
            @Nullable Generation requested,
            @Nullable String writeId) {
        this(path, attributes, preconditions, checksumAlgorithms, hashWhole, requested, writeId, null);
    }

    /** The same on another occasion. */
    public PutBlobRequest on(Occasion other) {
        return new PutBlobRequest(
                path, attributes, preconditions, checksumAlgorithms, hashWhole, requested, writeId, encryption, other);
    }
}
