package dev.skerry.config;

import java.util.List;
import java.util.Optional;

/** Where etcd or redis answers: {@code host:port}, and a scheme before it where it is not the plain one. */
final class RegistryEndpoint {
    static final List<String> ETCD = List.of("http://", "https://");
    static final List<String> REDIS = List.of("redis://", "rediss://");

    private RegistryEndpoint() {}

    /** The text, where it is an endpoint. */
    static Optional<String> parse(String text) {
        int end = text.indexOf("://");
        String scheme = end < 0 ? "" : text.substring(0, end + 3);
        boolean known = scheme.isEmpty() || ETCD.contains(scheme) || REDIS.contains(scheme);
        return known
                ? ReachableAddress.parse(text.substring(scheme.length())).map(address -> scheme + address)
                : Optional.empty();
    }

    /** The endpoint with a scheme: its own, or the first of those that fit; empty where its own does not fit. */
    static Optional<String> of(String endpoint, List<String> schemes) {
        if (!endpoint.contains("://")) {
            return Optional.of(schemes.getFirst() + endpoint);
        }
        return schemes.stream().anyMatch(endpoint::startsWith) ? Optional.of(endpoint) : Optional.empty();
    }
}
