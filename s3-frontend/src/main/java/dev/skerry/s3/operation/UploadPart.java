package dev.skerry.s3.operation;

import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;
import java.util.Optional;

/**
 * UploadPart. Where the upload was begun with a checksum algorithm, every part has a checksum of it.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html">UploadPart</a>
 */
final class UploadPart implements S3Handler {
    private final Uploads uploads;
    private final Named named;
    private final EncryptionHeaders encryption;
    private final AddedChecksums added;

    UploadPart(Uploads uploads, Named named, EncryptionHeaders encryption, AddedChecksums added) {
        this.uploads = uploads;
        this.named = named;
        this.encryption = encryption;
        this.added = added;
    }

    @Override
    public S3Response handle(S3Request request) {
        named.bucket(request);
        CustomerKey key = encryption.ofPart(request);
        int number = PartNumbers.require(request.query("partNumber").orElse(""));
        Upload upload = uploads.find(request.path(), uploadId(request));
        requireSameAlgorithm(request, upload);
        var part = uploads.putPart(
                request.path(), uploadId(request), number, added.ofPart(upload), PutObject.body(request), key);
        Map<String, String> headers = S3Response.newHeaders();
        headers.put("ETag", ETags.quoted(part.etag()));
        Checksums.addHeaders(part.checksums(), headers);
        EncryptionHeaders.add(upload.attributes().encryption(), headers);
        return new S3Response.Empty(200, headers);
    }

    /** The upload a request names. */
    static String uploadId(S3Request request) {
        return request.query("uploadId").orElse("");
    }

    private static void requireSameAlgorithm(S3Request request, Upload upload) {
        ChecksumAlgorithm expected = upload.checksumAlgorithm();
        Optional<ChecksumAlgorithm> sent = Checksums.sent(request);
        if (expected != null && sent.isPresent() && sent.get() != expected) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "Checksum Type mismatch occurred, expected checksum Type: " + expected + ", actual checksum Type: "
                            + sent.get());
        }
    }
}
