package dev.skerry.config;

import java.util.Locale;
import java.util.Optional;

/**
 * Where to ask for a cluster to join.
 *
 * @param scheme who answers there
 * @param address where
 */
public record JoinUrl(Scheme scheme, HostPort address) {
    /** Who answers. */
    public enum Scheme {
        /** A node of the cluster. */
        CLUSTER,
        ETCD,
        REDIS,
        /** Redis behind TLS. */
        REDISS
    }

    /** Reads {@code scheme://host:port}; empty where it is none. */
    static Optional<JoinUrl> parse(String text) {
        int end = text.indexOf("://");
        if (end < 0) {
            return Optional.empty();
        }
        String name = text.substring(0, end).toUpperCase(Locale.ROOT);
        for (Scheme scheme : Scheme.values()) {
            if (scheme.name().equals(name)) {
                return ReachableAddress.parse(text.substring(end + 3)).map(address -> new JoinUrl(scheme, address));
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return scheme.name().toLowerCase(Locale.ROOT) + "://" + address;
    }
}
