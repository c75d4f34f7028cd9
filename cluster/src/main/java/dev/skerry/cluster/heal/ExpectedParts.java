package dev.skerry.cluster.heal;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.MetadataStore;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which parts a slot's metadata says there are. Methods block, and throw what {@link MetadataStore} throws. */
public interface ExpectedParts {
    /** How many uploads, or parts of one, are asked for at once. */
    int PAGE = 100;

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

    /** The parts of uploads that are not completed yet. */
    void uploaded(SlotId slot, Consumer<PartRef> visitor);

    /** Whether anything refers to files in that folder. */
    boolean refers(SlotId slot, BlobId folder);

    /**
     * What this node's metadata says.
     *
     * @param buckets the names of those there are
     */
    static ExpectedParts of(MetadataStore metadata, Supplier<List<String>> buckets) {
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

            @Override
            public void uploaded(SlotId slot, Consumer<PartRef> visitor) {
                buckets.get().forEach(bucket -> uploadsOf(metadata, slot, bucket, visitor));
            }

            @Override
            public boolean refers(SlotId slot, BlobId folder) {
                return metadata.references(slot, folder);
            }
        };
    }

    private static void uploadsOf(MetadataStore metadata, SlotId slot, String bucket, Consumer<PartRef> visitor) {
        byte[] afterKey = {};
        BlobId afterId = null;
        List<Command.Upload> page;
        do {
            page = metadata.uploads(slot, bucket, new byte[0], afterKey, afterId, PAGE);
            for (Command.Upload upload : page) {
                partsOf(metadata, slot, upload.uploadId(), visitor);
                afterKey = upload.path().keyBytes();
                afterId = upload.uploadId();
            }
        } while (page.size() == PAGE);
    }

    private static void partsOf(MetadataStore metadata, SlotId slot, BlobId upload, Consumer<PartRef> visitor) {
        int afterNumber = 0;
        List<Command.UploadPart> page;
        do {
            page = metadata.uploadParts(slot, upload, afterNumber, PAGE);
            for (Command.UploadPart part : page) {
                part.parts().forEach(visitor);
                afterNumber = part.number();
            }
        } while (page.size() == PAGE);
    }

    private static List<PartRef> parts(StoredBlob blob) {
        return blob.content() instanceof BlobContent.Parts(List<PartRef> refs) ? refs : List.of();
    }
}
