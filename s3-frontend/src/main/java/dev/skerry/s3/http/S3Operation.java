package dev.skerry.s3.http;

import static dev.skerry.s3.http.S3Operation.Resource.BUCKET;
import static dev.skerry.s3.http.S3Operation.Resource.OBJECT;
import static dev.skerry.s3.http.S3Operation.Resource.SERVICE;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every operation S3 has, one row each: its name, method, resource, IAM action, and what else a request must carry to
 * mean it. Rows of one method and resource are tried from top to bottom, so the more particular come first. What a row
 * does is not here: the pipeline is given handlers, and a row without one is answered with NotImplemented.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html">
 *     Amazon S3 actions</a>
 */
public enum S3Operation {
    LIST_BUCKETS("ListBuckets", "GET", SERVICE, "s3:ListAllMyBuckets"),
    HEAD_BUCKET("HeadBucket", "HEAD", BUCKET, "s3:ListBucket"),
    GET_BUCKET_LOCATION("GetBucketLocation", "GET", BUCKET, "s3:GetBucketLocation", "location"),
    GET_BUCKET_POLICY_STATUS("GetBucketPolicyStatus", "GET", BUCKET, "s3:GetBucketPolicyStatus", "policyStatus"),
    GET_BUCKET_ACL("GetBucketAcl", "GET", BUCKET, "s3:GetBucketAcl", "acl"),
    PUT_BUCKET_ACL("PutBucketAcl", "PUT", BUCKET, "s3:PutBucketAcl", "acl"),
    GET_BUCKET_ACCELERATE_CONFIGURATION(
            "GetBucketAccelerateConfiguration", "GET", BUCKET, "s3:GetAccelerateConfiguration", "accelerate"),
    PUT_BUCKET_ACCELERATE_CONFIGURATION(
            "PutBucketAccelerateConfiguration", "PUT", BUCKET, "s3:PutAccelerateConfiguration", "accelerate"),
    GET_BUCKET_CORS("GetBucketCors", "GET", BUCKET, "s3:GetBucketCORS", "cors"),
    PUT_BUCKET_CORS("PutBucketCors", "PUT", BUCKET, "s3:PutBucketCORS", "cors"),
    DELETE_BUCKET_CORS("DeleteBucketCors", "DELETE", BUCKET, "s3:PutBucketCORS", "cors"),
    GET_BUCKET_ENCRYPTION("GetBucketEncryption", "GET", BUCKET, "s3:GetEncryptionConfiguration", "encryption"),
    PUT_BUCKET_ENCRYPTION("PutBucketEncryption", "PUT", BUCKET, "s3:PutEncryptionConfiguration", "encryption"),
    DELETE_BUCKET_ENCRYPTION("DeleteBucketEncryption", "DELETE", BUCKET, "s3:PutEncryptionConfiguration", "encryption"),
    GET_BUCKET_LIFECYCLE_CONFIGURATION(
            "GetBucketLifecycleConfiguration", "GET", BUCKET, "s3:GetLifecycleConfiguration", "lifecycle"),
    PUT_BUCKET_LIFECYCLE_CONFIGURATION(
            "PutBucketLifecycleConfiguration", "PUT", BUCKET, "s3:PutLifecycleConfiguration", "lifecycle"),
    DELETE_BUCKET_LIFECYCLE("DeleteBucketLifecycle", "DELETE", BUCKET, "s3:PutLifecycleConfiguration", "lifecycle"),
    GET_BUCKET_LOGGING("GetBucketLogging", "GET", BUCKET, "s3:GetBucketLogging", "logging"),
    PUT_BUCKET_LOGGING("PutBucketLogging", "PUT", BUCKET, "s3:PutBucketLogging", "logging"),
    GET_BUCKET_NOTIFICATION_CONFIGURATION(
            "GetBucketNotificationConfiguration", "GET", BUCKET, "s3:GetBucketNotification", "notification"),
    PUT_BUCKET_NOTIFICATION_CONFIGURATION(
            "PutBucketNotificationConfiguration", "PUT", BUCKET, "s3:PutBucketNotification", "notification"),
    GET_BUCKET_OWNERSHIP_CONTROLS(
            "GetBucketOwnershipControls", "GET", BUCKET, "s3:GetBucketOwnershipControls", "ownershipControls"),
    PUT_BUCKET_OWNERSHIP_CONTROLS(
            "PutBucketOwnershipControls", "PUT", BUCKET, "s3:PutBucketOwnershipControls", "ownershipControls"),
    DELETE_BUCKET_OWNERSHIP_CONTROLS(
            "DeleteBucketOwnershipControls", "DELETE", BUCKET, "s3:PutBucketOwnershipControls", "ownershipControls"),
    GET_BUCKET_POLICY("GetBucketPolicy", "GET", BUCKET, "s3:GetBucketPolicy", "policy"),
    PUT_BUCKET_POLICY("PutBucketPolicy", "PUT", BUCKET, "s3:PutBucketPolicy", "policy"),
    DELETE_BUCKET_POLICY("DeleteBucketPolicy", "DELETE", BUCKET, "s3:DeleteBucketPolicy", "policy"),
    GET_BUCKET_REPLICATION("GetBucketReplication", "GET", BUCKET, "s3:GetReplicationConfiguration", "replication"),
    PUT_BUCKET_REPLICATION("PutBucketReplication", "PUT", BUCKET, "s3:PutReplicationConfiguration", "replication"),
    DELETE_BUCKET_REPLICATION(
            "DeleteBucketReplication", "DELETE", BUCKET, "s3:PutReplicationConfiguration", "replication"),
    GET_BUCKET_REQUEST_PAYMENT(
            "GetBucketRequestPayment", "GET", BUCKET, "s3:GetBucketRequestPayment", "requestPayment"),
    PUT_BUCKET_REQUEST_PAYMENT(
            "PutBucketRequestPayment", "PUT", BUCKET, "s3:PutBucketRequestPayment", "requestPayment"),
    GET_BUCKET_TAGGING("GetBucketTagging", "GET", BUCKET, "s3:GetBucketTagging", "tagging"),
    PUT_BUCKET_TAGGING("PutBucketTagging", "PUT", BUCKET, "s3:PutBucketTagging", "tagging"),
    DELETE_BUCKET_TAGGING("DeleteBucketTagging", "DELETE", BUCKET, "s3:PutBucketTagging", "tagging"),
    GET_BUCKET_VERSIONING("GetBucketVersioning", "GET", BUCKET, "s3:GetBucketVersioning", "versioning"),
    PUT_BUCKET_VERSIONING("PutBucketVersioning", "PUT", BUCKET, "s3:PutBucketVersioning", "versioning"),
    GET_BUCKET_WEBSITE("GetBucketWebsite", "GET", BUCKET, "s3:GetBucketWebsite", "website"),
    PUT_BUCKET_WEBSITE("PutBucketWebsite", "PUT", BUCKET, "s3:PutBucketWebsite", "website"),
    DELETE_BUCKET_WEBSITE("DeleteBucketWebsite", "DELETE", BUCKET, "s3:DeleteBucketWebsite", "website"),
    GET_PUBLIC_ACCESS_BLOCK(
            "GetPublicAccessBlock", "GET", BUCKET, "s3:GetBucketPublicAccessBlock", "publicAccessBlock"),
    PUT_PUBLIC_ACCESS_BLOCK(
            "PutPublicAccessBlock", "PUT", BUCKET, "s3:PutBucketPublicAccessBlock", "publicAccessBlock"),
    DELETE_PUBLIC_ACCESS_BLOCK(
            "DeletePublicAccessBlock", "DELETE", BUCKET, "s3:PutBucketPublicAccessBlock", "publicAccessBlock"),
    GET_OBJECT_LOCK_CONFIGURATION(
            "GetObjectLockConfiguration", "GET", BUCKET, "s3:GetBucketObjectLockConfiguration", "object-lock"),
    PUT_OBJECT_LOCK_CONFIGURATION(
            "PutObjectLockConfiguration", "PUT", BUCKET, "s3:PutBucketObjectLockConfiguration", "object-lock"),
    GET_BUCKET_ANALYTICS_CONFIGURATION(
            "GetBucketAnalyticsConfiguration", "GET", BUCKET, "s3:GetAnalyticsConfiguration", "analytics", "id"),
    LIST_BUCKET_ANALYTICS_CONFIGURATIONS(
            "ListBucketAnalyticsConfigurations", "GET", BUCKET, "s3:GetAnalyticsConfiguration", "analytics"),
    PUT_BUCKET_ANALYTICS_CONFIGURATION(
            "PutBucketAnalyticsConfiguration", "PUT", BUCKET, "s3:PutAnalyticsConfiguration", "analytics"),
    DELETE_BUCKET_ANALYTICS_CONFIGURATION(
            "DeleteBucketAnalyticsConfiguration", "DELETE", BUCKET, "s3:PutAnalyticsConfiguration", "analytics"),
    GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION(
            "GetBucketIntelligentTieringConfiguration",
            "GET",
            BUCKET,
            "s3:GetIntelligentTieringConfiguration",
            "intelligent-tiering",
            "id"),
    LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS(
            "ListBucketIntelligentTieringConfigurations",
            "GET",
            BUCKET,
            "s3:GetIntelligentTieringConfiguration",
            "intelligent-tiering"),
    PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION(
            "PutBucketIntelligentTieringConfiguration",
            "PUT",
            BUCKET,
            "s3:PutIntelligentTieringConfiguration",
            "intelligent-tiering"),
    DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION(
            "DeleteBucketIntelligentTieringConfiguration",
            "DELETE",
            BUCKET,
            "s3:PutIntelligentTieringConfiguration",
            "intelligent-tiering"),
    GET_BUCKET_INVENTORY_CONFIGURATION(
            "GetBucketInventoryConfiguration", "GET", BUCKET, "s3:GetInventoryConfiguration", "inventory", "id"),
    LIST_BUCKET_INVENTORY_CONFIGURATIONS(
            "ListBucketInventoryConfigurations", "GET", BUCKET, "s3:GetInventoryConfiguration", "inventory"),
    PUT_BUCKET_INVENTORY_CONFIGURATION(
            "PutBucketInventoryConfiguration", "PUT", BUCKET, "s3:PutInventoryConfiguration", "inventory"),
    DELETE_BUCKET_INVENTORY_CONFIGURATION(
            "DeleteBucketInventoryConfiguration", "DELETE", BUCKET, "s3:PutInventoryConfiguration", "inventory"),
    GET_BUCKET_METRICS_CONFIGURATION(
            "GetBucketMetricsConfiguration", "GET", BUCKET, "s3:GetMetricsConfiguration", "metrics", "id"),
    LIST_BUCKET_METRICS_CONFIGURATIONS(
            "ListBucketMetricsConfigurations", "GET", BUCKET, "s3:GetMetricsConfiguration", "metrics"),
    PUT_BUCKET_METRICS_CONFIGURATION(
            "PutBucketMetricsConfiguration", "PUT", BUCKET, "s3:PutMetricsConfiguration", "metrics"),
    DELETE_BUCKET_METRICS_CONFIGURATION(
            "DeleteBucketMetricsConfiguration", "DELETE", BUCKET, "s3:PutMetricsConfiguration", "metrics"),
    CREATE_BUCKET_METADATA_CONFIGURATION(
            "CreateBucketMetadataConfiguration",
            "POST",
            BUCKET,
            "s3:CreateBucketMetadataTableConfiguration",
            "metadataConfiguration"),
    GET_BUCKET_METADATA_CONFIGURATION(
            "GetBucketMetadataConfiguration",
            "GET",
            BUCKET,
            "s3:GetBucketMetadataTableConfiguration",
            "metadataConfiguration"),
    DELETE_BUCKET_METADATA_CONFIGURATION(
            "DeleteBucketMetadataConfiguration",
            "DELETE",
            BUCKET,
            "s3:DeleteBucketMetadataTableConfiguration",
            "metadataConfiguration"),
    CREATE_BUCKET_METADATA_TABLE_CONFIGURATION(
            "CreateBucketMetadataTableConfiguration",
            "POST",
            BUCKET,
            "s3:CreateBucketMetadataTableConfiguration",
            "metadataTable"),
    GET_BUCKET_METADATA_TABLE_CONFIGURATION(
            "GetBucketMetadataTableConfiguration",
            "GET",
            BUCKET,
            "s3:GetBucketMetadataTableConfiguration",
            "metadataTable"),
    DELETE_BUCKET_METADATA_TABLE_CONFIGURATION(
            "DeleteBucketMetadataTableConfiguration",
            "DELETE",
            BUCKET,
            "s3:DeleteBucketMetadataTableConfiguration",
            "metadataTable"),
    UPDATE_BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION(
            "UpdateBucketMetadataInventoryTableConfiguration",
            "PUT",
            BUCKET,
            "s3:UpdateBucketMetadataInventoryTableConfiguration",
            "metadataInventoryTable"),
    UPDATE_BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION(
            "UpdateBucketMetadataJournalTableConfiguration",
            "PUT",
            BUCKET,
            "s3:UpdateBucketMetadataJournalTableConfiguration",
            "metadataJournalTable"),
    GET_BUCKET_ABAC("GetBucketAbac", "GET", BUCKET, "s3:GetBucketAbac", "abac"),
    PUT_BUCKET_ABAC("PutBucketAbac", "PUT", BUCKET, "s3:PutBucketAbac", "abac"),
    CREATE_SESSION("CreateSession", "GET", BUCKET, "s3:CreateSession", "session"),
    LIST_OBJECT_VERSIONS("ListObjectVersions", "GET", BUCKET, "s3:ListBucketVersions", "versions"),
    LIST_MULTIPART_UPLOADS("ListMultipartUploads", "GET", BUCKET, "s3:ListBucketMultipartUploads", "uploads"),
    LIST_OBJECTS_V2("ListObjectsV2", "GET", BUCKET, "s3:ListBucket", "list-type=2"),
    LIST_OBJECTS("ListObjects", "GET", BUCKET, "s3:ListBucket"),
    CREATE_BUCKET("CreateBucket", "PUT", BUCKET, "s3:CreateBucket"),
    DELETE_BUCKET("DeleteBucket", "DELETE", BUCKET, "s3:DeleteBucket"),
    DELETE_OBJECTS("DeleteObjects", "POST", BUCKET, "s3:DeleteObject", "delete"),
    POST_OBJECT("PostObject", "POST", BUCKET, "s3:PutObject", "content-type: multipart/form-data"),
    GET_OBJECT_ACL("GetObjectAcl", "GET", OBJECT, "s3:GetObjectAcl", "acl"),
    PUT_OBJECT_ACL("PutObjectAcl", "PUT", OBJECT, "s3:PutObjectAcl", "acl"),
    GET_OBJECT_ATTRIBUTES("GetObjectAttributes", "GET", OBJECT, "s3:GetObjectAttributes", "attributes"),
    GET_OBJECT_LEGAL_HOLD("GetObjectLegalHold", "GET", OBJECT, "s3:GetObjectLegalHold", "legal-hold"),
    PUT_OBJECT_LEGAL_HOLD("PutObjectLegalHold", "PUT", OBJECT, "s3:PutObjectLegalHold", "legal-hold"),
    GET_OBJECT_RETENTION("GetObjectRetention", "GET", OBJECT, "s3:GetObjectRetention", "retention"),
    PUT_OBJECT_RETENTION("PutObjectRetention", "PUT", OBJECT, "s3:PutObjectRetention", "retention"),
    GET_OBJECT_TAGGING("GetObjectTagging", "GET", OBJECT, "s3:GetObjectTagging", "tagging"),
    PUT_OBJECT_TAGGING("PutObjectTagging", "PUT", OBJECT, "s3:PutObjectTagging", "tagging"),
    DELETE_OBJECT_TAGGING("DeleteObjectTagging", "DELETE", OBJECT, "s3:DeleteObjectTagging", "tagging"),
    GET_OBJECT_TORRENT("GetObjectTorrent", "GET", OBJECT, "s3:GetObject", "torrent"),
    RESTORE_OBJECT("RestoreObject", "POST", OBJECT, "s3:RestoreObject", "restore"),
    SELECT_OBJECT_CONTENT("SelectObjectContent", "POST", OBJECT, "s3:GetObject", "select"),
    RENAME_OBJECT("RenameObject", "PUT", OBJECT, "s3:PutObject", "renameObject"),
    UPDATE_OBJECT_ENCRYPTION("UpdateObjectEncryption", "PUT", OBJECT, "s3:UpdateObjectEncryption", "encryption"),
    CREATE_MULTIPART_UPLOAD("CreateMultipartUpload", "POST", OBJECT, "s3:PutObject", "uploads"),
    COMPLETE_MULTIPART_UPLOAD("CompleteMultipartUpload", "POST", OBJECT, "s3:PutObject", "uploadId"),
    ABORT_MULTIPART_UPLOAD("AbortMultipartUpload", "DELETE", OBJECT, "s3:AbortMultipartUpload", "uploadId"),
    LIST_PARTS("ListParts", "GET", OBJECT, "s3:ListMultipartUploadParts", "uploadId"),
    UPLOAD_PART_COPY("UploadPartCopy", "PUT", OBJECT, "s3:PutObject", "uploadId", "partNumber", "x-amz-copy-source:"),
    UPLOAD_PART("UploadPart", "PUT", OBJECT, "s3:PutObject", "uploadId", "partNumber"),
    COPY_OBJECT("CopyObject", "PUT", OBJECT, "s3:PutObject", "x-amz-copy-source:"),
    PUT_OBJECT("PutObject", "PUT", OBJECT, "s3:PutObject"),
    GET_OBJECT("GetObject", "GET", OBJECT, "s3:GetObject"),
    HEAD_OBJECT("HeadObject", "HEAD", OBJECT, "s3:GetObject"),
    DELETE_OBJECT("DeleteObject", "DELETE", OBJECT, "s3:DeleteObject");

    /** What a request is about. */
    public enum Resource {
        SERVICE,
        BUCKET,
        OBJECT
    }

    /** Query parameters that name a subresource; one that its operation does not ask for is never ignored. */
    private static final Set<String> SUBRESOURCES = Stream.concat(
                    Stream.of(values()).flatMap(row -> row.conditions.stream()).flatMap(Condition::subresource),
                    Stream.of("object-lambda", "policyStatus", "versions", "inventory", "torrent"))
            .collect(Collectors.toUnmodifiableSet());

    /** Query parameters that name none, and may be empty. */
    private static final Set<String> PARAMETERS = Set.of(
            "AWSAccessKeyId",
            "Expires",
            "Signature",
            "bucket-region",
            "continuation-token",
            "delimiter",
            "encoding-type",
            "fetch-owner",
            "id",
            "key-marker",
            "list-type",
            "marker",
            "max-buckets",
            "max-keys",
            "max-parts",
            "max-uploads",
            "part-number-marker",
            "partNumber",
            "prefix",
            "select-type",
            "start-after",
            "upload-id-marker",
            "version-id-marker",
            "versionId");

    /** By resource and method, each from top to bottom. */
    private static final Map<Resource, Map<String, List<S3Operation>>> ROWS = Stream.of(values())
            .collect(Collectors.groupingBy(row -> row.resource, Collectors.groupingBy(row -> row.method)));

    private final String wireName;
    private final String method;
    private final Resource resource;
    private final String action;

    @SuppressWarnings("Immutable") // an unmodifiable list of records, which the type does not say
    private final List<Condition> conditions;

    S3Operation(String wireName, String method, Resource resource, String action, String... conditions) {
        this.wireName = wireName;
        this.method = method;
        this.resource = resource;
        this.action = action;
        this.conditions = Stream.of(conditions).map(Condition::parse).toList();
    }

    /** S3's name of the operation. */
    public String wireName() {
        return wireName;
    }

    /** HTTP's method. */
    public String method() {
        return method;
    }

    /** What it is about. */
    public Resource resource() {
        return resource;
    }

    /** The IAM action that allows it. */
    public String action() {
        return action;
    }

    /** Whether it changes anything, which decides what anonymous requests may do. */
    public boolean writes() {
        return !method.equals("GET") && !method.equals("HEAD");
    }

    /** What a request turned out to mean. */
    sealed interface Match {
        /** That operation. */
        record Found(S3Operation operation) implements Match {}

        /** A subresource this resource and method do not have. */
        record UnknownSubresource(String name) implements Match {}

        /** No operation of this method. */
        record NoSuchMethod() implements Match {}
    }

    /**
     * Finds what a request means.
     *
     * @param queryNames the names of its query parameters
     * @param query gives a parameter's first value
     * @param header gives a header's first value
     */
    static Match match(
            String method,
            Resource resource,
            Set<String> queryNames,
            Function<String, Optional<String>> query,
            Function<String, Optional<String>> header) {
        for (S3Operation row : ROWS.getOrDefault(resource, Map.of()).getOrDefault(method, List.of())) {
            if (row.holds(query, header)) {
                return queryNames.stream()
                        .filter(name ->
                                (isSubresource(name, method) || mayBeSubresource(name, query)) && !row.asksFor(name))
                        .findFirst()
                        .<Match>map(Match.UnknownSubresource::new)
                        .orElse(new Match.Found(row));
            }
        }
        return new Match.NoSuchMethod();
    }

    private boolean holds(Function<String, Optional<String>> query, Function<String, Optional<String>> header) {
        for (Condition condition : conditions) {
            if (!condition.holds(query, header)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSubresource(String name, String method) {
        return switch (name) {
            // On reads these choose a part, a page style or a configuration, where the row does not ask for them.
            case "partNumber" -> method.equals("PUT");
            case "list-type", "id" -> false;
            default -> SUBRESOURCES.contains(name);
        };
    }

    /**
     * Whether a parameter that no operation knows looks like a subresource of one: a name of letters without a value.
     * What is meant for such a subresource must not be done to the object itself.
     */
    private static boolean mayBeSubresource(String name, Function<String, Optional<String>> query) {
        return !PARAMETERS.contains(name)
                && query.apply(name).filter(String::isEmpty).isPresent()
                && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')
                && !name.regionMatches(true, 0, "x-", 0, 2)
                && !name.startsWith("response-");
    }

    private boolean asksFor(String queryName) {
        return conditions.stream()
                .anyMatch(condition ->
                        condition instanceof Condition.Query(String name, String _) && name.equals(queryName));
    }

    /** What a request must carry. */
    private sealed interface Condition {
        /** A query parameter; of that value where the value is not empty. */
        record Query(String name, String value) implements Condition {}

        /** A header; with a value that begins so. */
        record Header(String name, String prefix) implements Condition {}

        /** From {@code name}, {@code name=value} or {@code header: prefix}. */
        static Condition parse(String text) {
            int colon = text.indexOf(':');
            if (colon >= 0) {
                return new Header(
                        text.substring(0, colon), text.substring(colon + 1).trim());
            }
            int equals = text.indexOf('=');
            return equals < 0 ? new Query(text, "") : new Query(text.substring(0, equals), text.substring(equals + 1));
        }

        default boolean holds(Function<String, Optional<String>> query, Function<String, Optional<String>> header) {
            return switch (this) {
                case Query(String name, String value) ->
                    query.apply(name)
                            .filter(given -> value.isEmpty() || given.equals(value))
                            .isPresent();
                case Header(String name, String prefix) ->
                    header.apply(name)
                            .filter(given -> given.toLowerCase(Locale.ROOT).startsWith(prefix))
                            .isPresent();
            };
        }

        default Stream<String> subresource() {
            return this instanceof Query(String name, String _) ? Stream.of(name) : Stream.empty();
        }
    }
}
