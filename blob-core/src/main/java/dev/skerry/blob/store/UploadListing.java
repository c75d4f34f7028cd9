package dev.skerry.blob.store;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Fold;
import dev.skerry.blob.commit.MetadataStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of a bucket's uploads, put together from all slots. */
final class UploadListing {
    /** Below every id that a clock draws. */
    private static final BlobId LEAST_ID = new BlobId("0".repeat(26));

    private UploadListing() {}

    /** Uploads by ascending key, then by id, which is by time. The bucket is the caller's to check. */
    static Uploads.Page page(MetadataStore metadata, Uploads.Query query) {
        Fold fold = new Fold(query.prefix(), query.delimiter());
        byte[] after = query.afterKey().getBytes(StandardCharsets.UTF_8);
        byte[] folded = fold.commonPrefix(after);
        byte[] begin = folded == null ? after : Fold.successor(folded);
        if (begin == null || query.limit() == 0) {
            return new Uploads.Page(List.of(), List.of(), false, "", null);
        }
        BlobId afterUploadId = folded == null ? query.afterUploadId() : LEAST_ID;
        UploadRows rows = new UploadRows(metadata, query.bucket(), fold.prefix(), begin, afterUploadId);
        FoldedPage<Upload> page = FoldedPage.read(metadata.slots(), rows, fold, query.limit());
        Upload last = page.lastPrefix() != null || page.rows().isEmpty()
                ? null
                : page.rows().getLast();
        String lastKey = last == null ? "" : last.path().key();
        return new Uploads.Page(
                page.rows(),
                page.commonPrefixes(),
                page.truncated(),
                page.lastPrefix() == null ? lastKey : page.lastPrefix(),
                last == null ? null : last.uploadId());
    }

    /** Uploads as the slots list them. */
    private static final class UploadRows implements SlotMerge.Rows<Upload> {
        private final MetadataStore metadata;
        private final String bucket;
        private final byte[] prefix;
        private final byte[] begin;
        private final @Nullable BlobId beginAfter;

        UploadRows(MetadataStore metadata, String bucket, byte[] prefix, byte[] begin, @Nullable BlobId beginAfter) {
            this.metadata = metadata;
            this.bucket = bucket;
            this.prefix = prefix;
            this.begin = begin;
            this.beginAfter = beginAfter;
        }

        @Override
        public List<List<Upload>> read(List<SlotMerge.Refill<Upload>> refills) {
            return refills.stream().map(this::read).toList();
        }

        private List<Upload> read(SlotMerge.Refill<Upload> refill) {
            return switch (refill.position()) {
                case SlotMerge.Position.Beginning<Upload> _ -> read(refill, begin, beginAfter);
                case SlotMerge.Position.From<Upload>(byte[] key) -> read(refill, key, LEAST_ID);
                case SlotMerge.Position.After<Upload>(Upload row) ->
                    read(refill, row.path().keyBytes(), row.uploadId());
            };
        }

        private List<Upload> read(SlotMerge.Refill<Upload> refill, byte[] key, @Nullable BlobId after) {
            return metadata.uploads(refill.slot(), bucket, prefix, key, after, refill.limit());
        }

        @Override
        public byte[] key(Upload row) {
            return row.path().keyBytes();
        }

        @Override
        public boolean shown(Upload row) {
            return true;
        }
    }
}
