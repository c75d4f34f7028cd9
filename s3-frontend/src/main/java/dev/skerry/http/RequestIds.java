package dev.skerry.http;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Makes the ids by which a client's report and our log lines find each other. */
public final class RequestIds {
    /** The key of the id in SLF4J's diagnostic context. */
    public static final String MDC_KEY = "request_id";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final RandomGenerator random;

    /** {@code random} must be safe for many threads. */
    public RequestIds(RandomGenerator random) {
        this.random = random;
    }

    /** A new id: 16 upper-case hexadecimal digits, as S3's are. */
    public String next() {
        return HEX.toHexDigits(random.nextLong());
    }
}
