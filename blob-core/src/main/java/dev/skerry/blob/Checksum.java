package dev.skerry.blob;

import java.util.Base64;

/**
 * One checksum of a blob or an upload part as S3 shows it.
 *
 * @param algorithm how it was computed
 * @param value base64 of the value; a composite one carries no {@code -N} here
 * @param type over what it was computed
 */
public record Checksum(ChecksumAlgorithm algorithm, String value, Type type) {
    /** Over what a checksum was computed. */
    public enum Type {
        /** Over the bytes. */
        FULL_OBJECT,
        /** Over the checksums of the upload's parts. */
        COMPOSITE
    }

    public Checksum {
        if (!isValid(algorithm, value)) {
            throw new IllegalArgumentException(
                    algorithm + ": " + value + " (expected: base64 of " + algorithm.lengthBytes() + " bytes)");
        }
    }

    /** Whether {@code value} is base64 of as many bytes as {@code algorithm} gives. */
    public static boolean isValid(ChecksumAlgorithm algorithm, String value) {
        try {
            return Base64.getDecoder().decode(value).length == algorithm.lengthBytes();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** A checksum over bytes, from its raw value. */
    public static Checksum full(ChecksumAlgorithm algorithm, byte[] value) {
        return new Checksum(algorithm, Base64.getEncoder().encodeToString(value), Type.FULL_OBJECT);
    }

    /** The raw value. */
    public byte[] toBytes() {
        return Base64.getDecoder().decode(value);
    }
}
