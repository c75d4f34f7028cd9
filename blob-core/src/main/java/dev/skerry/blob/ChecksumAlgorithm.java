package dev.skerry.blob;

/**
 * A checksum S3 clients can ask for.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">Checking object
 *     integrity in Amazon S3</a>
 */
public enum ChecksumAlgorithm {
    CRC32(4),
    CRC32C(4),
    CRC64NVME(8),
    SHA1(20),
    SHA256(32);

    private final int lengthBytes;

    ChecksumAlgorithm(int lengthBytes) {
        this.lengthBytes = lengthBytes;
    }

    /** The length of a value in bytes. */
    public int lengthBytes() {
        return lengthBytes;
    }
}
