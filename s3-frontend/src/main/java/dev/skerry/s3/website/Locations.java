package dev.skerry.s3.website;

import java.nio.charset.StandardCharsets;

/** What a Location header may hold. */
public final class Locations {
    private static final String IN_KEYS = "-._~/:@!$&'()*,;=";
    private static final String IN_ADDRESSES = IN_KEYS + "?#[]%+";

    private Locations() {}

    /** A key as an address has it in its path. */
    public static String key(String key) {
        return encode(key, IN_KEYS);
    }

    /** A key as a path by itself; one that begins with a slash is no host's name. */
    public static String path(String key) {
        return key.startsWith("/") ? "/%2F" + key(key.substring(1)) : "/" + key(key);
    }

    /** What its owner wrote as an address, or as part of one; what no address can hold is encoded. */
    public static String text(String address) {
        return encode(address, IN_ADDRESSES);
    }

    private static String encode(String text, String plain) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || plain.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append("%%%02X".formatted((int) c));
            }
        }
        return encoded.toString();
    }
}
