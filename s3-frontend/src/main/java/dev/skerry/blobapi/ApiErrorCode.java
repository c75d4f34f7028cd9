package dev.skerry.blobapi;

import java.util.Locale;

/** The native API's error codes, each with the one status it is sent with. */
enum ApiErrorCode {
    BAD_DIGEST(400),
    INCOMPLETE_BODY(400),
    INVALID_CURSOR(400),
    INVALID_HEADER(400),
    INVALID_PARAMETER(400),
    INVALID_PATH(400),
    INVALID_REQUEST(400),
    METADATA_TOO_LARGE(400),
    PATH_TOO_LONG(400),
    UNKNOWN_PARAMETER(400),
    UNAUTHENTICATED(401),
    ACCESS_DENIED(403),
    LOCKED(403),
    NO_SUCH_BLOB(404),
    NO_SUCH_BUCKET(404),
    NO_SUCH_RESOURCE(404),
    NO_SUCH_SLOT(404),
    NO_SUCH_UPLOAD(404),
    NO_SUCH_VERSION(404),
    METHOD_NOT_ALLOWED(405),
    REQUEST_TIMEOUT(408),
    BUCKET_EXISTS(409),
    BUCKET_NOT_EMPTY(409),
    VERSION_CONFLICT(409),
    WRITE_ID_REUSED(409),
    CURSOR_EXPIRED(410),
    DELETED(410),
    PRECONDITION_FAILED(412),
    BODY_TOO_LARGE(413),
    INVALID_RANGE(416),
    CORRUPT(500),
    INTERNAL_ERROR(500),
    STORAGE_FAULT(500),
    BUSY(503),
    SLOT_QUARANTINED(503),
    INSUFFICIENT_STORAGE(507);

    private final int status;

    ApiErrorCode(int status) {
        this.status = status;
    }

    /** The HTTP status. */
    int status() {
        return status;
    }

    /** The code as clients see it. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
