package dev.skerry.s3.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Buckets that are named by the host of a request: {@code photos.s3.example.com}. */
public final class HostedBuckets {
    private HostedBuckets() {}

    /**
     * The bucket that a host names, or null where it names none.
     *
     * @param host the Host header, with a port or without; empty where there is none
     * @param domains in lower case, below which buckets are
     */
    public static @Nullable String of(String host, List<String> domains) {
        String name = host.toLowerCase(Locale.ROOT);
        int colon = name.lastIndexOf(':');
        if (colon >= 0 && name.indexOf(']', colon) < 0) {
            name = name.substring(0, colon);
        }
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        String found = null;
        int longest = -1;
        for (String domain : domains) {
            if (name.equals(domain)) {
                return null;
            }
            if (name.endsWith("." + domain) && name.length() > domain.length() + 1 && domain.length() > longest) {
                found = name.substring(0, name.length() - domain.length() - 1);
                longest = domain.length();
            }
        }
        return found;
    }
}
