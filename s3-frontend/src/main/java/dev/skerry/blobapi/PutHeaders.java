package dev.skerry.blobapi;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.commit.Precondition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the headers of a write say of its blob and its conditions. */
final class PutHeaders {
    /** S3's limit on user metadata, so that S3 can copy what was written here. */
    static final int MAX_METADATA_BYTES = 2048;

    private static final int MAX_WRITE_ID_LENGTH = 128;
    private static final int MAX_HEADER_LENGTH = 1024;
    private static final Set<String> KEPT = Set.of(
            "content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires");

    private PutHeaders() {}

    /** What the write says of its blob. */
    static BlobAttributes attributes(ApiCall call, String ownerId) {
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        int metadataBytes = 0;
        for (Map.Entry<String, String> header : call.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (KEPT.contains(name)) {
                headers.put(name, printable(name, header.getValue(), MAX_HEADER_LENGTH));
            } else if (name.startsWith(BlobHeaders.META_PREFIX)) {
                String own = name.substring(BlobHeaders.META_PREFIX.length());
                if (own.isEmpty() || metadata.containsKey(own)) {
                    throw ApiException.header(name, header.getValue(), "a name, given once");
                }
                String value = printable(name, header.getValue(), MAX_METADATA_BYTES);
                metadata.put(own, value);
                metadataBytes += own.length() + value.length();
            }
        }
        if (metadataBytes > MAX_METADATA_BYTES) {
            throw new ApiException(
                    ApiErrorCode.METADATA_TOO_LARGE,
                    "user metadata of " + metadataBytes + " bytes (expected: at most " + MAX_METADATA_BYTES + ")");
        }
        // The one framing that Signature Version 4 hides in this header is no property of the blob.
        if ("aws-chunked".equals(headers.get("content-encoding"))) {
            headers.remove("content-encoding");
        }
        return new BlobAttributes(headers, metadata, Map.of(), ownerId, StorageClass.STANDARD, null, null, null);
    }

    /** The conditions of a write or delete. */
    static List<Precondition> preconditions(ApiCall call) {
        List<Precondition> conditions = new ArrayList<>();
        call.header("If-Match")
                .map(value -> EntityTags.parse("If-Match", value, false))
                .ifPresent(tags -> conditions.add(new Precondition.IfMatch(tags.tags())));
        call.header("If-None-Match")
                .map(value -> EntityTags.parse("If-None-Match", value, true))
                .ifPresent(tags -> conditions.add(new Precondition.IfNoneMatch(tags.tags())));
        Optional<String> generation = call.header(BlobHeaders.IF_GENERATION);
        if (generation.isPresent()) {
            long number = Numbers.parse(generation.get());
            if (number < 0) {
                throw ApiException.header(
                        BlobHeaders.IF_GENERATION, generation.get(), "a generation, or 0 for a path that has none");
            }
            conditions.add(new Precondition.IfGeneration(number));
        }
        return conditions;
    }

    /** The id that makes a retry of the write a replay, or null. */
    static @Nullable String writeId(ApiCall call) {
        Optional<String> id = call.header(BlobHeaders.WRITE_ID);
        if (id.isEmpty()) {
            return null;
        }
        if (id.get().isEmpty()) {
            throw ApiException.header(BlobHeaders.WRITE_ID, "", "1.." + MAX_WRITE_ID_LENGTH + " printable characters");
        }
        return printable(BlobHeaders.WRITE_ID, id.get(), MAX_WRITE_ID_LENGTH);
    }

    private static String printable(String name, String value, int maxLength) {
        boolean readable = value.chars().allMatch(c -> c >= ' ' && c < 0x7F);
        if (!readable || value.length() > maxLength) {
            throw ApiException.header(name, value, "up to " + maxLength + " printable ASCII characters");
        }
        return value;
    }
}
