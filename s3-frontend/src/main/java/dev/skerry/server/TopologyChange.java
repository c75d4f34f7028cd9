package dev.skerry.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.config.Settings;
import dev.skerry.http.RequestTarget.Parameter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is being changed of a cluster's topology, as one of its nodes says.
 *
 * @param json the document as it came
 * @param doing what is done at the moment; empty where nobody says
 * @param stepsOf how many steps there were at the beginning
 * @param steps what is left, in its order
 * @param blocked what cannot be done at present, and why
 * @param nodes who is in the cluster, and what is to become of them
 */
public record TopologyChange(
        String json,
        boolean underWay,
        String doing,
        int stepsOf,
        List<String> steps,
        List<String> blocked,
        List<Node> nodes) {
    private static final String PATH = "/_/admin/v1/";

    public TopologyChange {
        steps = List.copyOf(steps);
        blocked = List.copyOf(blocked);
        nodes = List.copyOf(nodes);
    }

    /** A node of the cluster. */
    public record Node(String id, int weight, String state) {}

    /** What can be ordered. */
    public sealed interface Order {
        /** Groups go where placement wants them. */
        record Rebalance() implements Order {}

        /** A node takes its share; null for the weight it has. */
        record Add(String node, @Nullable Integer weight) implements Order {}

        /** A node is emptied and leaves. */
        record Remove(String node, boolean force) implements Order {}

        /** A node leads nothing any more. */
        record Drain(String node) implements Order {}

        /** A node leads again. */
        record Resume(String node) implements Order {}
    }

    /**
     * Gives an order to the server that runs with these settings, as root. Blocks.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     * @throws StartException where no server answers there, or it refuses
     */
    public static TopologyChange order(Settings settings, @Nullable URI server, Order order) {
        try (AdminClient client = new AdminClient(settings, server)) {
            List<Parameter> parameters = new ArrayList<>();
            String name = switch (order) {
                case Order.Rebalance() -> TopologyOrders.REBALANCE;
                case Order.Add(String node, Integer weight) -> {
                    parameters.add(new Parameter(TopologyOrders.NODE, node));
                    if (weight != null) {
                        parameters.add(new Parameter(TopologyOrders.WEIGHT, weight.toString()));
                    }
                    yield TopologyOrders.ADD;
                }
                case Order.Remove(String node, boolean force) -> {
                    parameters.add(new Parameter(TopologyOrders.NODE, node));
                    if (force) {
                        parameters.add(new Parameter(TopologyOrders.FORCE, "true"));
                    }
                    yield TopologyOrders.REMOVE;
                }
                case Order.Drain(String node) -> {
                    parameters.add(new Parameter(TopologyOrders.NODE, node));
                    yield TopologyOrders.DRAIN;
                }
                case Order.Resume(String node) -> {
                    parameters.add(new Parameter(TopologyOrders.NODE, node));
                    yield TopologyOrders.RESUME;
                }
            };
            return of(client.post(PATH + name, parameters));
        }
    }

    /**
     * Asks what is left to be done, or what a rebalance would do.
     *
     * @throws StartException where no server answers there, or it refuses
     */
    public static TopologyChange ask(Settings settings, @Nullable URI server, boolean dryRun) {
        try (AdminClient client = new AdminClient(settings, server)) {
            List<Parameter> parameters = dryRun ? List.of(new Parameter(TopologyOrders.DRY_RUN, "true")) : List.of();
            return of(client.get(PATH + TopologyOrders.REBALANCE, parameters));
        }
    }

    static TopologyChange of(JsonNode document) {
        List<String> steps = new ArrayList<>();
        document.path("steps")
                .forEach(step -> steps.add("group " + step.path("group").asInt()
                        + (step.has("add")
                                ? " comes to " + step.path("add").asText()
                                : " leaves " + step.path("remove").asText())));
        List<String> blocked = new ArrayList<>();
        document.path("blocked")
                .forEach(each -> blocked.add("group " + each.path("group").asInt() + ": "
                        + each.path("reason").asText()));
        List<Node> nodes = new ArrayList<>();
        document.path("nodes")
                .forEach(node -> nodes.add(new Node(
                        node.path("id").asText(),
                        node.path("weight").asInt(),
                        node.path("state").asText())));
        return new TopologyChange(
                document.toPrettyString(),
                document.path("under_way").asBoolean(),
                document.path("doing").asText(),
                document.path("steps_of").asInt(),
                steps,
                blocked,
                nodes);
    }

    /** Whether that node is in the cluster. */
    public boolean hasNode(String id) {
        return nodes.stream().anyMatch(node -> node.id().equals(id));
    }
}
