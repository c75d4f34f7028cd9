package dev.skerry.blob.access;

import java.net.InetAddress;
import java.util.Optional;

/** A range of IP addresses: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address. */
public final class AddressRange {
    private static final int IPV4_BYTES = 4;

    /** Wider ranges than these are everywhere, as S3 sees it. */
    private static final int NARROW_IPV4_BITS = 8;

    private static final int NARROW_IPV6_BITS = 32;

    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /** Reads a range; empty where the text is none. Names are not looked up. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        Optional<byte[]> address = address(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int most = address.get().length * Byte.SIZE;
        try {
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > most ? Optional.empty() : Optional.of(new AddressRange(address.get(), bits));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Whether the address is in the range; one of the other kind is not. */
    public boolean contains(String text) {
        Optional<byte[]> found = address(text);
        if (found.isEmpty() || found.get().length != network.length) {
            return false;
        }
        byte[] address = found.get();
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i % Byte.SIZE);
            if ((address[i / Byte.SIZE] & mask) != (network[i / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is narrow enough to mean someone in particular. */
    boolean isNarrow() {
        return bits >= (network.length == IPV4_BYTES ? NARROW_IPV4_BITS : NARROW_IPV6_BITS);
    }

    private static Optional<byte[]> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text).getAddress());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
