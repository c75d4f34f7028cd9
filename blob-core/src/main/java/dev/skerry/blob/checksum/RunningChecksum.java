package dev.skerry.blob.checksum;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** A checksum of bytes as they go by. Used by one thread at a time. */
public abstract sealed class RunningChecksum {
    private final ChecksumAlgorithm algorithm;

    private RunningChecksum(ChecksumAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    /** One that has seen no bytes. */
    public static RunningChecksum of(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> new Crc(algorithm, new CRC32());
            case CRC32C -> new Crc(algorithm, new CRC32C());
            case CRC64NVME -> new Crc(algorithm, new Crc64Nvme());
            case SHA1 -> new Digest(algorithm, "SHA-1");
            case SHA256 -> new Digest(algorithm, "SHA-256");
        };
    }

    /** What it computes. */
    public final ChecksumAlgorithm algorithm() {
        return algorithm;
    }

    /** Takes the remaining bytes of {@code bytes}, which are consumed. */
    public abstract void update(ByteBuffer bytes);

    /** Takes bytes of an array. */
    public abstract void update(byte[] bytes, int offset, int length);

    /** The raw value, big-endian, as S3 encodes it in base64. To be asked for once, at the end. */
    public abstract byte[] value();

    /** The value as S3 shows it, over all bytes seen. To be asked for once, at the end. */
    public final Checksum finish() {
        return Checksum.full(algorithm, value());
    }

    private static final class Crc extends RunningChecksum {
        private final java.util.zip.Checksum crc;

        Crc(ChecksumAlgorithm algorithm, java.util.zip.Checksum crc) {
            super(algorithm);
            this.crc = crc;
        }

        @Override
        public void update(ByteBuffer bytes) {
            crc.update(bytes);
        }

        @Override
        public void update(byte[] bytes, int offset, int length) {
            crc.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            return Crcs.bytes(algorithm(), crc.getValue());
        }
    }

    private static final class Digest extends RunningChecksum {
        private final MessageDigest digest;

        Digest(ChecksumAlgorithm algorithm, String name) {
            super(algorithm);
            try {
                digest = MessageDigest.getInstance(name);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has " + name, e);
            }
        }

        @Override
        public void update(ByteBuffer bytes) {
            digest.update(bytes);
        }

        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            return digest.digest();
        }
    }
}
