package dev.skerry.s3.operation;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Errors;
import dev.skerry.s3.error.S3Errors.S3Error;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * DeleteObjects: each key by itself, those of one key in the order named; a key that fails does not stop the others.
 * All are asked of the store at once, so a slot commits its keys together instead of one after the other. A document
 * that cannot be read deletes nothing.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html">DeleteObjects</a>
 */
final class DeleteObjects implements S3Handler {
    private static final int MAX_KEYS = 1000;
    private static final int MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

    private final BlobStore blobs;
    private final Named named;
    private final Compatibility compatibility;

    DeleteObjects(BlobStore blobs, Named named, Compatibility compatibility) {
        this.blobs = blobs;
        this.named = named;
        this.compatibility = compatibility;
    }

    @Override
    public S3Response handle(S3Request request) {
        requireDigest(request);
        Bucket bucket = named.bucket(request);
        XmlElement delete = Documents.read(request, "Delete", MAX_DOCUMENT_BYTES);
        List<XmlElement> objects = delete.children("Object");
        if (objects.isEmpty() || objects.size() > MAX_KEYS) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        boolean quiet = delete.textOf("Quiet")
                .map(text -> text.strip().equalsIgnoreCase("true"))
                .orElse(false);
        List<Entry> entries = objects.stream()
                .map(object -> Entry.of(request, bucket.name(), object))
                .toList();
        return S3Response.ok(delete(bucket.name(), entries, quiet));
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

    /** One object named. */
    private sealed interface Entry {
        String key();

        Optional<String> versionId();

        /** What can be asked of the store. */
        record Asked(String key, Optional<String> versionId, Deletion deletion, BlobStore.Deletion question)
                implements Entry {}

        /** What cannot, and why. */
        record Refused(String key, Optional<String> versionId, RuntimeException refusal) implements Entry {}

        static Entry of(S3Request request, String bucket, XmlElement object) {
            String key = Documents.required(object, "Key");
            Optional<String> versionId = object.textOf("VersionId").filter(id -> !id.isEmpty());
            try {
                request.access().requireDelete(key, versionId.orElse(null));
                Deletion deletion = new Deletion(
                        path(bucket, key),
                        versionId,
                        Deletion.conditions(object),
                        ObjectLockHeaders.bypassesGovernance(request, key, versionId.orElse(null)));
                return new Asked(key, versionId, deletion, deletion.asked());
            } catch (S3Exception | StoreException e) {
                return new Refused(key, versionId, e);
            }
        }
    }

    private XmlElement delete(String bucket, List<Entry> entries, boolean quiet) {
        List<BlobStore.Deletion> questions = entries.stream()
                .filter(Entry.Asked.class::isInstance)
                .map(entry -> ((Entry.Asked) entry).question())
                .toList();
        Iterator<BlobStore.DeletionOutcome> outcomes =
                blobs.deleteAll(bucket, questions).iterator();
        XmlElement result = new XmlElement("DeleteResult");
        for (Entry entry : entries) {
            try {
                Deletion.Outcome outcome = switch (entry) {
                    case Entry.Asked asked -> asked.deletion().outcome(blobs, outcomes.next(), compatibility);
                    case Entry.Refused refused -> throw refused.refusal();
                };
                if (!quiet) {
                    result.add(deleted(entry, outcome));
                }
            } catch (S3Exception | StoreException e) {
                result.add(failed(entry, e));
            }
        }
        return result;
    }

    private static XmlElement deleted(Entry entry, Deletion.Outcome outcome) {
        XmlElement deleted = named("Deleted", entry);
        if (outcome.deleteMarker()) {
            deleted.add("DeleteMarker", true);
            outcome.versionId().ifPresent(id -> deleted.add("DeleteMarkerVersionId", id));
        }
        return deleted;
    }

    private static XmlElement failed(Entry entry, RuntimeException failure) {
        S3Error error = S3Errors.of(failure, ""); // who asks matters to the creation of buckets only
        return named("Error", entry).add("Code", error.code().wireName()).add("Message", error.message());
    }

    private static XmlElement named(String element, Entry entry) {
        XmlElement named = new XmlElement(element).add("Key", entry.key());
        entry.versionId().ifPresent(id -> named.add("VersionId", id));
        return named;
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
