package dev.skerry.compat.server;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * The server that the whole run shares: one node, or several behind an endpoint that gives each the next request.
 * Stopped as an operator would when the run ends.
 */
final class SharedServer implements AutoCloseable {
    private static final Duration LISTED_WITHIN = Duration.ofMinutes(5);

    private final ServerLab lab;
    private final List<SkerryServer> alive;
    private final @Nullable RotatingEndpoint endpoint;
    private final SkerryServer server;

    private SharedServer(
            ServerLab lab, List<SkerryServer> alive, @Nullable RotatingEndpoint endpoint, SkerryServer server) {
        this.lab = lab;
        this.alive = alive;
        this.endpoint = endpoint;
        this.server = server;
    }

    /**
     * Starts it, and the registry where there is one; nothing goes on running where not all could be started.
     *
     * @param nodes how many there are
     * @param dead how many of them are killed once all have formed a cluster
     * @param registry how they find each other
     */
    static SharedServer start(int nodes, int dead, RegistryType registry) {
        if (nodes == 1 && registry != RegistryType.STATIC) {
            throw new IllegalArgumentException("skerry.registry: " + registry + " with one node (expected: several)");
        }
        ServerLab lab = new ServerLab();
        try {
            return nodes == 1 ? one(lab) : several(lab, nodes, dead, registry);
        } catch (Throwable failure) {
            String logs = lab.logs();
            lab.close();
            throw new IllegalStateException(
                    "the server of the run did not start: " + failure.getMessage() + "\n" + logs, failure);
        }
    }

    private static SharedServer one(ServerLab lab) {
        SkerryServer server = lab.server().start();
        return new SharedServer(lab, List.of(server), null, server);
    }

    private static SharedServer several(ServerLab lab, int nodes, int dead, RegistryType registry) throws Throwable {
        List<SkerryServer> all = switch (registry) {
            case STATIC -> ClusterLab.servers(lab, nodes);
            case ETCD -> ClusterLab.meeting(lab, lab.etcd(), ClusterLab.names(nodes), nodes);
            case REDIS -> ClusterLab.meeting(lab, lab.redis(), ClusterLab.names(nodes), nodes);
            case GOSSIP -> ClusterLab.servers(lab, nodes, List.of("  registry: {type: gossip}"));
        };
        ClusterLab.start(all);
        if (registry != RegistryType.STATIC) {
            for (SkerryServer each : all) {
                awaitAllListed(each, nodes);
            }
        }
        all.subList(nodes - dead, nodes).forEach(SkerryServer::kill);
        List<SkerryServer> alive = all.subList(0, nodes - dead);
        RotatingEndpoint endpoint = new RotatingEndpoint(ClusterLab.urls(alive));
        return new SharedServer(lab, alive, endpoint, alive.getFirst().behind(endpoint.url()));
    }

    /** Nodes that gossip form a cluster before they have heard of each other, and without. */
    private static void awaitAllListed(SkerryServer asked, int nodes) throws Throwable {
        Eventually.holds(LISTED_WITHIN, () -> {
            try (InputStream page = asked.s3().resolve("/_/metrics").toURL().openStream()) {
                Assertions.assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8))
                        .containsPattern("(?m)^skerry_registry_up 1\\.0$")
                        .containsPattern("(?m)^skerry_registry_nodes " + nodes + "\\.0$");
            }
        });
    }

    /** What clients speak to. */
    SkerryServer server() {
        return server;
    }

    /** What the nodes printed last. */
    String logs() {
        return lab.logs();
    }

    @Override
    public void close() {
        RotatingEndpoint rotating = endpoint;
        if (rotating != null) {
            rotating.close();
        }
        try {
            for (SkerryServer each : alive) {
                int exit = each.stop();
                if (exit != 0) {
                    throw new IllegalStateException("a shared server ended with " + exit + "\n" + lab.logs());
                }
            }
        } finally {
            lab.close();
        }
    }
}
