package dev.skerry.blobapi;

import java.io.Serial;
import java.util.Map;

/** The native API refuses a request itself. Failures of the store travel as StoreException instead. */
final class ApiException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ApiErrorCode code;
    private final transient Map<String, String> headers;

    ApiException(ApiErrorCode code, String message) {
        this(code, message, Map.of());
    }

    ApiException(ApiErrorCode code, String message, Map<String, String> headers) {
        super(message);
        this.code = code;
        this.headers = Map.copyOf(headers);
    }

    ApiErrorCode code() {
        return code;
    }

    /** Headers to send with it. */
    Map<String, String> headers() {
        return headers;
    }

    /** A query parameter that cannot be read: its value, then what was expected. */
    static ApiException parameter(String name, String value, String expected) {
        return new ApiException(
                ApiErrorCode.INVALID_PARAMETER, name + ": " + shortened(value) + " (expected: " + expected + ")");
    }

    /** A header that cannot be read: its value, then what was expected. */
    static ApiException header(String name, String value, String expected) {
        return new ApiException(
                ApiErrorCode.INVALID_HEADER, name + ": " + shortened(value) + " (expected: " + expected + ")");
    }

    private static String shortened(String value) {
        return value.length() <= 100 ? value : value.substring(0, 100) + "…";
    }
}
