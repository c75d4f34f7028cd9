package dev.skerry.cluster.heal;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.MetadataStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which parts a slot's metadata says there are. Methods block, and throw what {@link MetadataStore} throws. */
public interface ExpectedParts {
    /**
     * A generation and its parts.
     *
     * @param parts none where its body is inline
     */
    record Blob(BlobId id, List<PartRef> parts) {
        public Blob {
            parts = List.copyOf(parts);
        }
    }

    /** The slots that are in service, by ascending number. */
    List<SlotId> slots();

    /** Generations in the order of their ids after the one given, at most {@code limit}. */
    List<Blob> after(SlotId slot, @Nullable BlobId after, int limit);

    /** Whether the generation is there still and has that part. */
    boolean refers(SlotId slot, BlobId blob, PartRef part);

    /** What this node's metadata says. */
    static ExpectedParts of(MetadataStore metadata) {
        return new ExpectedParts() {
            @Override
            public List<SlotId> slots() {
                return metadata.slots().stream()
                        .filter(slot -> !metadata.quarantined().containsKey(slot))
                        .toList();
            }

            @Override
            public List<Blob> after(SlotId slot, @Nullable BlobId after, int limit) {
                return metadata.contents(slot, after, limit).stream()
                        .map(blob -> new Blob(blob.meta().blobId(), parts(blob)))
                        .toList();
            }

            @Override
            public boolean refers(SlotId slot, BlobId blob, PartRef part) {
                return metadata.byBlobId(slot, blob)
                        .filter(found -> parts(found).stream()
                                .anyMatch(ref -> ref.place().equals(part.place())))
                        .isPresent();
            }
        };
    }

    private static List<PartRef> parts(StoredBlob blob) {
        return blob.content() instanceof BlobContent.Parts(List<PartRef> refs) ? refs : List.of();
    }
}
