package dev.skerry.s3.operation;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;
import java.util.Optional;

/**
 * CreateMultipartUpload.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html">
 *     CreateMultipartUpload</a>
 */
final class CreateMultipartUpload implements S3Handler {
    private static final String ALGORITHM_HEADER = "x-amz-checksum-algorithm";

    private final Uploads uploads;
    private final Named named;
    private final WrittenAccess access;
    private final Expirations expirations;
    private final EncryptionHeaders encryption;
    private final UserMetadata metadata;

    CreateMultipartUpload(
            Uploads uploads,
            Named named,
            WrittenAccess access,
            Expirations expirations,
            EncryptionHeaders encryption,
            UserMetadata metadata) {
        this.uploads = uploads;
        this.named = named;
        this.access = access;
        this.expirations = expirations;
        this.encryption = encryption;
        this.metadata = metadata;
    }

    @Override
    public S3Response handle(S3Request request) {
        Bucket bucket = named.bucket(request);
        EncryptionRequest encrypted = encryption.ofWrite(request, bucket);
        Optional<ChecksumAlgorithm> algorithm = request.header(ALGORITHM_HEADER).map(Checksums::algorithm);
        Optional<Checksum.Type> type = type(request, algorithm);
        Upload upload = uploads.begin(
                request.path(),
                WrittenAttributes.of(request, access.of(request, bucket), metadata),
                request.identity().canonicalId(),
                algorithm.orElse(null),
                type.orElse(null),
                encrypted);
        Map<String, String> headers = S3Response.newHeaders();
        algorithm.ifPresent(name -> headers.put(ALGORITHM_HEADER, name.name()));
        type.ifPresent(name -> headers.put(Checksums.TYPE_HEADER, name.name()));
        expirations.add(bucket, upload, headers);
        EncryptionHeaders.addWritten(upload.attributes().encryption(), headers);
        XmlElement result = new XmlElement("InitiateMultipartUploadResult")
                .add("Bucket", bucket.name())
                .add("Key", upload.path().key())
                .add("UploadId", upload.uploadId().value());
        return new S3Response.Xml(200, headers, result);
    }

    private static Optional<Checksum.Type> type(S3Request request, Optional<ChecksumAlgorithm> algorithm) {
        Optional<Checksum.Type> named = Checksums.type(request);
        if (algorithm.isEmpty()) {
            if (named.isPresent()) {
                throw new S3Exception(
                        S3ErrorCode.INVALID_REQUEST,
                        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
            }
            return Optional.empty();
        }
        Checksum.Type type = named.orElse(Checksums.defaultType(algorithm.get()));
        Checksums.requirePossible(algorithm.get(), type);
        return Optional.of(type);
    }
}
