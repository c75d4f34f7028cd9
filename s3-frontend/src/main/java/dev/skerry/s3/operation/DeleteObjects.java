package dev.skerry.s3.operation;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Errors;
import dev.skerry.s3.error.S3Errors.S3Error;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * DeleteObjects: each key by itself, in the order named; a key that fails does not stop the others.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html">DeleteObjects</a>
 */
final class DeleteObjects implements S3Handler {
    private static final int MAX_KEYS = 1000;
    private static final int MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

    private final BlobStore blobs;
    private final Named named;

    DeleteObjects(BlobStore blobs, Named named) {
        this.blobs = blobs;
        this.named = named;
    }

    @Override
    public S3Response handle(S3Request request) {
        requireDigest(request);
        String bucket = named.bucket(request).name();
        XmlElement delete = Documents.read(request, "Delete", MAX_DOCUMENT_BYTES);
        List<XmlElement> objects = delete.children("Object");
        if (objects.isEmpty() || objects.size() > MAX_KEYS) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        boolean quiet = delete.textOf("Quiet")
                .map(text -> text.strip().equalsIgnoreCase("true"))
                .orElse(false);
        XmlElement result = new XmlElement("DeleteResult");
        for (XmlElement object : objects) {
            delete(bucket, object, quiet, result);
        }
        return S3Response.ok(result);
    }

    /** A list cut short on its way would delete fewer; one changed on its way would delete others. */
    private static void requireDigest(S3Request request) {
        boolean digest = request.header("content-md5").isPresent()
                || request.header("x-amz-trailer").isPresent()
                || Checksums.sent(request).isPresent();
        if (!digest) {
            throw new S3Exception(S3ErrorCode.INVALID_REQUEST, "Missing required header for this request: Content-MD5");
        }
    }

    private void delete(String bucket, XmlElement object, boolean quiet, XmlElement result) {
        String key = Documents.required(object, "Key");
        Optional<String> versionId = object.textOf("VersionId").filter(id -> !id.isEmpty());
        try {
            Deletion.Outcome outcome =
                    new Deletion(path(bucket, key), versionId, Deletion.conditions(object)).run(blobs);
            if (!quiet) {
                result.add(deleted(key, versionId, outcome));
            }
        } catch (S3Exception | StoreException e) {
            S3Error error = S3Errors.of(e, ""); // who asks matters to the creation of buckets only
            XmlElement entry = result.child("Error").add("Key", key);
            versionId.ifPresent(id -> entry.add("VersionId", id));
            entry.add("Code", error.code().wireName()).add("Message", error.message());
        }
    }

    private static XmlElement deleted(String key, Optional<String> versionId, Deletion.Outcome outcome) {
        XmlElement entry = new XmlElement("Deleted").add("Key", key);
        versionId.ifPresent(id -> entry.add("VersionId", id));
        if (outcome.deleteMarker()) {
            entry.add("DeleteMarker", true);
            outcome.versionId().ifPresent(id -> entry.add("DeleteMarkerVersionId", id));
        }
        return entry;
    }

    private static BlobPath path(String bucket, String key) {
        if (key.isEmpty()) {
            throw new S3Exception(S3ErrorCode.INVALID_ARGUMENT, "A key is required.");
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > BlobPath.MAX_KEY_BYTES) {
            throw new S3Exception(S3ErrorCode.KEY_TOO_LONG);
        }
        return BlobPath.of(bucket, key);
    }
}
