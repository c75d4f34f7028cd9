package dev.skerry.s3.error;

import java.io.Serial;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The protocol refuses a request, with S3's own code. Failures of the store travel as StoreException instead. */
public final class S3Exception extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final S3ErrorCode code;
    private final transient Map<String, String> fields;

    /** With the code's own message. */
    public S3Exception(S3ErrorCode code) {
        this(code, code.message(), Map.of());
    }

    /** With a message of its own. */
    public S3Exception(S3ErrorCode code, String message) {
        this(code, message, Map.of());
    }

    /** With a message and further elements of the Error document, by name. */
    public S3Exception(S3ErrorCode code, String message, Map<String, String> fields) {
        super(message);
        this.code = code;
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields)); // in their order
    }

    /** With a message of its own and further elements of the Error document: names and texts in turns, in order. */
    public static S3Exception of(S3ErrorCode code, String message, String... fields) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            named.put(fields[i], fields[i + 1]);
        }
        return new S3Exception(code, message, named);
    }

    /** S3's code. */
    public S3ErrorCode code() {
        return code;
    }

    /** Further elements of the Error document. */
    public Map<String, String> fields() {
        return fields;
    }
}
