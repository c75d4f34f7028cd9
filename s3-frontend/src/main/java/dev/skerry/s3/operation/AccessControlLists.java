package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Map;

/**
 * GetBucketAcl, PutBucketAcl, GetObjectAcl, PutObjectAcl, in buckets whose owner alone has access: each list says that
 * the owner has full control, and nothing else can be said.
 */
final class AccessControlLists {
    private static final String ROOT = "AccessControlPolicy";
    private static final String FULL_CONTROL = "FULL_CONTROL";
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;

    private final BlobStore blobs;
    private final Named named;
    private final Owners owners;

    AccessControlLists(BlobStore blobs, Named named, Owners owners) {
        this.blobs = blobs;
        this.named = named;
        this.owners = owners;
    }

    /** GetBucketAcl. */
    S3Response getOfBucket(S3Request request) {
        return S3Response.ok(ownerAlone(named.bucket(request).ownerId()));
    }

    /** PutBucketAcl. */
    S3Response putOfBucket(S3Request request) {
        requireOwnerAlone(request, named.bucket(request).ownerId());
        return S3Response.ok();
    }

    /** GetObjectAcl. */
    S3Response getOfObject(S3Request request) {
        Bucket bucket = named.bucket(request);
        BlobMeta meta = blobs.head(request.path(), VersionIds.requested(request));
        return new S3Response.Xml(
                200, version(bucket, meta), ownerAlone(meta.attributes().ownerId()));
    }

    /** PutObjectAcl. */
    S3Response putOfObject(S3Request request) {
        Bucket bucket = named.bucket(request);
        BlobMeta meta = blobs.head(request.path(), VersionIds.requested(request));
        requireOwnerAlone(request, meta.attributes().ownerId());
        return new S3Response.Empty(200, version(bucket, meta));
    }

    private static Map<String, String> version(Bucket bucket, BlobMeta meta) {
        return VersionIds.ofRead(bucket, meta)
                .map(id -> Map.of(VersionIds.HEADER, id))
                .orElse(Map.of());
    }

    private XmlElement ownerAlone(String ownerId) {
        XmlElement policy = new XmlElement(ROOT).add(owners.owner(ownerId));
        policy.child("AccessControlList")
                .child("Grant")
                .add(owners.grantee(ownerId))
                .add("Permission", FULL_CONTROL);
        return policy;
    }

    private void requireOwnerAlone(S3Request request, String ownerId) {
        Unsupported.refuseAcl(request);
        if (request.header("x-amz-acl").isPresent()) {
            return;
        }
        XmlElement policy = Documents.read(request, ROOT, MAX_DOCUMENT_BYTES);
        List<XmlElement> grants = policy.first("AccessControlList")
                .orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML))
                .children("Grant");
        boolean ownerAlone = grants.size() == 1 && isFullControlOf(grants.getFirst(), ownerId);
        if (!ownerAlone) {
            throw new S3Exception(S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED);
        }
    }

    private static boolean isFullControlOf(XmlElement grant, String ownerId) {
        return grant.textOf("Permission").filter(FULL_CONTROL::equals).isPresent()
                && grant.first("Grantee")
                        .flatMap(grantee -> grantee.textOf("ID"))
                        .filter(ownerId::equals)
                        .isPresent();
    }
}
