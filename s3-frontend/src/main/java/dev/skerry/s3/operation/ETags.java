package dev.skerry.s3.operation;

import java.util.ArrayList;
import java.util.List;

/** ETags as they stand in headers and documents: quoted there, bare everywhere inside. */
final class ETags {
    /** Stands for any ETag in a condition. */
    static final String ANY = "*";

    private ETags() {}

    /** With quotes, as S3 writes it. */
    static String quoted(String etag) {
        return '"' + etag + '"';
    }

    /** Without quotes and without the mark of a weak ETag; clients leave the quotes out at will. */
    static String bare(String text) {
        String etag = text.strip();
        if (etag.startsWith("W/")) {
            etag = etag.substring(2);
        }
        if (etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"")) {
            etag = etag.substring(1, etag.length() - 1);
        }
        return etag;
    }

    /** The bare ETags of a condition header, {@link #ANY} among them where it says so. */
    static List<String> list(String header) {
        List<String> etags = new ArrayList<>();
        for (String entry : header.split(",", -1)) {
            String etag = bare(entry);
            if (!etag.isEmpty()) {
                etags.add(etag);
            }
        }
        return List.copyOf(etags);
    }

    /** Whether one of {@code etags} is this one, or any. */
    static boolean match(List<String> etags, String etag) {
        return etags.contains(ANY) || etags.contains(etag);
    }
}
