package dev.skerry.s3.http;

import dev.skerry.blob.access.Need;
import dev.skerry.blob.access.Permission;

/**
 * What an operation asks of access lists and policies.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions">What permissions
 *     can I grant?</a>
 */
final class Needs {
    private Needs() {}

    /**
     * Whose grants would do for an operation. No grant lets anybody delete a version: whoever may write to a bucket may
     * hide what is in it, and only the bucket's owner, or its policy, lets bytes go for good.
     *
     * @param version whether a version is named
     */
    static Need of(S3Operation operation, boolean version) {
        return switch (operation) {
            case DELETE_OBJECT, DELETE_OBJECTS -> new Need.OfBucket(version ? null : Permission.WRITE);
            case LIST_OBJECTS, LIST_OBJECTS_V2, LIST_OBJECT_VERSIONS, LIST_MULTIPART_UPLOADS, HEAD_BUCKET ->
                new Need.OfBucket(Permission.READ);
            case PUT_OBJECT,
                    COPY_OBJECT,
                    POST_OBJECT,
                    CREATE_MULTIPART_UPLOAD,
                    UPLOAD_PART,
                    UPLOAD_PART_COPY,
                    COMPLETE_MULTIPART_UPLOAD -> new Need.OfBucket(Permission.WRITE);
            // beyond these, whoever began an upload may end it and see its parts
            case ABORT_MULTIPART_UPLOAD, LIST_PARTS -> new Need.OfBucket(null);
            case GET_BUCKET_ACL -> new Need.OfBucket(Permission.READ_ACL);
            case PUT_BUCKET_ACL -> new Need.OfBucket(Permission.WRITE_ACL);
            case GET_OBJECT, HEAD_OBJECT, GET_OBJECT_ATTRIBUTES, GET_OBJECT_TORRENT, SELECT_OBJECT_CONTENT ->
                new Need.OfBlob(Permission.READ);
            case GET_OBJECT_ACL -> new Need.OfBlob(Permission.READ_ACL);
            case PUT_OBJECT_ACL -> new Need.OfBlob(Permission.WRITE_ACL);
            default ->
                operation.resource() == S3Operation.Resource.OBJECT ? new Need.OfBlob(null) : new Need.OfBucket(null);
        };
    }

    /** The action of an operation, which differs where a version is named. */
    static String action(S3Operation operation, boolean version) {
        if (!version) {
            return operation.action();
        }
        return switch (operation) {
            case GET_OBJECT, HEAD_OBJECT, SELECT_OBJECT_CONTENT -> "s3:GetObjectVersion";
            case GET_OBJECT_ACL -> "s3:GetObjectVersionAcl";
            case PUT_OBJECT_ACL -> "s3:PutObjectVersionAcl";
            case GET_OBJECT_TAGGING -> "s3:GetObjectVersionTagging";
            case PUT_OBJECT_TAGGING -> "s3:PutObjectVersionTagging";
            case DELETE_OBJECT_TAGGING -> "s3:DeleteObjectVersionTagging";
            case GET_OBJECT_ATTRIBUTES -> "s3:GetObjectVersionAttributes";
            case GET_OBJECT_TORRENT -> "s3:GetObjectVersionTorrent";
            case DELETE_OBJECT, DELETE_OBJECTS -> "s3:DeleteObjectVersion";
            default -> operation.action();
        };
    }

    /** Whether the operation is about an object that must be there already. */
    static boolean isOfObject(S3Operation operation) {
        return of(operation, false) instanceof Need.OfBlob;
    }
}
