package dev.skerry.s3.http;

import dev.skerry.http.RequestHead;
import java.util.Optional;

/**
 * How much of the heap an answer may take that names many keys: the rows, their document, and its text, at a key's
 * greatest length.
 */
public final class PageMemory {
    /** Rows are read for a third more keys than are shown; the text is there twice while it is encoded. */
    private static final long KEY_BYTES = 8 * 1024;

    private static final int MAX_KEYS = 1000;

    private PageMemory() {}

    /** Of a page of so many keys. */
    public static long ofKeys(long keys) {
        return keys * KEY_BYTES;
    }

    /**
     * Of what an operation answers; 0 where that is small. What a page's size cannot be is for the operation to refuse.
     */
    static long of(S3Operation operation, RequestHead head) {
        return switch (operation) {
            case LIST_OBJECTS, LIST_OBJECTS_V2, LIST_OBJECT_VERSIONS -> page(head.query("max-keys"));
            case LIST_MULTIPART_UPLOADS -> page(head.query("max-uploads"));
            case DELETE_OBJECTS -> ofKeys(MAX_KEYS);
            default -> 0;
        };
    }

    private static long page(Optional<String> size) {
        try {
            return ofKeys(Math.clamp(Long.parseLong(size.orElse("")), 0, MAX_KEYS));
        } catch (NumberFormatException _) {
            return ofKeys(MAX_KEYS);
        }
    }
}
