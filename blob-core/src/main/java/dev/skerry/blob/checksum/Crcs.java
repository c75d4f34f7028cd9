package dev.skerry.blob.checksum;

import dev.skerry.blob.ChecksumAlgorithm;
import java.util.Arrays;

/**
 * Arithmetic of cyclic redundancy checks. A CRC is the remainder of the message, taken as a polynomial over GF(2), by
 * the algorithm's polynomial. Appending n bits multiplies the message by x^n, so the CRC of two runs of bytes follows
 * from theirs: {@code crc(a) * x^(8 * length(b)) + crc(b)}, modulo the polynomial. The complements before and after
 * cancel out.
 *
 * <p>Polynomials are reflected: the highest bit is the coefficient of x^0.
 */
public final class Crcs {
    private static final long CRC32 = 0xEDB88320L;
    private static final long CRC32C = 0x82F63B78L;

    private Crcs() {}

    /** Whether the checksum of a whole follows from those of its runs. */
    public static boolean combinable(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32, CRC32C, CRC64NVME -> true;
            case SHA1, SHA256 -> false;
        };
    }

    /**
     * The checksum of two runs of bytes one after the other.
     *
     * @param first of the first run, big-endian
     * @param second of the second run, big-endian
     * @param secondBytes the second run's length
     * @throws IllegalArgumentException if the algorithm is not {@link #combinable}
     */
    public static byte[] combine(ChecksumAlgorithm algorithm, byte[] first, byte[] second, long secondBytes) {
        long polynomial = polynomial(algorithm);
        int width = algorithm.lengthBytes() * Byte.SIZE;
        // The length in bits may exceed a long's range only where the length itself is absurd.
        long shift = power(Math.multiplyExact(secondBytes, Byte.SIZE), polynomial, width);
        return bytes(algorithm, multiply(shift, number(first), polynomial, width) ^ number(second));
    }

    /** A CRC as big-endian bytes of the algorithm's length. */
    static byte[] bytes(ChecksumAlgorithm algorithm, long value) {
        byte[] bytes = new byte[algorithm.lengthBytes()];
        for (int i = bytes.length - 1; i >= 0; i--) {
            bytes[i] = (byte) value;
            value >>>= Byte.SIZE;
        }
        return bytes;
    }

    private static long number(byte[] bytes) {
        long value = 0;
        for (byte b : bytes) {
            value = value << Byte.SIZE | (b & 0xFF);
        }
        return value;
    }

    private static long polynomial(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> CRC32;
            case CRC32C -> CRC32C;
            case CRC64NVME -> Crc64Nvme.POLYNOMIAL;
            case SHA1, SHA256 ->
                throw new IllegalArgumentException("checksum: " + algorithm + " (expected: one of "
                        + Arrays.toString(ChecksumAlgorithm.values()) + " that is a CRC)");
        };
    }

    /** x^exponent modulo the polynomial, by squaring. */
    private static long power(long exponent, long polynomial, int width) {
        long one = 1L << (width - 1);
        long result = one;
        long square = one >>> 1;
        for (long left = exponent; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(square, result, polynomial, width);
            }
            square = multiply(square, square, polynomial, width);
        }
        return result;
    }

    /** The product of two polynomials modulo the third. */
    private static long multiply(long a, long b, long polynomial, int width) {
        long product = 0;
        long shifted = b;
        for (long bit = 1L << (width - 1); bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) == 0 ? shifted >>> 1 : shifted >>> 1 ^ polynomial;
        }
        return product;
    }
}
