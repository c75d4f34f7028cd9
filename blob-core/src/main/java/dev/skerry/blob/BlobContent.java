package dev.skerry.blob;

import java.util.List;

/** Where the bytes of one generation are. */
public sealed interface BlobContent {
    /** No bytes: an empty blob or a tombstone. */
    BlobContent EMPTY = new Inline(new byte[0], 0);

    /**
     * Bytes that live in the slot's database.
     *
     * @param bytes the body; not copied, never changed
     * @param crc32c over the body
     */
    record Inline(byte[] bytes, int crc32c) implements BlobContent {}

    /**
     * Bytes that live in part files.
     *
     * @param parts in order, without gaps
     */
    record Parts(List<PartRef> parts) implements BlobContent {
        public Parts {
            parts = List.copyOf(parts);
        }
    }
}
