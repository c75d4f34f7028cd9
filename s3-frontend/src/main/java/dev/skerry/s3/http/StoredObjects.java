package dev.skerry.s3.http;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import java.util.Optional;

/** What decisions on access need to know of objects and uploads. Lookups block. */
public interface StoredObjects {
    /** The version; empty where there is none, or it is a delete marker. */
    Optional<BlobMeta> object(BlobPath path, VersionSelector selector);

    /** The canonical id of who began an upload; empty where there is none. */
    Optional<String> initiator(BlobPath path, String uploadId);
}
