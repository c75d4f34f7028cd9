package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStore.Statistics;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.PlacementPolicy.Placement;
import dev.skerry.s3.http.S3Operation;
import java.util.List;

/** The calls on slots: which one a path is in, and what is in one. */
final class SlotResource {
    /** Of a slot map that was never changed, which is the only kind until nodes can move slots. */
    private static final long FIRST_EPOCH = 1;

    private final MetadataStore metadata;
    private final PlacementPolicy placement;
    private final Access access;

    SlotResource(MetadataStore metadata, PlacementPolicy placement, Access access) {
        this.metadata = metadata;
        this.placement = placement;
        this.access = access;
    }

    ApiResponse resolve(ApiCall call) {
        BlobPath path = ApiCall.path(call.query()
                .text("path")
                .orElseThrow(
                        () -> new ApiException(ApiErrorCode.INVALID_PARAMETER, "path: absent (expected: bucket/key)")));
        access.requireListing(call, S3Operation.LIST_OBJECTS_V2, path.bucket(), path.key(), "");
        Placement place = placement.computePlacement(path);
        ObjectNode document = Json.object();
        document.put("path", path.toString());
        document.put("slot_id", place.slot().value());
        describe(document, place.group());
        return ApiResponse.Document.ok(document);
    }

    ApiResponse get(ApiCall call) {
        access.requireRoot(call.identity());
        SlotId slot = slot(call.variable());
        Statistics statistics = metadata.statistics(slot);
        ObjectNode document = Json.object();
        document.put("slot_id", slot.value());
        describe(document, placement.groupOf(slot));
        document.put("epoch", FIRST_EPOCH);
        document.put("live_blobs", statistics.liveBlobs());
        document.put("live_bytes", statistics.liveBytes());
        document.put("generations", statistics.generations());
        document.put("tombstones", statistics.tombstones());
        document.put("uploads", statistics.uploads());
        document.put("garbage_folders", statistics.garbageFolders());
        document.put("last_sequence", statistics.lastSequence());
        BlobId maxBlobId = statistics.maxBlobId();
        document.put("max_blob_id", maxBlobId == null ? null : maxBlobId.value());
        return ApiResponse.Document.ok(document);
    }

    /** How many replicas must have a write before it counts: more than half. */
    static int writeQuorum(int replicas) {
        return replicas / 2 + 1;
    }

    private void describe(ObjectNode document, PlacementGroup group) {
        List<String> nodes =
                placement.nodesForGroup(group).stream().map(NodeId::value).toList();
        document.put("placement_group", group.value());
        document.put("primary", nodes.getFirst());
        document.set("replicas", Json.texts(nodes));
        document.put("write_quorum", writeQuorum(nodes.size()));
    }

    private SlotId slot(String text) {
        long number = Numbers.parse(text);
        return metadata.slots().stream()
                .filter(slot -> slot.value() == number)
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        ApiErrorCode.NO_SUCH_SLOT,
                        "slot: " + text + " (expected: one of "
                                + metadata.slots().size() + ", from 0)"));
    }
}
