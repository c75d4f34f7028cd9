package dev.skerry.cli;

import dev.skerry.server.ClusterView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a node that was away still lacks: it must answer, and be as far in each of its logs as the log was when the node
 * was first seen again. What is written meanwhile does not count, or under load it would never be there.
 */
final class NodeReturn {
    private final String node;
    private final Map<String, Long> committed = new HashMap<>();

    NodeReturn(String node) {
        this.node = node;
    }

    /** What is to be waited for, by how the cluster is now; nothing once the node is back. */
    Optional<String> missing(ClusterView view) {
        if (view.nodes().stream().noneMatch(each -> each.id().equals(node) && each.answers())) {
            return Optional.of("waiting until it answers");
        }
        for (ClusterView.Log log : view.logs()) {
            for (ClusterView.Replica replica : log.replicas()) {
                if (replica.node().equals(node)) {
                    Optional<String> missing = missing(log, replica);
                    if (missing.isPresent()) {
                        return missing;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> missing(ClusterView.Log log, ClusterView.Replica replica) {
        Long now = log.committed();
        if (now == null) {
            return Optional.of("waiting until somebody leads log " + log.name());
        }
        long mark = committed.computeIfAbsent(log.name(), _ -> now);
        Long applied = replica.applied();
        return applied != null && applied >= mark
                ? Optional.empty()
                : Optional.of("waiting until it has caught up in log " + log.name());
    }
}
