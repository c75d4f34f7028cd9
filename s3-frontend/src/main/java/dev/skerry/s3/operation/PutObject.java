package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Occasion;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.PutBlobRequest;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;

/**
 * PutObject.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html">PutObject</a>
 */
final class PutObject implements S3Handler {
    /** The most bytes one request writes. */
    static final long MAX_BYTES = 5L * 1024 * 1024 * 1024;

    private final BlobStore blobs;
    private final Named named;
    private final WrittenAccess access;
    private final Expirations expirations;
    private final EncryptionHeaders encryption;
    private final AddedChecksums added;
    private final UserMetadata metadata;

    PutObject(
            BlobStore blobs,
            Named named,
            WrittenAccess access,
            Expirations expirations,
            EncryptionHeaders encryption,
            AddedChecksums added,
            UserMetadata metadata) {
        this.blobs = blobs;
        this.named = named;
        this.access = access;
        this.expirations = expirations;
        this.encryption = encryption;
        this.added = added;
        this.metadata = metadata;
    }

    @Override
    public S3Response handle(S3Request request) {
        return put(request, Occasion.REQUEST);
    }

    /** The same on another occasion. */
    S3Response put(S3Request request, Occasion occasion) {
        Bucket bucket = named.bucket(request);
        EncryptionRequest encrypted = encryption.ofWrite(request, bucket);
        PutBlobRequest write = new PutBlobRequest(
                request.path(),
                WrittenAttributes.of(request, access.of(request, bucket), metadata),
                WriteConditions.of(request),
                added.ofWrite(request, bucket, encrypted),
                false,
                null,
                null,
                encrypted);
        BlobMeta written = blobs.put(write.on(occasion), body(request)).meta();
        Map<String, String> headers = S3Response.newHeaders();
        headers.put("ETag", ETags.quoted(written.etag()));
        VersionIds.ofWrite(written).ifPresent(id -> headers.put(VersionIds.HEADER, id));
        Checksums.addHeaders(written, headers);
        expirations.add(bucket, written, headers);
        EncryptionHeaders.addWritten(written.attributes().encryption(), headers);
        return new S3Response.Empty(200, headers);
    }

    /**
     * The body of an object or a part.
     *
     * @throws S3Exception with EntityTooLarge where the client announces more than one request writes
     */
    static BlobBody body(S3Request request) {
        BlobBody body = request.body();
        long declared = body.declaredBytes().orElse(0);
        if (declared > MAX_BYTES) {
            body.close();
            throw S3Exception.of(
                    S3ErrorCode.ENTITY_TOO_LARGE,
                    S3ErrorCode.ENTITY_TOO_LARGE.message(),
                    "ProposedSize",
                    Long.toString(declared),
                    "MaxSizeAllowed",
                    Long.toString(MAX_BYTES));
        }
        return body;
    }
}
