package dev.skerry.cluster.registry;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry is.
 *
 * @param cluster the name of the cluster: several may share a registry
 * @param endpoints URLs, one or more
 * @param user to sign in as, or null
 * @param password of that user, or null
 * @param timeout how long each call may take
 */
public record RegistrySettings(
        String cluster,
        List<String> endpoints,
        @Nullable String user,
        @Nullable String password,
        Duration timeout) {
    public RegistrySettings {
        endpoints = List.copyOf(endpoints);
        if (cluster.isEmpty() || endpoints.isEmpty()) {
            throw new IllegalArgumentException(
                    "registry of " + cluster + " at " + endpoints + " (expected: a name and an endpoint)");
        }
    }

    /** Before the name of everything that is kept there for the cluster. */
    String prefix() {
        return "/skerry/" + cluster + "/";
    }

    @Override
    public String toString() {
        return "RegistrySettings[" + cluster + ", " + endpoints + ", user=" + user + "]";
    }
}
