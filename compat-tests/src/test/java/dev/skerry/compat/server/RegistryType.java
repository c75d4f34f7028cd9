package dev.skerry.compat.server;

import java.util.Arrays;
import java.util.Locale;

/** How the nodes of the run's server find each other. */
enum RegistryType {
    /** By the list that each of them has. */
    STATIC,
    /** By an etcd, and by nothing else. */
    ETCD,
    /** By a Redis, and by nothing else. */
    REDIS,
    /** They form by the list, and tell each other who is there. */
    GOSSIP;

    /** As the configuration of a node names it. */
    static RegistryType named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.configured().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("skerry.registry: " + name
                        + " (expected: one of "
                        + Arrays.stream(values()).map(RegistryType::configured).toList() + ")"));
    }

    private String configured() {
        return name().toLowerCase(Locale.ROOT);
    }
}
