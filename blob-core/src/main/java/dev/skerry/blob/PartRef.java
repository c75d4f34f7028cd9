package dev.skerry.blob;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a run of a blob's bytes lies: one immutable part file.
 *
 * @param index position among the blob's parts, from 0
 * @param offsetBytes where the run begins in the blob
 * @param lengthBytes its plain length
 * @param storedLengthBytes the file's length, which differs where a codec shortened or framed it
 * @param sha256 over the stored bytes
 * @param codec how the file holds its bytes: {@link #PLAIN} or {@link #SEALED}
 * @param place the folder and file number that hold it
 * @param uploadPart the number of the multipart part it came from, or null for a plain write
 * @param blockChecksums big-endian CRC32C of every stored block of {@link #BLOCK_BYTES}, the last one shorter
 */
public record PartRef(
        int index,
        long offsetBytes,
        long lengthBytes,
        long storedLengthBytes,
        Sha256 sha256,
        String codec,
        Place place,
        @Nullable Integer uploadPart,
        byte[] blockChecksums) {
    /** Stored bytes covered by one CRC32C. */
    public static final int BLOCK_BYTES = 64 * 1024;

    /** The longest a stored part may be. */
    public static final long MAX_PART_BYTES = 64L * 1024 * 1024;

    /** The codec of a part stored as it came. */
    public static final String PLAIN = "plain";

    /** The codec of a part stored in frames of AES-256-GCM. */
    public static final String SEALED = "aes256gcm";

    /**
     * A part file's folder and number: {@code slots/<slot>/blobs/<folder>/part.<fileIndex:08>.<sha256>}. The folder is
     * the blob id the bytes were staged under: the blob's own, or the upload part's.
     */
    public record Place(BlobId folder, int fileIndex) {}

    public PartRef {
        if (index < 0 || offsetBytes < 0 || lengthBytes < 0 || storedLengthBytes < 0) {
            throw new IllegalArgumentException("part " + index + " at " + offsetBytes + ", " + lengthBytes + " and "
                    + storedLengthBytes + " bytes (expected: none below 0)");
        }
        long blocks = (storedLengthBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        if (blockChecksums.length != blocks * Integer.BYTES) {
            throw new IllegalArgumentException("block checksums: " + blockChecksums.length + " bytes (expected: "
                    + blocks * Integer.BYTES + " for " + storedLengthBytes + " stored bytes)");
        }
    }

    /** The CRC32C of a stored block, counted from 0. */
    public int blockChecksum(int block) {
        return ByteBuffer.wrap(blockChecksums).getInt(block * Integer.BYTES);
    }

    /** The same file, which holds so many plain bytes in that codec. */
    public PartRef encoded(String newCodec, long newLengthBytes) {
        return new PartRef(
                index,
                offsetBytes,
                newLengthBytes,
                storedLengthBytes,
                sha256,
                newCodec,
                place,
                uploadPart,
                blockChecksums);
    }

    /** The same bytes as part {@code newIndex} of a blob in which they begin at {@code newOffsetBytes}. */
    public PartRef at(int newIndex, long newOffsetBytes, @Nullable Integer newUploadPart) {
        return new PartRef(
                newIndex,
                newOffsetBytes,
                lengthBytes,
                storedLengthBytes,
                sha256,
                codec,
                place,
                newUploadPart,
                blockChecksums);
    }
}
