package dev.skerry.metadata;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.event.StorageEvent.BucketCreated;
import dev.skerry.blob.event.StorageEvent.BucketDeleted;
import dev.skerry.blob.event.StorageEvent.Cause;
import dev.skerry.blob.event.StorageEvent.ObjectAclSet;
import dev.skerry.blob.event.StorageEvent.ObjectCreated;
import dev.skerry.blob.event.StorageEvent.ObjectDeleted;
import dev.skerry.blob.event.StorageEvent.ObjectLockSet;
import dev.skerry.blob.event.StorageEvent.ObjectTagged;
import dev.skerry.blob.event.StorageEvent.ObjectTransitioned;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Events as the {@code payload} column holds them. A path that is not UTF-8 is kept as {@code path64}. */
final class EventJson {
    private EventJson() {}

    static String encode(StorageEvent event) {
        return Json.object(json -> {
            switch (event) {
                case ObjectCreated created -> {
                    json.writeStringField("type", "object-created");
                    writeObject(json, created.path(), created.versionId(), created.generation());
                    json.writeNumberField("size", created.sizeBytes());
                    json.writeStringField("etag", created.etag());
                    json.writeNumberField("group", created.placementGroup().value());
                    json.writeStringField("cause", created.cause().name());
                }
                case ObjectDeleted deleted -> {
                    json.writeStringField("type", "object-deleted");
                    writeObject(json, deleted.path(), deleted.versionId(), deleted.generation());
                    json.writeBooleanField("delete_marker", deleted.deleteMarker());
                    json.writeNumberField("group", deleted.placementGroup().value());
                    if (deleted.byLifecycle()) {
                        json.writeBooleanField("by_lifecycle", true);
                    }
                }
                case ObjectTagged tagged -> {
                    json.writeStringField("type", "object-tagged");
                    writeObject(json, tagged.path(), tagged.versionId(), tagged.generation());
                    json.writeBooleanField("removed", tagged.removed());
                }
                case ObjectLockSet locked -> {
                    json.writeStringField("type", "object-lock-set");
                    writeObject(json, locked.path(), locked.versionId(), locked.generation());
                }
                case ObjectAclSet set -> {
                    json.writeStringField("type", "object-acl-set");
                    writeObject(json, set.path(), set.versionId(), set.generation());
                }
                case ObjectTransitioned moved -> {
                    json.writeStringField("type", "object-transitioned");
                    writeObject(json, moved.path(), moved.versionId(), moved.generation());
                    json.writeStringField("storage_class", moved.storageClass().s3Name());
                }
                case BucketCreated created -> {
                    json.writeStringField("type", "bucket-created");
                    json.writeStringField("bucket", created.bucket());
                }
                case BucketDeleted deleted -> {
                    json.writeStringField("type", "bucket-deleted");
                    json.writeStringField("bucket", deleted.bucket());
                }
            }
            json.writeNumberField("hlc", event.hlc().packed());
        });
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
                        group(node),
                        node.path("by_lifecycle").asBoolean());
            case "object-tagged" ->
                new ObjectTagged(
                        path(node),
                        new BlobId(node.path("version_id").asText()),
                        generation(node),
                        hlc,
                        node.path("removed").asBoolean());
            case "object-lock-set" ->
                new ObjectLockSet(path(node), new BlobId(node.path("version_id").asText()), generation(node), hlc);
            case "object-acl-set" ->
                new ObjectAclSet(path(node), new BlobId(node.path("version_id").asText()), generation(node), hlc);
            case "object-transitioned" ->
                new ObjectTransitioned(
                        path(node),
                        new BlobId(node.path("version_id").asText()),
                        generation(node),
                        hlc,
                        new StorageClass(node.path("storage_class").asText()));
            case "bucket-created" -> new BucketCreated(node.path("bucket").asText(), hlc);
            case "bucket-deleted" -> new BucketDeleted(node.path("bucket").asText(), hlc);
            default -> throw new StoreException(new StoreFailure.Corrupt("event of type " + type));
        };
    }

    private static void writeObject(
            JsonGenerator json, BlobPath path, @Nullable BlobId versionId, Generation generation) throws IOException {
        String text = path.toString();
        if (text.indexOf('\uFFFD') < 0) {
            json.writeStringField("path", text);
        } else {
            json.writeStringField("path64", Base64.getEncoder().encodeToString(path.toBytes()));
        }
        if (versionId != null) {
            json.writeStringField("version_id", versionId.value());
        }
        json.writeNumberField("generation", generation.value());
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
