package dev.skerry.blob.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a request brings for conditions and variables of a policy: keys as policies name them, without regard to case,
 * each with one value or more. A key that is not there is not there; it never stands for the empty text.
 *
 * @param values by lower-case key
 */
public record RequestContext(Map<String, List<String>> values) {
    /** The prefix of keys that ask for a tag the blob has. */
    static final String BLOB_TAG = "s3:existingobjecttag/";

    /** Of a request that brings nothing. */
    public static final RequestContext EMPTY = new RequestContext(Map.of());

    public RequestContext {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        values.forEach((key, list) -> {
            if (!list.isEmpty()) {
                copy.put(key.toLowerCase(Locale.ROOT), List.copyOf(list));
            }
        });
        values = Map.copyOf(copy);
    }

    /** The values of a key; empty where the request does not bring it. */
    public List<String> of(String key) {
        return values.getOrDefault(key.toLowerCase(Locale.ROOT), List.of());
    }

    /** The value of a key that has one. */
    Optional<String> single(String key) {
        List<String> found = of(key);
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** The same with the tags of a blob. */
    RequestContext withTagsOf(BlobAccess blob) {
        Map<String, List<String>> joined = new LinkedHashMap<>(values);
        blob.tags().forEach((name, value) -> joined.put(BLOB_TAG + name, List.of(value)));
        return new RequestContext(joined);
    }
}
