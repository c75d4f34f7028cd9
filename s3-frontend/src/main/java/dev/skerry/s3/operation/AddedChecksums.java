package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.s3.http.S3Request;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The checksums that are computed though no client sends them: those an upload was begun with, and, as in S3 since
 * 2024, the CRC64NVME of what comes without any. What is encrypted so that nothing of its content may be kept in the
 * clear gets none that nobody asked for.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">Checking object
 *     integrity in Amazon S3</a>
 */
final class AddedChecksums {
    private static final Set<ChecksumAlgorithm> DEFAULT = Set.of(ChecksumAlgorithm.CRC64NVME);

    private final Set<ChecksumAlgorithm> added;

    /** {@code enabled} says whether what comes without a checksum gets one. */
    AddedChecksums(boolean enabled) {
        this.added = enabled ? DEFAULT : Set.of();
    }

    /** Of an object that a request brings, encrypted as {@code asked} or as the bucket does. */
    Set<ChecksumAlgorithm> ofWrite(S3Request request, Bucket bucket, @Nullable EncryptionRequest asked) {
        return added.isEmpty() || isSent(request) ? Set.of() : unlessHidden(bucket, asked);
    }

    private Set<ChecksumAlgorithm> unlessHidden(Bucket bucket, @Nullable EncryptionRequest asked) {
        EncryptionRequest encryption = bucket.encryption(asked);
        return encryption == null || encryption.method().showsDigests() ? added : Set.of();
    }

    private static boolean isSent(S3Request request) {
        return Checksums.sent(request).isPresent()
                || request.header("x-amz-trailer").isPresent();
    }

    /** Of the copy of an object, where the request names no algorithm. */
    Set<ChecksumAlgorithm> ofCopy(BlobMeta source, Bucket bucket, @Nullable EncryptionRequest asked) {
        return source.checksums().isEmpty()
                ? unlessHidden(bucket, asked)
                : source.checksums().stream().map(Checksum::algorithm).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Of a part. Those of an upload that was begun without an algorithm all have the one the whole gets, whatever the
     * client sends with some of them.
     */
    Set<ChecksumAlgorithm> ofPart(Upload upload) {
        ChecksumAlgorithm algorithm = upload.checksumAlgorithm();
        if (algorithm != null) {
            return Set.of(algorithm);
        }
        BlobEncryption encryption = upload.attributes().encryption();
        return encryption == null || encryption.method().showsDigests() ? added : Set.of();
    }
}
