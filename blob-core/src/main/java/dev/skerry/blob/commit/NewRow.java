package dev.skerry.blob.commit;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.ReplicationStatus;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.UploadPartSummary;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.Command.Origin;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.event.StorageEvent.Cause;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A generation about to be written: what all kinds of writes and deletes know of it. */
record NewRow(Origin origin, BlobPath path, Generation generation, BlobId blobId, boolean nullVersion) {
    /** The generation as a blob with bytes; it is the current version. */
    StoredBlob live(
            Body body, List<UploadPartSummary> uploadParts, BlobAttributes attributes, @Nullable String writeId) {
        BlobMeta meta = new BlobMeta(
                path,
                generation,
                blobId,
                BlobKind.LIVE,
                true,
                nullVersion,
                body.sizeBytes(),
                body.etag(),
                body.sha256(),
                NativeEtag.of(body),
                body.checksums(),
                uploadParts,
                attributes,
                origin.at(),
                null,
                origin.hlc(),
                origin.placementGroup(),
                origin.homeRegion(),
                new ReplicationStatus.None(),
                writeId);
        return new StoredBlob(meta, body.content());
    }

    /**
     * The generation as a tombstone.
     *
     * @param ownerId who owned what it deletes
     * @param hiddenAt when it was hidden, or null: it is then the current version
     */
    StoredBlob tombstone(String ownerId, @Nullable Instant hiddenAt) {
        BlobMeta meta = new BlobMeta(
                path,
                generation,
                blobId,
                BlobKind.TOMBSTONE,
                hiddenAt == null,
                nullVersion,
                0,
                "",
                null,
                "",
                List.of(),
                List.of(),
                BlobAttributes.ownedBy(ownerId),
                origin.at(),
                hiddenAt,
                origin.hlc(),
                origin.placementGroup(),
                origin.homeRegion(),
                new ReplicationStatus.None(),
                null);
        return new StoredBlob(meta, BlobContent.EMPTY);
    }

    /** The event that says {@code meta} came to stand. */
    static StorageEvent created(BlobMeta meta, Origin origin, Cause cause) {
        return new StorageEvent.ObjectCreated(
                meta.path(),
                meta.blobId(),
                meta.generation(),
                origin.hlc(),
                meta.sizeBytes(),
                meta.etag(),
                meta.placementGroup(),
                cause);
    }
}
