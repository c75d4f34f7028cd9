package dev.skerry.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.event.StorageEvent.BucketCreated;
import dev.skerry.blob.event.StorageEvent.BucketDeleted;
import dev.skerry.blob.event.StorageEvent.Cause;
import dev.skerry.blob.event.StorageEvent.ObjectCreated;
import dev.skerry.blob.event.StorageEvent.ObjectDeleted;
import dev.skerry.blob.event.StorageEvent.ObjectLockSet;
import dev.skerry.blob.event.StorageEvent.ObjectTagged;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Events as the {@code payload} column holds them. A path that is not UTF-8 is kept as {@code path64}. */
final class EventJson {
    private EventJson() {}

    static String encode(StorageEvent event) {
        ObjectNode node = Json.object();
        switch (event) {
            case ObjectCreated created -> {
                node.put("type", "object-created");
                putObject(node, created.path(), created.versionId(), created.generation());
                node.put("size", created.sizeBytes()).put("etag", created.etag());
                node.put("group", created.placementGroup().value());
                node.put("cause", created.cause().name());
            }
            case ObjectDeleted deleted -> {
                node.put("type", "object-deleted");
                putObject(node, deleted.path(), deleted.versionId(), deleted.generation());
                node.put("delete_marker", deleted.deleteMarker());
                node.put("group", deleted.placementGroup().value());
            }
            case ObjectTagged tagged -> {
                node.put("type", "object-tagged");
                putObject(node, tagged.path(), tagged.versionId(), tagged.generation());
                node.put("removed", tagged.removed());
            }
            case ObjectLockSet locked -> {
                node.put("type", "object-lock-set");
                putObject(node, locked.path(), locked.versionId(), locked.generation());
            }
            case BucketCreated created -> node.put("type", "bucket-created").put("bucket", created.bucket());
            case BucketDeleted deleted -> node.put("type", "bucket-deleted").put("bucket", deleted.bucket());
        }
        return Json.text(node.put("hlc", event.hlc().packed()));
    }

    static StorageEvent decode(String payload) {
        JsonNode node = Json.parse(payload);
        HlcTimestamp hlc = HlcTimestamp.ofPacked(node.path("hlc").asLong());
        String type = node.path("type").asText();
        return switch (type) {
            case "object-created" ->
                new ObjectCreated(
                        path(node),
                        new BlobId(node.path("version_id").asText()),
                        generation(node),
                        hlc,
                        node.path("size").asLong(),
                        node.path("etag").asText(),
                        group(node),
                        Cause.valueOf(node.path("cause").asText()));
            case "object-deleted" ->
                new ObjectDeleted(
                        path(node),
                        node.has("version_id")
                                ? new BlobId(node.path("version_id").asText())
                                : null,
                        generation(node),
                        hlc,
                        node.path("delete_marker").asBoolean(),
                        group(node));
            case "object-tagged" ->
                new ObjectTagged(
                        path(node),
                        new BlobId(node.path("version_id").asText()),
                        generation(node),
                        hlc,
                        node.path("removed").asBoolean());
            case "object-lock-set" ->
                new ObjectLockSet(path(node), new BlobId(node.path("version_id").asText()), generation(node), hlc);
            case "bucket-created" -> new BucketCreated(node.path("bucket").asText(), hlc);
            case "bucket-deleted" -> new BucketDeleted(node.path("bucket").asText(), hlc);
            default -> throw new StoreException(new StoreFailure.Corrupt("event of type " + type));
        };
    }

    private static void putObject(ObjectNode node, BlobPath path, @Nullable BlobId versionId, Generation generation) {
        String text = path.toString();
        if (text.indexOf('\uFFFD') < 0) {
            node.put("path", text);
        } else {
            node.put("path64", Base64.getEncoder().encodeToString(path.toBytes()));
        }
        if (versionId != null) {
            node.put("version_id", versionId.value());
        }
        node.put("generation", generation.value());
    }

    private static BlobPath path(JsonNode node) {
        JsonNode raw = node.get("path64");
        return BlobPath.ofBytes(
                raw == null
                        ? node.path("path").asText().getBytes(StandardCharsets.UTF_8)
                        : Base64.getDecoder().decode(raw.asText()));
    }

    private static Generation generation(JsonNode node) {
        return new Generation(node.path("generation").asLong());
    }

    private static PlacementGroup group(JsonNode node) {
        return new PlacementGroup(node.path("group").asInt());
    }
}
