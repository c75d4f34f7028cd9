package dev.skerry.compat.access;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.WireRequest;
import java.net.URI;

/** What somebody tries to do to a bucket and the object in it. */
enum Attempt {
    READ,
    READ_HEAD,
    READ_RANGE,
    READ_NATIVE,
    READ_VERSION,
    READ_VERSION_NATIVE,
    COPY_AWAY,
    READ_TAGS,
    READ_OBJECT_ACL,
    LIST,
    LIST_NATIVE,
    LIST_VERSIONS,
    LIST_VERSIONS_NATIVE,
    LIST_UPLOADS,
    HEAD_BUCKET,
    SLOT_NATIVE,
    OVERWRITE,
    OVERWRITE_NATIVE,
    COPY_OVER,
    BEGIN_UPLOAD,
    DELETE,
    DELETE_MANY,
    DELETE_NATIVE,
    DELETE_VERSION,
    DELETE_VERSION_AMONG_MANY,
    DELETE_VERSION_NATIVE,
    DELETE_TAGS,
    WRITE_TAGS,
    WRITE_OBJECT_ACL,
    READ_VERSIONING,
    WRITE_POLICY,
    READ_BUCKET_ACL,
    WRITE_BUCKET_ACL,
    SWITCH_VERSIONING_ON,
    WRITE_CORS,
    WRITE_OWNERSHIP,
    DELETE_POLICY,
    OPEN_TO_PUBLIC;

    /** The object's key. */
    static final String KEY = "kept";

    /** What is in it. */
    static final String CONTENT = "what anna wrote";

    /** A bucket that everyone may read from and write to, so that copies fail on the other side only. */
    static final String COMMON = "common";

    private static final String TAGS = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    private static final String DELETES = "<Delete><Object><Key>" + KEY + "</Key></Object></Delete>";
    private static final String VERSION_DELETES =
            "<Delete><Object><Key>" + KEY + "</Key><VersionId>null</VersionId></Object></Delete>";
    private static final String CORS = "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>"
            + "<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>";
    private static final String OWNERSHIP = "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerPreferred"
            + "</ObjectOwnership></Rule></OwnershipControls>";
    private static final String VERSIONED =
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";

    /** Whether success changes something. */
    boolean changes() {
        return switch (this) {
            case READ, READ_HEAD, READ_RANGE, READ_NATIVE, COPY_AWAY, READ_TAGS, READ_OBJECT_ACL -> false;
            case READ_VERSION, READ_VERSION_NATIVE, LIST_UPLOADS, HEAD_BUCKET -> false;
            case SLOT_NATIVE -> false;
            case LIST, LIST_NATIVE, LIST_VERSIONS, LIST_VERSIONS_NATIVE, READ_VERSIONING, READ_BUCKET_ACL -> false;
            default -> true;
        };
    }

    /** Whether it is by the native API, which on the S3 port answers nobody who signs nothing. */
    boolean isNative() {
        return name().endsWith("_NATIVE");
    }

    /** Whether it is about the whole node, which is root's alone. */
    boolean isOfTheNode() {
        return this == SLOT_NATIVE;
    }

    /** The request, not yet signed. */
    WireRequest request(SkerryServer server, String bucket) {
        URI s3 = server.s3();
        return switch (this) {
            case READ -> WireRequest.object("GET", s3, bucket, KEY);
            case READ_HEAD -> WireRequest.object("HEAD", s3, bucket, KEY);
            case READ_RANGE -> WireRequest.object("GET", s3, bucket, KEY).header("range", "bytes=0-3");
            case READ_NATIVE -> blob("GET", s3, bucket);
            case READ_VERSION -> WireRequest.object("GET", s3, bucket, KEY).query("versionId", "null");
            case READ_VERSION_NATIVE -> blob("GET", s3, bucket).query("version", "1");
            case COPY_AWAY ->
                WireRequest.object("PUT", s3, COMMON, "away").header("x-amz-copy-source", "/" + bucket + "/" + KEY);
            case READ_TAGS -> WireRequest.object("GET", s3, bucket, KEY).query("tagging", "");
            case READ_OBJECT_ACL -> WireRequest.object("GET", s3, bucket, KEY).query("acl", "");
            case LIST -> bucket("GET", s3, bucket).query("list-type", "2");
            case LIST_NATIVE -> WireRequest.of("GET", s3, "/_/api/v1/blobs").query("prefix", bucket + "/");
            case LIST_VERSIONS -> bucket("GET", s3, bucket).query("versions", "");
            case LIST_VERSIONS_NATIVE -> blob("GET", s3, bucket).query("versions", "");
            case LIST_UPLOADS -> bucket("GET", s3, bucket).query("uploads", "");
            case HEAD_BUCKET -> bucket("HEAD", s3, bucket);
            case SLOT_NATIVE -> WireRequest.of("GET", s3, "/_/api/v1/slots/0");
            case OVERWRITE -> WireRequest.object("PUT", s3, bucket, KEY).body("overwritten");
            case OVERWRITE_NATIVE -> blob("PUT", s3, bucket).body("overwritten");
            case COPY_OVER ->
                WireRequest.object("PUT", s3, bucket, KEY).header("x-amz-copy-source", "/" + COMMON + "/" + KEY);
            case BEGIN_UPLOAD -> WireRequest.object("POST", s3, bucket, KEY).query("uploads", "");
            case DELETE -> WireRequest.object("DELETE", s3, bucket, KEY);
            case DELETE_MANY -> deletes(s3, bucket, DELETES);
            case DELETE_NATIVE -> blob("DELETE", s3, bucket);
            case DELETE_VERSION -> WireRequest.object("DELETE", s3, bucket, KEY).query("versionId", "null");
            case DELETE_VERSION_AMONG_MANY -> deletes(s3, bucket, VERSION_DELETES);
            case DELETE_VERSION_NATIVE -> blob("DELETE", s3, bucket).query("version", "1");
            case DELETE_TAGS -> WireRequest.object("DELETE", s3, bucket, KEY).query("tagging", "");
            case WRITE_TAGS ->
                WireRequest.object("PUT", s3, bucket, KEY).query("tagging", "").body(TAGS);
            case WRITE_OBJECT_ACL ->
                WireRequest.object("PUT", s3, bucket, KEY)
                        .query("acl", "")
                        .header("x-amz-acl", "bucket-owner-full-control");
            case READ_VERSIONING -> bucket("GET", s3, bucket).query("versioning", "");
            case WRITE_POLICY ->
                bucket("PUT", s3, bucket)
                        .query("policy", "")
                        .body(PolicyText.of(bucket)
                                .deny("*", "s3:GetBucketWebsite")
                                .text());
            case READ_BUCKET_ACL -> bucket("GET", s3, bucket).query("acl", "");
            case WRITE_BUCKET_ACL ->
                bucket("PUT", s3, bucket).query("acl", "").header("x-amz-acl", "bucket-owner-full-control");
            case SWITCH_VERSIONING_ON ->
                bucket("PUT", s3, bucket).query("versioning", "").body(VERSIONED);
            case WRITE_CORS -> bucket("PUT", s3, bucket).query("cors", "").body(CORS);
            case WRITE_OWNERSHIP ->
                bucket("PUT", s3, bucket).query("ownershipControls", "").body(OWNERSHIP);
            case DELETE_POLICY -> bucket("DELETE", s3, bucket).query("policy", "");
            case OPEN_TO_PUBLIC -> bucket("DELETE", s3, bucket).query("publicAccessBlock", "");
        };
    }

    /** Makes the common bucket. */
    static void openCommon(SkerryServer server) {
        URI s3 = server.s3();
        Account.ROOT.must(server, bucket("PUT", s3, COMMON));
        Account.ROOT.must(server, bucket("DELETE", s3, COMMON).query("publicAccessBlock", ""));
        String policy =
                PolicyText.of(COMMON).allow("*", "s3:GetObject", "s3:PutObject").text();
        Account.ROOT.must(server, bucket("PUT", s3, COMMON).query("policy", "").body(policy));
        Account.ROOT.must(server, WireRequest.object("PUT", s3, COMMON, KEY).body("anybody's"));
    }

    /** A request about a bucket. */
    static WireRequest bucket(String method, URI s3, String bucket) {
        return WireRequest.of(method, s3, "/" + bucket);
    }

    private static WireRequest deletes(URI s3, String bucket, String document) {
        return bucket("POST", s3, bucket)
                .query("delete", "")
                .header("content-md5", Bytes.base64("MD5", Bytes.utf8(document)))
                .body(document);
    }

    private static WireRequest blob(String method, URI s3, String bucket) {
        return WireRequest.of(method, s3, "/_/api/v1/blobs/" + bucket + "/" + KEY);
    }
}
