package dev.skerry.blob.store;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.ContentKeys;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.encryption.EncryptionRequest;
import org.jspecify.annotations.Nullable;

/** Under which key a write to a bucket goes, and a read of it, by whichever protocol they come. */
final class Encryption {
    private final ContentKeys keys;

    Encryption(ContentKeys keys) {
        this.keys = keys;
    }

    /** A fresh key for a write or an upload: as it asks, else as its bucket says, else none. The caller closes it. */
    @Nullable
    ContentKey begin(Bucket bucket, @Nullable EncryptionRequest asked) {
        EncryptionRequest request = bucket.encryption(asked);
        return request == null ? null : keys.make(request);
    }

    /** The key of what was written, or null where it is not encrypted; see {@link ContentKeys#find}. */
    @Nullable
    ContentKey find(BlobPath path, boolean upload, @Nullable BlobEncryption kept, @Nullable CustomerKey given) {
        return kept == null && given == null ? null : keys.find(path, upload, kept, given);
    }

    /** What a write says of its version, encrypted under that key and no other. */
    static BlobAttributes attributes(BlobAttributes asked, @Nullable ContentKey key) {
        BlobEncryption kept = key == null ? null : key.kept();
        return kept == null && asked.encryption() == null ? asked : asked.withEncryption(kept);
    }
}
