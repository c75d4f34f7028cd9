package dev.skerry.s3.operation;

import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;

/** AbortMultipartUpload. */
final class AbortMultipartUpload implements S3Handler {
    private final Uploads uploads;
    private final Named named;

    AbortMultipartUpload(Uploads uploads, Named named) {
        this.uploads = uploads;
        this.named = named;
    }

    @Override
    public S3Response handle(S3Request request) {
        named.bucket(request);
        uploads.abort(request.path(), UploadPart.uploadId(request));
        return S3Response.noContent();
    }
}
