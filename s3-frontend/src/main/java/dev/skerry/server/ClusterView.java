package dev.skerry.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.config.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster says it is, through one of its nodes.
 *
 * @param json the document as it came
 * @param registry in which the node that was asked is listed, in words; empty for none
 * @param upgrade the version that the nodes are being brought to, empty where that was not said; null where no upgrade
 *     runs
 */
public record ClusterView(
        String json,
        String clusterId,
        long revision,
        int replicas,
        String registry,
        @Nullable String upgrade,
        List<Node> nodes,
        List<Log> logs,
        List<Slot> slots) {
    static final String PATH = "/_/admin/v1/cluster";
    private static final String UNKNOWN = "?";

    public ClusterView {
        nodes = List.copyOf(nodes);
        logs = List.copyOf(logs);
        slots = List.copyOf(slots);
    }

    /** A node, as the one that was asked sees it. */
    public record Node(
            String id, String address, String zone, int weight, String state, String seen, double phi, String version) {
        /** Whether it is up and says how it is. */
        public boolean answers() {
            return seen.equals("up") && !version.equals(UNKNOWN);
        }
    }

    /**
     * A log and who keeps it; a dash for what it has not, or what nobody said.
     *
     * @param committed how many entries it has, or null where nobody leads it
     */
    public record Log(
            String name,
            String leader,
            String epoch,
            String term,
            @Nullable Long committed,
            List<Replica> replicas) {
        public Log {
            replicas = List.copyOf(replicas);
        }
    }

    /**
     * One of those, and how far it is behind.
     *
     * @param applied how many entries it has applied, or null where it does not say
     */
    public record Replica(
            String node,
            String lag,
            boolean learner,
            @Nullable Long applied) {}

    /** A slot, and when its parts were read through. */
    public record Slot(int number, int group, long epoch, String scrubbed) {}

    /**
     * Asks the server that runs with these settings, as root. Blocks.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     * @throws StartException where no server answers there, or it refuses, or is no node of a cluster
     */
    public static ClusterView ask(Settings settings, @Nullable URI server) {
        try (AdminClient client = new AdminClient(settings, server)) {
            return of(client.get(PATH, List.of()));
        }
    }

    static ClusterView of(JsonNode document) {
        List<Node> nodes = new ArrayList<>();
        document.path("nodes")
                .forEach(node -> nodes.add(new Node(
                        node.path("id").asText(),
                        node.path("address").asText(),
                        node.path("zone").asText(),
                        node.path("weight").asInt(),
                        node.path("state").asText(),
                        node.path("seen").asText(),
                        node.path("phi").asDouble(),
                        node.path("version").asText(UNKNOWN))));
        List<Log> logs = new ArrayList<>();
        document.path("logs").forEach(log -> {
            List<Replica> replicas = new ArrayList<>();
            log.path("replicas").forEach(replica -> replicas.add(replica(replica, false)));
            log.path("learners").forEach(replica -> replicas.add(replica(replica, true)));
            logs.add(new Log(
                    log.path("log").asText(),
                    log.path("leader").asText("-"),
                    log.path("epoch").asText("-"),
                    log.path("term").asText("-"),
                    number(log, "committed"),
                    replicas));
        });
        List<Slot> slots = new ArrayList<>();
        document.path("slots")
                .forEach(slot -> slots.add(new Slot(
                        slot.path("slot").asInt(),
                        slot.path("group").asInt(),
                        slot.path("epoch").asLong(),
                        scrubbed(slot.path("scrubbed_seconds_ago")))));
        return new ClusterView(
                document.toPrettyString(),
                document.path("cluster_id").asText(),
                document.path("revision").asLong(),
                document.path("replicas").asInt(),
                registry(document.path("registry")),
                document.has("upgrade")
                        ? document.path("upgrade").path("version").asText("")
                        : null,
                nodes,
                logs,
                slots);
    }

    private static String registry(JsonNode registry) {
        if (registry.isMissingNode()) {
            return "";
        }
        String endpoints = texts(registry.path("endpoints"));
        String where = registry.path("type").asText() + (endpoints.isEmpty() ? "" : " at " + endpoints);
        return where
                + ": "
                + (registry.path("answers").asBoolean()
                        ? "answers, lists " + texts(registry.path("nodes"))
                        : "does not answer, which the cluster does without");
    }

    private static String texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
    }

    private static Replica replica(JsonNode replica, boolean learner) {
        String lag = replica.has("lag_commands")
                ? String.format(
                        Locale.ROOT,
                        "+%d/%.1fs",
                        replica.path("lag_commands").asLong(),
                        replica.path("lag_seconds").asDouble())
                : UNKNOWN;
        return new Replica(replica.path("node").asText(), lag, learner, number(replica, "applied"));
    }

    private static @Nullable Long number(JsonNode of, String field) {
        return of.has(field) ? of.path(field).asLong() : null;
    }

    private static String scrubbed(JsonNode byNode) {
        return byNode.isEmpty()
                ? "not yet"
                : byNode.properties().stream()
                        .map(each -> each.getKey() + " " + each.getValue().asLong() + " s ago")
                        .collect(Collectors.joining(", "));
    }

    /** Whether every node answers and every log has a leader. */
    public boolean whole() {
        return nodes.stream().allMatch(Node::answers)
                && logs.stream().noneMatch(log -> log.leader().equals("-"));
    }
}
