package dev.skerry.blobapi;

import dev.skerry.blob.BlobMeta;
import dev.skerry.http.EncodedWords;
import dev.skerry.http.HttpDates;
import dev.skerry.http.HttpToken;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names of the API's own headers, and the headers that tell what is known of a generation. */
final class BlobHeaders {
    static final String BLOB_ID = "X-Skerry-Blob-Id";
    static final String DELETED_AT = "X-Skerry-Deleted-At";
    static final String GENERATION = "X-Skerry-Generation";
    static final String IF_GENERATION = "X-Skerry-If-Generation";
    static final String META_PREFIX = "x-skerry-meta-";
    static final String REQUEST_ID = "X-Skerry-Request-Id";
    static final String VERSION_ID = "X-Skerry-Version-Id";
    static final String WRITE_ID = "X-Skerry-Write-Id";

    private BlobHeaders() {}

    /** Headers of a generation that has bytes. */
    static Map<String, String> ofLive(BlobMeta meta) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        meta.attributes().headers().forEach((name, value) -> {
            if (name.equals("content-type")) {
                headers.put("Content-Type", value);
            } else if (!name.startsWith("x-")) {
                headers.put(name, value);
            }
        });
        meta.attributes().userMetadata().forEach((name, value) -> {
            if (HttpToken.is(name)) {
                headers.put(META_PREFIX + name, EncodedWords.encode(value));
            }
        });
        headers.put("ETag", quoted(meta.nativeEtag()));
        headers.put("Last-Modified", HttpDates.format(meta.createdAt()));
        headers.put("Accept-Ranges", "bytes");
        headers.putAll(ofGeneration(meta));
        // What a client stored must not run as a page of this origin, where the console lives too.
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Content-Security-Policy", "sandbox; default-src 'none'");
        return headers;
    }

    /** Headers of a generation that says deleted. */
    static Map<String, String> ofTombstone(BlobMeta meta) {
        return ofGeneration(meta);
    }

    /** Which generation it is. */
    static Map<String, String> ofGeneration(BlobMeta meta) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(GENERATION, Long.toString(meta.generation().value()));
        headers.put(VERSION_ID, meta.versionId());
        headers.put(BLOB_ID, meta.blobId().value());
        Instant deletedAt = meta.tombstonedAt();
        if (deletedAt != null) {
            headers.put(DELETED_AT, Json.time(deletedAt));
        }
        return headers;
    }

    static String quoted(String etag) {
        return '"' + etag + '"';
    }
}
