package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.Placement;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.blob.store.BlobReader;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.PutBlobRequest;
import dev.skerry.s3.http.S3Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls on one path: write, read, delete, undelete, list its versions. */
final class BlobResource {
    private static final int DEFAULT_VERSIONS = 1000;
    private static final int MAX_VERSIONS = 10_000;

    private final BlobStore blobs;
    private final PlacementPolicy placement;
    private final Access access;

    BlobResource(BlobStore blobs, PlacementPolicy placement, Access access) {
        this.blobs = blobs;
        this.placement = placement;
        this.access = access;
    }

    ApiResponse put(ApiCall call) {
        BlobPath path = call.path();
        Bucket bucket = access.require(call, S3Operation.PUT_OBJECT, path, null).bucket();
        List<Precondition> conditions = PutHeaders.preconditions(call);
        PutBlobRequest request = new PutBlobRequest(
                path,
                PutHeaders.attributes(call, bucket.ownerId()),
                conditions,
                Set.of(),
                true,
                version(call),
                PutHeaders.writeId(call));
        try (BlobBody body = call.body().get()) {
            CommandResult.Written written = blobs.put(request, body);
            Map<String, String> headers = new LinkedHashMap<>(BlobHeaders.ofGeneration(written.meta()));
            headers.put("ETag", BlobHeaders.quoted(written.meta().nativeEtag()));
            return new ApiResponse.Document(written.replay() ? 200 : 201, headers, written(written.meta()));
        } catch (StoreException refused) {
            throw unmatched(refused, conditions);
        }
    }

    ApiResponse get(ApiCall call) {
        BlobPath path = call.path();
        Access.Allowed allowed = access.require(call, S3Operation.GET_OBJECT, path, named(call));
        BlobReader reader = blobs.open(path, selector(call));
        boolean handedOver = false;
        try {
            BlobMeta meta = reader.meta();
            allowed.requireSame(meta);
            Map<String, String> headers = BlobHeaders.ofLive(meta);
            if (ReadConditions.notModified(call, meta)) {
                headers.remove("Content-Type");
                return new ApiResponse.Empty(304, headers);
            }
            Optional<ByteRange> range = range(call, meta);
            long lengthBytes = meta.sizeBytes();
            if (range.isPresent()) {
                lengthBytes = range.get().lengthBytes();
                reader.range(range.get().firstInclusive(), lengthBytes);
                headers.put("Content-Range", range.get().of(meta.sizeBytes()));
            }
            handedOver = true;
            return new ApiResponse.Bytes(range.isPresent() ? 206 : 200, headers, reader, lengthBytes);
        } finally {
            if (!handedOver) {
                reader.close();
            }
        }
    }

    ApiResponse head(ApiCall call) {
        BlobPath path = call.path();
        Access.Allowed allowed = access.require(call, S3Operation.HEAD_OBJECT, path, named(call));
        BlobMeta meta = blobs.head(path, selector(call));
        allowed.requireSame(meta);
        Map<String, String> headers = BlobHeaders.ofLive(meta);
        if (ReadConditions.notModified(call, meta)) {
            headers.remove("Content-Type");
            return new ApiResponse.Empty(304, headers);
        }
        Optional<ByteRange> range = range(call, meta);
        range.ifPresent(bytes -> headers.put("Content-Range", bytes.of(meta.sizeBytes())));
        long lengthBytes = range.map(ByteRange::lengthBytes).orElse(meta.sizeBytes());
        return new ApiResponse.Head(range.isPresent() ? 206 : 200, headers, lengthBytes);
    }

    ApiResponse delete(ApiCall call) {
        BlobPath path = call.path();
        access.require(call, S3Operation.DELETE_OBJECT, path, named(call));
        List<Precondition> conditions = PutHeaders.preconditions(call);
        @Nullable Generation version = version(call);
        try {
            CommandResult.Deleted deleted = version == null
                    ? blobs.delete(path, conditions)
                    : blobs.deleteVersion(path, new VersionSelector.ByGeneration(version), conditions, false);
            Map<String, String> headers = deleted.newTombstone()
                    .or(deleted::removedVersion)
                    .map(BlobHeaders::ofGeneration)
                    .orElse(Map.of());
            return new ApiResponse.Empty(204, headers);
        } catch (StoreException refused) {
            throw unmatched(refused, conditions);
        }
    }

    ApiResponse undelete(ApiCall call) {
        BlobPath path = call.path();
        access.require(call, S3Operation.PUT_OBJECT, path, null);
        BlobMeta meta = blobs.undelete(path, version(call));
        Map<String, String> headers = new LinkedHashMap<>(BlobHeaders.ofGeneration(meta));
        headers.put("ETag", BlobHeaders.quoted(meta.nativeEtag()));
        return new ApiResponse.Document(200, headers, written(meta));
    }

    ApiResponse versions(ApiCall call) {
        BlobPath path = call.path();
        access.requireListing(call, S3Operation.LIST_OBJECT_VERSIONS, path.bucket(), path.key(), "");
        int limit = (int) call.query().number("limit", 1, MAX_VERSIONS).orElse(DEFAULT_VERSIONS);
        List<BlobMeta> generations = blobs.generations(path, limit + 1);
        if (generations.isEmpty()) {
            throw new StoreException(new StoreFailure.NoSuchBlob(path));
        }
        ObjectNode document = Json.object();
        document.put("path", path.toString());
        ArrayNode versions = document.putArray("versions");
        generations.stream().limit(limit).forEach(meta -> versions.add(version(meta)));
        document.put("truncated", generations.size() > limit);
        return ApiResponse.Document.ok(document);
    }

    private static ObjectNode version(BlobMeta meta) {
        ObjectNode version = Json.object();
        version.put("generation", meta.generation().value());
        version.put("version", meta.generation().value());
        version.put("blob_id", meta.blobId().value());
        version.put("version_id", meta.versionId());
        version.put("state", meta.tombstone() ? "tombstone" : meta.visible() ? "live" : "deleted");
        version.put("latest", meta.latest());
        version.put("size_bytes", meta.sizeBytes());
        if (!meta.tombstone()) {
            version.put("etag", meta.nativeEtag());
        }
        version.put("created_at", Json.time(meta.createdAt()));
        if (meta.tombstonedAt() != null) {
            version.put("deleted_at", Json.time(meta.tombstonedAt()));
        }
        return version;
    }

    private ObjectNode written(BlobMeta meta) {
        Placement place = placement.computePlacement(meta.path());
        ObjectNode document = Json.object();
        document.put("path", meta.path().toString());
        document.put("slot_id", place.slot().value());
        document.put("generation", meta.generation().value());
        document.put("version", meta.generation().value());
        document.put("version_id", meta.versionId());
        document.put("blob_id", meta.blobId().value());
        document.put("etag", meta.nativeEtag());
        document.put("size_bytes", meta.sizeBytes());
        document.put("created_at", Json.time(meta.createdAt()));
        // A write that returned is on the write quorum at least; how many more have it, nobody waited to hear.
        document.put(
                "committed_replicas",
                SlotResource.writeQuorum(1 + place.replicas().size()));
        return document;
    }

    private static @Nullable Generation version(ApiCall call) {
        OptionalLong version = call.query().number("version", 1, Long.MAX_VALUE);
        return version.isEmpty() ? null : new Generation(version.getAsLong());
    }

    /** What is asked for where that is not the current version: to name a version takes an action of its own. */
    private static @Nullable VersionSelector named(ApiCall call) {
        VersionSelector selector = selector(call);
        return selector.equals(VersionSelector.CURRENT) ? null : selector;
    }

    private static VersionSelector selector(ApiCall call) {
        @Nullable Generation version = version(call);
        Optional<String> latest = call.query().text("latest");
        if (latest.isPresent() && !latest.get().equals("live")) {
            throw ApiException.parameter("latest", latest.get(), "live");
        }
        if (version != null && latest.isPresent()) {
            throw new ApiException(ApiErrorCode.INVALID_REQUEST, "version and latest exclude each other");
        }
        if (version != null) {
            return new VersionSelector.ByGeneration(version);
        }
        return latest.isPresent() ? VersionSelector.LATEST_LIVE : VersionSelector.CURRENT;
    }

    private static Optional<ByteRange> range(ApiCall call, BlobMeta meta) {
        Optional<ByteRange> asked = ByteRange.ofParameters(call.query(), meta.sizeBytes());
        if (asked.isPresent() || !ReadConditions.rangeApplies(call, meta)) {
            return asked;
        }
        return ByteRange.ofHeader(call.header("Range").orElse(null), meta.sizeBytes());
    }

    /** S3 answers If-Match on what is not there with not found; HTTP, which this API follows, says it did not hold. */
    private static StoreException unmatched(StoreException refused, List<Precondition> conditions) {
        boolean absent = refused.failure() instanceof StoreFailure.NoSuchBlob
                || refused.failure() instanceof StoreFailure.Deleted;
        boolean matching = conditions.stream().anyMatch(Precondition.IfMatch.class::isInstance);
        return absent && matching
                ? new StoreException(new StoreFailure.PreconditionFailed("If-Match"), refused)
                : refused;
    }
}
