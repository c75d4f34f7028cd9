package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.http.RequestTimeoutException;
import dev.skerry.http.ServerBusyException;
import dev.skerry.s3.error.S3Exception;
import java.util.Map;

/**
 * What the native API answers where it refuses or fails. The methods {@code of} are the one table that turns failures
 * into the API's codes.
 *
 * @param code the code and status
 * @param message one sentence for people
 * @param details further fields of the error document: text or whole numbers
 * @param headers to send besides
 */
record ApiError(ApiErrorCode code, String message, Map<String, Object> details, Map<String, String> headers) {
    private static final String RETRY_AFTER_SECONDS = "1";

    ApiError {
        details = Map.copyOf(details);
        headers = Map.copyOf(headers);
    }

    private ApiError(ApiErrorCode code, String message) {
        this(code, message, Map.of(), Map.of());
    }

    /** The answer to any failure of a request; one that nothing here knows is a bug and says nothing of itself. */
    static ApiError of(RuntimeException failure) {
        return switch (failure) {
            case ApiException refused -> of(refused);
            case StoreException refused -> of(refused.failure());
            case S3Exception refused -> of(refused);
            case RequestTimeoutException timeout ->
                new ApiError(ApiErrorCode.REQUEST_TIMEOUT, "the body stopped coming: " + timeout.getMessage());
            case ServerBusyException _ -> overloaded();
            default -> new ApiError(ApiErrorCode.INTERNAL_ERROR, "the server failed; the request id leads to its log");
        };
    }

    /** The server has no thread left for the request. */
    static ApiError overloaded() {
        return busy("too many requests at once");
    }

    private static ApiError of(ApiException refused) {
        String message = refused.getMessage() == null ? "" : refused.getMessage();
        return switch (refused.code()) {
            case UNAUTHENTICATED ->
                new ApiError(refused.code(), message, Map.of(), Map.of("WWW-Authenticate", "Bearer realm=\"skerry\""));
            case BUSY -> busy(message);
            default -> new ApiError(refused.code(), message, Map.of(), refused.headers());
        };
    }

    /** Signatures and signed bodies are S3's; what they refuse comes in S3's words. */
    private static ApiError of(S3Exception refused) {
        ApiErrorCode code = switch (refused.code()) {
            case BAD_DIGEST, X_AMZ_CONTENT_SHA256_MISMATCH -> ApiErrorCode.BAD_DIGEST;
            case INVALID_DIGEST -> ApiErrorCode.INVALID_HEADER;
            case INCOMPLETE_BODY -> ApiErrorCode.INCOMPLETE_BODY;
            case ENTITY_TOO_LARGE -> ApiErrorCode.BODY_TOO_LARGE;
            case REQUEST_TIMEOUT -> ApiErrorCode.REQUEST_TIMEOUT;
            case KEY_TOO_LONG -> ApiErrorCode.PATH_TOO_LONG;
            case SLOW_DOWN, SERVICE_UNAVAILABLE -> ApiErrorCode.BUSY;
            case INTERNAL_ERROR -> ApiErrorCode.INTERNAL_ERROR;
            default -> refused.code().status() == 403 ? ApiErrorCode.UNAUTHENTICATED : ApiErrorCode.INVALID_REQUEST;
        };
        String message = refused.getMessage() == null ? "" : refused.getMessage();
        ApiError error = of(new ApiException(code, message));
        return new ApiError(code, message, Map.of("s3_code", refused.code().wireName()), error.headers());
    }

    private static ApiError of(StoreFailure failure) {
        String message = failure.message();
        return switch (failure) {
            case StoreFailure.NoSuchBucket _ -> new ApiError(ApiErrorCode.NO_SUCH_BUCKET, message);
            case StoreFailure.BucketExists _ -> new ApiError(ApiErrorCode.BUCKET_EXISTS, message);
            case StoreFailure.BucketNotEmpty _ -> new ApiError(ApiErrorCode.BUCKET_NOT_EMPTY, message);
            case StoreFailure.NoSuchBlob _ -> new ApiError(ApiErrorCode.NO_SUCH_BLOB, message);
            case StoreFailure.NoSuchVersion _ -> new ApiError(ApiErrorCode.NO_SUCH_VERSION, message);
            case StoreFailure.Deleted deleted ->
                new ApiError(
                        ApiErrorCode.DELETED,
                        message,
                        Map.of("generation", deleted.tombstone().generation().value()),
                        BlobHeaders.ofTombstone(deleted.tombstone()));
            case StoreFailure.PreconditionFailed _ -> new ApiError(ApiErrorCode.PRECONDITION_FAILED, message);
            case StoreFailure.VersionConflict conflict ->
                new ApiError(
                        ApiErrorCode.VERSION_CONFLICT,
                        message,
                        Map.of("maximum", conflict.maximum().value()),
                        Map.of());
            case StoreFailure.Locked _ -> new ApiError(ApiErrorCode.LOCKED, message);
            case StoreFailure.RetentionOver _, StoreFailure.InvalidBucketState _ ->
                new ApiError(ApiErrorCode.INVALID_REQUEST, message);
            case StoreFailure.WriteIdReused _ -> new ApiError(ApiErrorCode.WRITE_ID_REUSED, message);
            case StoreFailure.NoSuchUpload _ -> new ApiError(ApiErrorCode.NO_SUCH_UPLOAD, message);
            case StoreFailure.InvalidPart _, StoreFailure.InvalidPartOrder _, StoreFailure.PartTooSmall _ ->
                new ApiError(ApiErrorCode.INVALID_REQUEST, message);
            case StoreFailure.BadDigest _ -> new ApiError(ApiErrorCode.BAD_DIGEST, message);
            case StoreFailure.IncompleteBody _ -> new ApiError(ApiErrorCode.INCOMPLETE_BODY, message);
            case StoreFailure.BodyTooLarge _ -> new ApiError(ApiErrorCode.BODY_TOO_LARGE, message);
            case StoreFailure.InvalidRange range ->
                new ApiError(
                        ApiErrorCode.INVALID_RANGE,
                        message,
                        Map.of("size_bytes", range.sizeBytes()),
                        Map.of("Content-Range", "bytes */" + range.sizeBytes()));
            case StoreFailure.InsufficientStorage _ -> new ApiError(ApiErrorCode.INSUFFICIENT_STORAGE, message);
            case StoreFailure.Corrupt _ -> new ApiError(ApiErrorCode.CORRUPT, message);
            case StoreFailure.Busy _, StoreFailure.BucketChanged _ -> busy(message);
            case StoreFailure.OutcomeUnknown _ -> new ApiError(ApiErrorCode.INTERNAL_ERROR, message);
            case StoreFailure.KeyServiceUnavailable _ -> busy(message);
            case StoreFailure.CustomerKeyMissing _,
                    StoreFailure.CustomerKeyWrong _,
                    StoreFailure.CustomerKeyNotApplicable _,
                    StoreFailure.KeyUnknown _,
                    StoreFailure.KeyDisabled _,
                    StoreFailure.EncryptionRefused _ -> new ApiError(ApiErrorCode.INVALID_REQUEST, message);
            case StoreFailure.Quarantined quarantined ->
                new ApiError(
                        ApiErrorCode.SLOT_QUARANTINED,
                        "slot " + quarantined.slot() + " is out of service: its database is damaged or cannot be read",
                        Map.of("slot_id", (long) quarantined.slot().value()),
                        Map.of());
            case StoreFailure.StorageFault _ -> new ApiError(ApiErrorCode.STORAGE_FAULT, message);
            case StoreFailure.InvalidRequest _ -> new ApiError(ApiErrorCode.INVALID_REQUEST, message);
        };
    }

    private static ApiError busy(String message) {
        return new ApiError(ApiErrorCode.BUSY, message, Map.of(), Map.of("Retry-After", RETRY_AFTER_SECONDS));
    }

    /** The error document. */
    ObjectNode toJson(String requestId) {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("code", code.wireName());
        error.put("message", message);
        error.put("request_id", requestId);
        details.forEach((name, value) -> {
            if (value instanceof Long number) {
                error.put(name, number);
            } else {
                error.put(name, value.toString());
            }
        });
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set("error", error);
        return document;
    }
}
