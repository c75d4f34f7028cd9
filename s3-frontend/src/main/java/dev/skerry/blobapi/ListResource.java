package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.s3.http.PageMemory;
import dev.skerry.s3.http.S3Operation;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The listing of paths. */
final class ListResource {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MAX_LIMIT = 10_000;
    private static final String CURSOR_VERSION = "1";

    private final PathListing listing;
    private final Access access;

    ListResource(PathListing listing, Access access) {
        this.listing = listing;
        this.access = access;
    }

    /** How much of the heap the answer of a call may take; 0 where it is small. */
    static long answerBytes(Route route, Query query) {
        return switch (route) {
            case LIST_BLOBS, LIST_VERSIONS -> PageMemory.ofKeys(limit(query));
            default -> 0;
        };
    }

    ApiResponse list(ApiCall call) {
        String prefix = call.query().text("prefix").orElse("");
        String delimiter = call.query().text("delimiter").orElse("");
        if (delimiter.codePointCount(0, delimiter.length()) > 1) {
            throw ApiException.parameter("delimiter", delimiter, "one character");
        }
        Scope scope = call.query().flag("include_deleted") ? Scope.NEWEST : Scope.CURRENT;
        int limit = limit(call.query());
        String after = call.query().text("cursor").map(ListResource::readCursor).orElse("");
        PathListing.Page page = listing.list(
                new PathListing.Query(buckets(call, prefix, delimiter, scope), prefix, delimiter, after, scope, limit));
        ObjectNode document = Json.object();
        document.put("prefix", prefix);
        ArrayNode blobs = document.putArray("blobs");
        page.blobs().forEach(blob -> blobs.add(item(blob)));
        document.set("common_prefixes", Json.texts(page.commonPrefixes()));
        String next = page.next();
        document.put("truncated", next != null);
        if (next != null) {
            document.put("cursor", writeCursor(next));
        }
        return ApiResponse.Document.ok(document);
    }

    private static int limit(Query query) {
        return (int) query.number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
    }

    /** A prefix that names a whole bucket must name one that is there; a shorter one picks from what may be seen. */
    private List<Bucket> buckets(ApiCall call, String prefix, String delimiter, Scope scope) {
        S3Operation operation = scope == Scope.CURRENT ? S3Operation.LIST_OBJECTS_V2 : S3Operation.LIST_OBJECT_VERSIONS;
        int slash = prefix.indexOf('/');
        return slash < 0
                ? access.usable(call, operation)
                : List.of(access.requireListing(
                        call, operation, prefix.substring(0, slash), prefix.substring(slash + 1), delimiter));
    }

    private static ObjectNode item(ListedBlob blob) {
        ObjectNode item = Json.object();
        item.put("path", blob.path().toString());
        item.put("generation", blob.generation().value());
        item.put("version", blob.generation().value());
        item.put("version_id", blob.versionId());
        item.put("blob_id", blob.blobId().value());
        item.put("size_bytes", blob.sizeBytes());
        boolean tombstone = blob.kind() == BlobKind.TOMBSTONE;
        if (!tombstone) {
            item.put("etag", blob.nativeEtag());
        }
        item.put("created_at", Json.time(blob.createdAt()));
        item.put("deleted", tombstone || blob.tombstonedAt() != null);
        if (blob.tombstonedAt() != null) {
            item.put("deleted_at", Json.time(blob.tombstonedAt()));
        } else if (tombstone) {
            item.put("deleted_at", Json.time(blob.createdAt()));
        }
        return item;
    }

    private static String writeCursor(String after) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((CURSOR_VERSION + after).getBytes(StandardCharsets.UTF_8));
    }

    private static String readCursor(String cursor) {
        return decode(cursor)
                .filter(text -> text.startsWith(CURSOR_VERSION) && text.length() > CURSOR_VERSION.length())
                .map(text -> text.substring(CURSOR_VERSION.length()))
                .orElseThrow(() ->
                        new ApiException(ApiErrorCode.INVALID_CURSOR, "cursor (expected: one that a listing gave)"));
    }

    private static Optional<String> decode(String cursor) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
