package dev.skerry.blobapi;

import dev.skerry.blob.BlobMeta;
import java.util.ArrayList;
import java.util.List;

/**
 * The entity tags of a condition: a list, or {@code *} for any. Unquoted tags are taken too, since S3's clients send
 * them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.1">RFC 9110, section 13.1</a>
 */
record EntityTags(List<String> tags) {
    /** More than any client sends; keeps a header from becoming a long command. */
    private static final int MAX_TAGS = 32;

    EntityTags {
        tags = List.copyOf(tags);
    }

    /**
     * Reads a header's value.
     *
     * @param weakToo whether {@code W/"x"} counts as {@code "x"}; where not, it matches nothing
     * @throws ApiException with {@code INVALID_HEADER}
     */
    static EntityTags parse(String header, String value, boolean weakToo) {
        List<String> tags = new ArrayList<>();
        for (String item : value.split(",", -1)) {
            String tag = item.strip();
            boolean weak = tag.startsWith("W/");
            if (weak) {
                tag = tag.substring(2);
            }
            if (tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")) {
                tag = tag.substring(1, tag.length() - 1);
            }
            if (tag.isEmpty() || tag.indexOf('"') >= 0 || tags.size() == MAX_TAGS) {
                throw ApiException.header(header, value, "1.." + MAX_TAGS + " entity tags, or *");
            }
            if (!weak || weakToo) {
                tags.add(tag);
            }
        }
        return new EntityTags(tags);
    }

    /** Whether one of them names the content of a generation that has bytes: by its native ETag or S3's. */
    boolean match(BlobMeta meta) {
        return tags.contains("*") || tags.contains(meta.nativeEtag()) || tags.contains(meta.etag());
    }
}
