package dev.skerry.s3.error;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.failure.StoreFailure.BadDigest;
import dev.skerry.http.HttpDates;
import dev.skerry.http.RequestTimeoutException;
import dev.skerry.http.ServerBusyException;
import dev.skerry.s3.Compatibility;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The only table that turns failures into S3's codes, with the fields and headers S3 sends along. */
public final class S3Errors {
    private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "1");

    /** Nothing is there, and no delete marker hides anything. */
    private static final Map<String, String> NO_MARKER = Map.of("x-amz-delete-marker", "false");

    private static final String KEY_MISSING = "The object was stored using a form of Server Side Encryption. The"
            + " correct parameters must be provided to retrieve the object.";
    private static final String KEY_WRONG =
            "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.";

    /** What AWS says of a part with a key where the upload has none, too. */
    private static final String UPLOAD_IS_ENCRYPTED = "The multipart upload initiate requested encryption. Subsequent"
            + " part requests must include the appropriate encryption parameters.";

    private S3Errors() {}

    /**
     * A failure as S3 shows it.
     *
     * @param code with the status
     * @param message for people
     * @param fields further elements of the Error document
     * @param headers to send along
     */
    public record S3Error(S3ErrorCode code, String message, Map<String, String> fields, Map<String, String> headers) {
        public S3Error {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields)); // in their order
            headers = Map.copyOf(headers);
        }

        private static S3Error of(S3ErrorCode code, String... fields) {
            return new S3Error(code, code.message(), pairs(fields), Map.of());
        }

        private S3Error message(String newMessage) {
            return new S3Error(code, newMessage, fields, headers);
        }

        private S3Error headers(Map<String, String> newHeaders) {
            return new S3Error(code, message, fields, newHeaders);
        }

        private static Map<String, String> pairs(String... fields) {
            Map<String, String> pairs = new LinkedHashMap<>();
            for (int i = 0; i < fields.length; i += 2) {
                pairs.put(fields[i], fields[i + 1]);
            }
            return pairs;
        }
    }

    /** What S3 answers to a failure, as {@code side} has it where AWS and Ceph differ. */
    public static S3Error of(Throwable failure, String requesterId, Compatibility side) {
        if (failure instanceof StoreException refusal
                && refusal.failure() instanceof StoreFailure.CustomerKeyWrong(var _, boolean upload)
                && !upload) {
            return S3Error.of(side.wrongCustomerKey()).message(KEY_WRONG);
        }
        return of(failure, requesterId);
    }

    /**
     * What S3 answers to a failure.
     *
     * @param requesterId the canonical id of who asked, for whom a bucket may exist already
     */
    public static S3Error of(Throwable failure, String requesterId) {
        return switch (failure) {
            case S3Exception refusal ->
                new S3Error(refusal.code(), message(refusal), refusal.fields(), headers(refusal.code()));
            case StoreException refusal -> of(refusal.failure(), requesterId);
            case RequestTimeoutException _ -> S3Error.of(S3ErrorCode.REQUEST_TIMEOUT);
            case ServerBusyException _ -> S3Error.of(S3ErrorCode.SLOW_DOWN).headers(RETRY_SOON);
            default -> S3Error.of(S3ErrorCode.INTERNAL_ERROR);
        };
    }

    private static String message(S3Exception refusal) {
        String message = refusal.getMessage();
        return message == null ? refusal.code().message() : message;
    }

    private static Map<String, String> headers(S3ErrorCode code) {
        return switch (code) {
            case SLOW_DOWN, SERVICE_UNAVAILABLE -> RETRY_SOON;
            default -> Map.of();
        };
    }

    private static S3Error of(StoreFailure failure, String requesterId) {
        return switch (failure) {
            case StoreFailure.NoSuchBucket(String bucket) ->
                S3Error.of(S3ErrorCode.NO_SUCH_BUCKET, "BucketName", bucket);
            case StoreFailure.BucketExists(String bucket, String ownerId) ->
                S3Error.of(
                        ownerId.equals(requesterId)
                                ? S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU
                                : S3ErrorCode.BUCKET_ALREADY_EXISTS,
                        "BucketName",
                        bucket);
            case StoreFailure.BucketNotEmpty(String bucket) ->
                S3Error.of(S3ErrorCode.BUCKET_NOT_EMPTY, "BucketName", bucket);
            case StoreFailure.NoSuchBlob(var path) ->
                S3Error.of(S3ErrorCode.NO_SUCH_KEY, "Key", path.key()).headers(NO_MARKER);
            case StoreFailure.Deleted(BlobMeta tombstone, boolean addressed) -> deleted(tombstone, addressed);
            case StoreFailure.NoSuchVersion(var path, String version) ->
                S3Error.of(S3ErrorCode.NO_SUCH_VERSION, "Key", path.key(), "VersionId", version);
            case StoreFailure.PreconditionFailed(String condition) ->
                S3Error.of(S3ErrorCode.PRECONDITION_FAILED, "Condition", condition);
            case StoreFailure.VersionConflict conflict ->
                S3Error.of(S3ErrorCode.CONDITIONAL_REQUEST_CONFLICT).message(conflict.message());
            case StoreFailure.WriteIdReused reused ->
                S3Error.of(S3ErrorCode.INVALID_REQUEST).message(reused.message());
            case StoreFailure.Locked _ ->
                S3Error.of(S3ErrorCode.ACCESS_DENIED).message("Access Denied because object protected by object lock.");
            case StoreFailure.RetentionOver _ ->
                S3Error.of(S3ErrorCode.INVALID_ARGUMENT).message("The retain until date must be in the future!");
            case StoreFailure.InvalidBucketState(String reason) ->
                S3Error.of(S3ErrorCode.INVALID_BUCKET_STATE).message(reason);
            case StoreFailure.NoSuchUpload(var _, String uploadId) ->
                S3Error.of(S3ErrorCode.NO_SUCH_UPLOAD, "UploadId", uploadId);
            case StoreFailure.InvalidPart invalid -> invalidPart(invalid);
            case StoreFailure.InvalidPartOrder(String uploadId, int _) ->
                S3Error.of(S3ErrorCode.INVALID_PART_ORDER, "UploadId", uploadId);
            case StoreFailure.PartTooSmall small -> partTooSmall(small);
            case StoreFailure.InvalidRequest(String reason) ->
                S3Error.of(S3ErrorCode.INVALID_REQUEST).message(reason);
            case BadDigest digest -> badDigest(digest);
            case StoreFailure.CustomerKeyMissing _,
                    StoreFailure.CustomerKeyWrong _,
                    StoreFailure.CustomerKeyNotApplicable _,
                    StoreFailure.KeyUnknown _,
                    StoreFailure.KeyDisabled _,
                    StoreFailure.KeyServiceUnavailable _,
                    StoreFailure.EncryptionRefused _ -> ofEncryption(failure);
            case StoreFailure.IncompleteBody _,
                    StoreFailure.BodyTooLarge _,
                    StoreFailure.InvalidRange _,
                    StoreFailure.InsufficientStorage _,
                    StoreFailure.Busy _,
                    StoreFailure.BucketChanged _,
                    StoreFailure.OutcomeUnknown _,
                    StoreFailure.Quarantined _,
                    StoreFailure.Corrupt _,
                    StoreFailure.StorageFault _ -> ofBytes(failure);
        };
    }

    private static S3Error invalidPart(StoreFailure.InvalidPart invalid) {
        return S3Error.of(
                S3ErrorCode.INVALID_PART,
                "UploadId",
                invalid.uploadId(),
                "PartNumber",
                Integer.toString(invalid.partNumber()),
                "ETag",
                invalid.etag());
    }

    private static S3Error partTooSmall(StoreFailure.PartTooSmall small) {
        return S3Error.of(
                S3ErrorCode.ENTITY_TOO_SMALL,
                "ProposedSize",
                Long.toString(small.sizeBytes()),
                "MinSizeAllowed",
                Long.toString(small.minimumBytes()),
                "PartNumber",
                Integer.toString(small.partNumber()),
                "ETag",
                small.etag());
    }

    /** The failures of encryption and keys. */
    private static S3Error ofEncryption(StoreFailure failure) {
        return switch (failure) {
            case StoreFailure.CustomerKeyMissing(var _, boolean upload) ->
                S3Error.of(S3ErrorCode.INVALID_REQUEST).message(upload ? UPLOAD_IS_ENCRYPTED : KEY_MISSING);
            case StoreFailure.CustomerKeyWrong(var _, boolean upload) ->
                upload
                        ? S3Error.of(S3ErrorCode.INVALID_REQUEST)
                                .message("The provided encryption parameters did not match the ones used originally.")
                        : S3Error.of(S3ErrorCode.ACCESS_DENIED).message(KEY_WRONG);
            case StoreFailure.CustomerKeyNotApplicable(var _, boolean upload) ->
                S3Error.of(S3ErrorCode.INVALID_REQUEST)
                        .message(
                                upload
                                        ? UPLOAD_IS_ENCRYPTED
                                        : "The encryption parameters are not applicable to this object.");
            case StoreFailure.KeyUnknown unknown ->
                S3Error.of(S3ErrorCode.KMS_NOT_FOUND).message(unknown.message());
            case StoreFailure.KeyDisabled disabled ->
                S3Error.of(S3ErrorCode.KMS_DISABLED).message(disabled.message());
            case StoreFailure.KeyServiceUnavailable _ ->
                S3Error.of(S3ErrorCode.SERVICE_UNAVAILABLE)
                        .message("The key service cannot be asked at present. Please try again.")
                        .headers(RETRY_SOON);
            case StoreFailure.EncryptionRefused(String reason) ->
                S3Error.of(S3ErrorCode.ACCESS_DENIED).message(reason);
            default -> S3Error.of(S3ErrorCode.INTERNAL_ERROR);
        };
    }

    /** The failures of bytes and disks. */
    private static S3Error ofBytes(StoreFailure failure) {
        return switch (failure) {
            case StoreFailure.IncompleteBody _ -> S3Error.of(S3ErrorCode.INCOMPLETE_BODY);
            case StoreFailure.BodyTooLarge(long sizeBytes, long maximumBytes) ->
                S3Error.of(
                        S3ErrorCode.ENTITY_TOO_LARGE,
                        "ProposedSize",
                        Long.toString(sizeBytes),
                        "MaxSizeAllowed",
                        Long.toString(maximumBytes));
            case StoreFailure.InvalidRange(String asked, long sizeBytes) ->
                S3Error.of(
                                S3ErrorCode.INVALID_RANGE,
                                "RangeRequested",
                                asked,
                                "ActualObjectSize",
                                Long.toString(sizeBytes))
                        .headers(Map.of("Content-Range", "bytes */" + sizeBytes));
            case StoreFailure.InsufficientStorage _ -> S3Error.of(S3ErrorCode.INSUFFICIENT_STORAGE);
            case StoreFailure.Busy _, StoreFailure.BucketChanged _ ->
                S3Error.of(S3ErrorCode.SLOW_DOWN).headers(RETRY_SOON);
            case StoreFailure.OutcomeUnknown _ ->
                S3Error.of(S3ErrorCode.INTERNAL_ERROR)
                        .message("The nodes could not be asked to the end: it may or may not have been done.");
            case StoreFailure.Quarantined(SlotId slot, String _) ->
                S3Error.of(S3ErrorCode.SERVICE_UNAVAILABLE)
                        .message("Slot " + slot + " is out of service: its database is damaged or cannot be read.");
            default -> S3Error.of(S3ErrorCode.INTERNAL_ERROR);
        };
    }

    /**
     * A delete marker: not found, with headers that say why, or not to be read where it was asked for by its version.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html">Working with delete
     *     markers</a>
     */
    private static S3Error deleted(BlobMeta tombstone, boolean addressed) {
        String key = tombstone.path().key();
        if (!tombstone.visible()) {
            return addressed
                    ? S3Error.of(S3ErrorCode.NO_SUCH_VERSION, "Key", key, "VersionId", tombstone.versionId())
                    : S3Error.of(S3ErrorCode.NO_SUCH_KEY, "Key", key).headers(NO_MARKER);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-amz-delete-marker", "true");
        headers.put("x-amz-version-id", tombstone.versionId());
        if (!addressed) {
            return S3Error.of(S3ErrorCode.NO_SUCH_KEY, "Key", key).headers(headers);
        }
        headers.put("Allow", "DELETE");
        headers.put("Last-Modified", HttpDates.format(tombstone.createdAt()));
        return S3Error.of(S3ErrorCode.METHOD_NOT_ALLOWED, "Method", "GET", "ResourceType", "DeleteMarker")
                .headers(headers);
    }

    private static S3Error badDigest(BadDigest digest) {
        return switch (digest.kind()) {
            case MD5 ->
                S3Error.of(
                        S3ErrorCode.BAD_DIGEST,
                        "ExpectedDigest",
                        digest.expected(),
                        "CalculatedDigest",
                        digest.actual());
            case SHA256 ->
                S3Error.of(
                        S3ErrorCode.X_AMZ_CONTENT_SHA256_MISMATCH,
                        "ClientComputedContentSHA256",
                        digest.expected(),
                        "S3ComputedContentSHA256",
                        digest.actual());
            case CHECKSUM ->
                S3Error.of(S3ErrorCode.BAD_DIGEST)
                        .message("The " + String.valueOf(digest.algorithm()).toUpperCase(Locale.ROOT)
                                + " you specified did not match the calculated checksum.");
        };
    }
}
