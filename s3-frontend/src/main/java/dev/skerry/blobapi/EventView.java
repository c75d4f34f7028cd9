package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What one subscriber sees of the change feed: events below its prefix, in buckets it may use. */
final class EventView {
    private final Access access;
    private final ApiCall call;
    private final String prefix;
    private final byte[] prefixBytes;

    EventView(Access access, ApiCall call, String prefix) {
        this.access = access;
        this.call = call;
        this.prefix = prefix;
        this.prefixBytes = prefix.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the subscriber sees the event; one about a bucket is seen where the prefix reaches into the bucket. */
    boolean shows(StorageEvent event) {
        return switch (event) {
            case StorageEvent.ObjectCreated created -> shows(created.path(), event);
            case StorageEvent.ObjectDeleted deleted -> shows(deleted.path(), event);
            case StorageEvent.ObjectTagged tagged -> shows(tagged.path(), event);
            case StorageEvent.ObjectLockSet locked -> shows(locked.path(), event);
            case StorageEvent.ObjectAclSet set -> shows(set.path(), event);
            case StorageEvent.ObjectTransitioned moved -> shows(moved.path(), event);
            case StorageEvent.BucketCreated created -> shows(created.bucket(), event);
            case StorageEvent.BucketDeleted deleted -> shows(deleted.bucket(), event);
        };
    }

    private boolean shows(BlobPath path, StorageEvent event) {
        byte[] bytes = path.toBytes();
        int length = prefixBytes.length;
        return bytes.length >= length
                && Arrays.equals(bytes, 0, length, prefixBytes, 0, length)
                && access.mayHear(call, path.bucket(), event.hlc());
    }

    private boolean shows(String bucket, StorageEvent event) {
        String root = bucket + "/";
        return (root.startsWith(prefix) || prefix.startsWith(root)) && access.mayHear(call, bucket, event.hlc());
    }

    /** The event's type as clients see it. */
    static String type(StorageEvent event) {
        return switch (event) {
            case StorageEvent.ObjectCreated _ -> "object_created";
            case StorageEvent.ObjectDeleted _ -> "object_deleted";
            case StorageEvent.ObjectTagged _ -> "object_tagged";
            case StorageEvent.ObjectLockSet _ -> "object_lock_set";
            case StorageEvent.ObjectAclSet _ -> "object_acl_set";
            case StorageEvent.ObjectTransitioned _ -> "object_transitioned";
            case StorageEvent.BucketCreated _ -> "bucket_created";
            case StorageEvent.BucketDeleted _ -> "bucket_deleted";
        };
    }

    /** The event as clients see it. */
    static ObjectNode json(SequencedEvent sequenced) {
        StorageEvent event = sequenced.event();
        ObjectNode json = Json.object();
        json.put("type", type(event));
        switch (event) {
            case StorageEvent.ObjectCreated created -> {
                object(json, created.path(), created.generation());
                json.put("blob_id", created.versionId().value());
                json.put("size_bytes", created.sizeBytes());
                json.put("s3_etag", created.etag());
                json.put("cause", created.cause().name().toLowerCase(Locale.ROOT));
            }
            case StorageEvent.ObjectDeleted deleted -> {
                object(json, deleted.path(), deleted.generation());
                BlobId blobId = deleted.versionId();
                json.put("blob_id", blobId == null ? null : blobId.value());
                json.put("delete_marker", deleted.deleteMarker());
                json.put("by_lifecycle", deleted.byLifecycle());
            }
            case StorageEvent.ObjectTagged tagged -> {
                object(json, tagged.path(), tagged.generation());
                json.put("blob_id", tagged.versionId().value());
                json.put("removed", tagged.removed());
            }
            case StorageEvent.ObjectLockSet locked -> {
                object(json, locked.path(), locked.generation());
                json.put("blob_id", locked.versionId().value());
            }
            case StorageEvent.ObjectAclSet set -> {
                object(json, set.path(), set.generation());
                json.put("blob_id", set.versionId().value());
            }
            case StorageEvent.ObjectTransitioned moved -> {
                object(json, moved.path(), moved.generation());
                json.put("blob_id", moved.versionId().value());
                json.put("storage_class", moved.storageClass().s3Name());
            }
            case StorageEvent.BucketCreated created -> json.put("bucket", created.bucket());
            case StorageEvent.BucketDeleted deleted -> json.put("bucket", deleted.bucket());
        }
        json.put("at", Json.time(event.hlc().instant()));
        // As text: a number of 64 bits loses its end in most JSON readers.
        json.put("hlc", Long.toString(event.hlc().packed()));
        if (sequenced.source() == SequencedEvent.CATALOG) {
            json.put("source", "catalog");
        } else {
            json.put("source", "slot-" + sequenced.source());
        }
        json.put("sequence", sequenced.sequence());
        return json;
    }

    private static void object(ObjectNode json, BlobPath path, Generation generation) {
        json.put("path", path.toString());
        json.put("generation", generation.value());
    }
}
