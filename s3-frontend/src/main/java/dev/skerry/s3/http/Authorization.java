package dev.skerry.s3.http;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Identities.Anonymous;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.http.S3Operation.Resource;
import java.util.Optional;

/**
 * Who may do what: root everything, a user what concerns the buckets it owns, and whoever sends no signature what the
 * node's settings allow. Policies and access control lists will be asked here and nowhere else.
 */
final class Authorization {
    /**
     * An answer and why, for the log.
     *
     * @param allowed whether the request goes on
     * @param reason in a few words
     */
    record Decision(boolean allowed, String reason) {}

    private Authorization() {}

    /** Decides on an operation; {@code bucket} is empty where it concerns none or the bucket does not exist. */
    static Decision decide(
            Identity identity,
            S3Operation operation,
            Optional<Bucket> bucket,
            Anonymous anonymous,
            Compatibility compatibility) {
        return switch (identity.kind()) {
            case ROOT -> new Decision(true, "root");
            case USER -> user(identity, operation, bucket);
            case ANONYMOUS ->
                operation == S3Operation.LIST_BUCKETS && compatibility.listsNoBucketsToAnyone()
                        ? new Decision(true, "whoever signs nothing owns no bucket")
                        : anonymous(operation, anonymous);
        };
    }

    private static Decision user(Identity identity, S3Operation operation, Optional<Bucket> bucket) {
        if (operation.resource() == Resource.SERVICE || operation == S3Operation.CREATE_BUCKET || bucket.isEmpty()) {
            return new Decision(true, "concerns no bucket that exists");
        }
        return bucket.get().ownerId().equals(identity.canonicalId())
                ? new Decision(true, "owner")
                : new Decision(false, "another identity owns the bucket");
    }

    private static Decision anonymous(S3Operation operation, Anonymous anonymous) {
        boolean read = switch (operation) {
            case GET_OBJECT, HEAD_OBJECT, GET_OBJECT_ATTRIBUTES, GET_OBJECT_TAGGING -> true;
            case HEAD_BUCKET, GET_BUCKET_LOCATION, LIST_OBJECTS, LIST_OBJECTS_V2, LIST_OBJECT_VERSIONS -> true;
            default -> false;
        };
        boolean write = operation == S3Operation.DELETE_OBJECTS
                || operation == S3Operation.LIST_PARTS
                || operation == S3Operation.LIST_MULTIPART_UPLOADS
                || (operation.resource() == Resource.OBJECT && operation.writes());
        return switch (anonymous) {
            case NONE -> new Decision(false, "unsigned requests are not allowed");
            case READ -> new Decision(read, "unsigned requests may read");
            case WRITE -> new Decision(read || write, "unsigned requests may read and write");
        };
    }
}
