package dev.skerry.s3.operation;

import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;

/**
 * DeleteObject. Deleting what is not there succeeds, unless an ETag is asked for.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html">DeleteObject</a>
 */
final class DeleteObject implements S3Handler {
    private final BlobStore blobs;
    private final Named named;
    private final Compatibility compatibility;

    DeleteObject(BlobStore blobs, Named named, Compatibility compatibility) {
        this.blobs = blobs;
        this.named = named;
        this.compatibility = compatibility;
    }

    @Override
    public S3Response handle(S3Request request) {
        named.bucket(request);
        Deletion deletion = new Deletion(
                request.path(),
                request.query("versionId"),
                Deletion.conditions(request),
                ObjectLockHeaders.bypassesGovernance(request));
        Deletion.Outcome outcome = deletion.run(blobs, compatibility);
        Map<String, String> headers = S3Response.newHeaders();
        outcome.versionId().ifPresent(id -> headers.put(VersionIds.HEADER, id));
        if (outcome.deleteMarker()) {
            headers.put("x-amz-delete-marker", "true");
        }
        return new S3Response.Empty(204, headers);
    }
}
