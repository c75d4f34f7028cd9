package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.http.StoredObjects;
import java.util.Optional;

/** Finds objects and uploads in the store, for decisions on access. */
public final class ObjectLookup implements StoredObjects {
    private final BlobStore blobs;
    private final Uploads uploads;

    /** Over a store. */
    public ObjectLookup(BlobStore blobs, Uploads uploads) {
        this.blobs = blobs;
        this.uploads = uploads;
    }

    @Override
    public Optional<BlobMeta> object(BlobPath path, VersionSelector selector) {
        try {
            return Optional.of(blobs.head(path, selector));
        } catch (StoreException e) {
            return switch (e.failure()) {
                case StoreFailure.NoSuchBlob _, StoreFailure.NoSuchVersion _, StoreFailure.Deleted _ ->
                    Optional.empty();
                default -> throw e;
            };
        }
    }

    @Override
    public Optional<String> initiator(BlobPath path, String uploadId) {
        try {
            return Optional.of(uploads.find(path, uploadId).initiatorId());
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.NoSuchUpload) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
