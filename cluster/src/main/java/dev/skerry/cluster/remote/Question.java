package dev.skerry.cluster.remote;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.MetadataStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of a {@link MetadataStore}, as a value: what a node asks that holds no replica of the slot. */
sealed interface Question {
    /** Whose rows. */
    SlotId slot();

    record Find(SlotId slot, BlobPath path, VersionSelector selector) implements Question {}

    record Open(SlotId slot, BlobPath path, VersionSelector selector) implements Question {}

    record Newest(SlotId slot, BlobPath path) implements Question {}

    record Generations(SlotId slot, BlobPath path, int limit) implements Question {}

    record ByBlobId(SlotId slot, BlobId blobId) implements Question {}

    record Scan(SlotId slot, MetadataStore.Scan scan) implements Question {}

    record Upload(SlotId slot, BlobPath path, BlobId uploadId) implements Question {}

    record Uploads(
            SlotId slot,
            String bucket,
            byte[] prefix,
            byte[] afterKey,
            @Nullable BlobId afterUploadId,
            int limit) implements Question {}

    record UploadParts(SlotId slot, BlobId uploadId, int afterNumber, int limit) implements Question {}

    record HoldsAny(SlotId slot, String bucket) implements Question {}

    record References(SlotId slot, BlobId folder) implements Question {}

    record Events(SlotId slot, long afterSequence, int limit) implements Question {}

    record LastSequence(SlotId slot) implements Question {}

    /** The newest event of each slot of a group, where there is one. */
    record LastEvents(List<SlotId> slots) implements Question {
        public LastEvents {
            slots = List.copyOf(slots);
        }

        @Override
        public SlotId slot() {
            return slots.getFirst();
        }
    }
}
