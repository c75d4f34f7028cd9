package dev.skerry.s3.http;

import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.http.S3Operation.Resource;

/**
 * What the node's settings allow to whoever sends no signature, beside what buckets and objects allow.
 *
 * @param identities know the setting
 * @param compatibility whose side is taken where AWS and Ceph differ
 */
record UnsignedRequests(Identities identities, Compatibility compatibility) {
    boolean mayDo(S3Operation operation) {
        if (operation == S3Operation.LIST_BUCKETS) {
            return compatibility.listsNoBucketsToAnyone();
        }
        return switch (identities.anonymous()) {
            case NONE -> false;
            case READ -> reads(operation);
            case WRITE -> reads(operation) || writes(operation);
        };
    }

    private static boolean reads(S3Operation operation) {
        return switch (operation) {
            case GET_OBJECT, HEAD_OBJECT, GET_OBJECT_ATTRIBUTES, GET_OBJECT_TAGGING -> true;
            case HEAD_BUCKET, GET_BUCKET_LOCATION, LIST_OBJECTS, LIST_OBJECTS_V2, LIST_OBJECT_VERSIONS -> true;
            default -> false;
        };
    }

    private static boolean writes(S3Operation operation) {
        return operation == S3Operation.DELETE_OBJECTS
                || operation == S3Operation.POST_OBJECT
                || operation == S3Operation.LIST_PARTS
                || operation == S3Operation.LIST_MULTIPART_UPLOADS
                || (operation.resource() == Resource.OBJECT
                        && operation.writes()
                        && operation != S3Operation.PUT_OBJECT_ACL);
    }
}
