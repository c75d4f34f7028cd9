package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.access.AccessListHeaders;
import dev.skerry.s3.access.AccessListJson;
import dev.skerry.s3.access.AccessListXml;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.Grantees;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import java.util.Map;

/**
 * GetBucketAcl, PutBucketAcl, GetObjectAcl, PutObjectAcl. Where the bucket's owner is enforced, each list says that the
 * owner has full control, and nothing else can be said.
 */
final class AccessControlLists {
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;

    private final Buckets buckets;
    private final BlobStore blobs;
    private final Named named;
    private final Owners owners;
    private final BucketAccessReader reader;
    private final AccessListHeaders headers;
    private final AccessListXml documents;

    AccessControlLists(
            Buckets buckets,
            BlobStore blobs,
            Named named,
            Owners owners,
            BucketAccessReader reader,
            Identities identities) {
        this.buckets = buckets;
        this.blobs = blobs;
        this.named = named;
        this.owners = owners;
        this.reader = reader;
        Grantees grantees = new Grantees(identities);
        this.headers = new AccessListHeaders(grantees);
        this.documents = new AccessListXml(grantees);
    }

    /** GetBucketAcl. */
    S3Response getOfBucket(S3Request request) {
        BucketAccess access = reader.of(named.bucket(request));
        AccessList list = access.ownership().listsCount() ? access.accessList() : AccessList.ofOwner(access.ownerId());
        return S3Response.ok(AccessListXml.write(list, access.ownerId(), owners::displayName));
    }

    /** PutBucketAcl. */
    S3Response putOfBucket(S3Request request) {
        BucketAccess access = reader.of(named.bucket(request));
        AccessList list = asked(request, access, access.ownerId());
        if (access.ownership().listsCount()) {
            buckets.configure(access.bucket(), ConfigurationKind.ACL, AccessListJson.write(list, access.ownerId()));
        }
        return S3Response.ok();
    }

    /** GetObjectAcl. */
    S3Response getOfObject(S3Request request) {
        Bucket bucket = named.bucket(request);
        BlobMeta meta = blobs.head(request.path(), VersionIds.requested(request));
        request.access().requireSame(meta);
        String ownerId = meta.attributes().ownerId();
        XmlElement policy = reader.of(bucket).ownership().listsCount()
                ? AccessListXml.write(
                        AccessListJson.read(meta.attributes().acl(), ownerId), ownerId, owners::displayName)
                : AccessListXml.write(AccessList.ofOwner(bucket.ownerId()), bucket.ownerId(), owners::displayName);
        return new S3Response.Xml(200, version(bucket, meta), policy);
    }

    /** PutObjectAcl. */
    S3Response putOfObject(S3Request request) {
        Bucket bucket = named.bucket(request);
        BucketAccess access = reader.of(bucket);
        BlobMeta meta = blobs.head(request.path(), VersionIds.requested(request));
        request.access().requireSame(meta);
        String ownerId = access.ownership().listsCount() ? meta.attributes().ownerId() : bucket.ownerId();
        AccessList list = asked(request, access, ownerId);
        if (access.ownership().listsCount()) {
            String acl = AccessListJson.write(list, ownerId);
            meta = blobs.setAcl(request.path(), VersionIds.exactly(meta), acl);
        }
        return new S3Response.Empty(200, version(bucket, meta));
    }

    private static Map<String, String> version(Bucket bucket, BlobMeta meta) {
        return VersionIds.ofRead(bucket, meta)
                .map(id -> Map.of(VersionIds.HEADER, id))
                .orElse(Map.of());
    }

    /** What headers or document ask for, where the bucket lets it be asked. */
    private AccessList asked(S3Request request, BucketAccess access, String ownerId) {
        if (AccessListHeaders.any(request.headers())) {
            AccessList list = headers.read(request.headers(), ownerId, access.ownerId())
                    .orElseThrow(() -> new S3Exception(S3ErrorCode.INVALID_ARGUMENT));
            boolean toOwner = request.header(AccessListHeaders.CANNED)
                    .map(AccessListHeaders.BUCKET_OWNER_FULL_CONTROL::equals)
                    .orElseGet(() -> list.isOwnerAlone(ownerId));
            return permitted(access, list, toOwner);
        }
        byte[] body = request.smallBody(MAX_DOCUMENT_BYTES);
        if (body.length == 0) {
            throw new S3Exception(
                    S3ErrorCode.MISSING_SECURITY_HEADER,
                    S3ErrorCode.MISSING_SECURITY_HEADER.message(),
                    Map.of("MissingHeaderName", AccessListHeaders.CANNED));
        }
        AccessList list = documents.read(document(body), ownerId, access.ownerId());
        return permitted(access, list, list.isOwnerAlone(ownerId));
    }

    private static AccessList permitted(BucketAccess access, AccessList list, boolean toOwner) {
        if (!access.ownership().listsCount() && !toOwner) {
            throw new S3Exception(S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED);
        }
        WrittenAccess.requireNotBlocked(access, list);
        return list;
    }

    private static XmlElement document(byte[] body) {
        try {
            return XmlReader.parse(body, XmlLimits.DEFAULT);
        } catch (S3Exception e) {
            S3Exception malformed = new S3Exception(S3ErrorCode.MALFORMED_ACL);
            malformed.initCause(e);
            throw malformed;
        }
    }
}
