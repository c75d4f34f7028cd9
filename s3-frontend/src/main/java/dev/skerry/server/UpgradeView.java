package dev.skerry.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.config.Settings;
import dev.skerry.http.RequestTarget.Parameter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an upgrade of a cluster is, as one of its nodes says.
 *
 * @param json the document as it came
 * @param underWay whether one runs
 * @param version what all nodes shall have in the end; empty where that was not said
 */
public record UpgradeView(String json, boolean underWay, String version, List<Node> nodes) {
    private static final String PATH = "/_/admin/v1/";

    public UpgradeView {
        nodes = List.copyOf(nodes);
    }

    /** A node; its version is a question mark where it does not say. */
    public record Node(String id, String state, boolean up, String version) {}

    /** A step of an upgrade. */
    public sealed interface Step {
        /** It begins; null for whichever version, if it is the same on all nodes in the end. */
        record Start(@Nullable String version) implements Step {}

        /** A node leads nothing any more. */
        record Drain(String node) implements Step {}

        /** A node leads again. */
        record Resume(String node) implements Step {}

        /** It is over. */
        record Finish() implements Step {}
    }

    /**
     * Has a step done by the server that runs with these settings, as root. Blocks.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     * @throws StartException where no server answers there, or it refuses
     */
    public static UpgradeView order(Settings settings, @Nullable URI server, Step step) {
        try (AdminClient client = new AdminClient(settings, server)) {
            return of(
                    switch (step) {
                        case Step.Start(String version) ->
                            client.post(
                                    PATH + UpgradeOrders.START,
                                    version == null
                                            ? List.of()
                                            : List.of(new Parameter(UpgradeOrders.VERSION, version)));
                        case Step.Drain(String node) -> client.post(PATH + UpgradeOrders.DRAIN, parameter(node));
                        case Step.Resume(String node) -> client.post(PATH + UpgradeOrders.RESUME, parameter(node));
                        case Step.Finish() -> client.post(PATH + UpgradeOrders.FINISH, List.of());
                    });
        }
    }

    private static List<Parameter> parameter(String node) {
        return List.of(new Parameter(TopologyOrders.NODE, node));
    }

    /**
     * Asks how far it is.
     *
     * @throws StartException where no server answers there, or it refuses
     */
    public static UpgradeView ask(Settings settings, @Nullable URI server) {
        try (AdminClient client = new AdminClient(settings, server)) {
            return of(client.get(PATH + UpgradeOrders.UPGRADE, List.of()));
        }
    }

    private static UpgradeView of(JsonNode document) {
        List<Node> nodes = new ArrayList<>();
        document.path("nodes")
                .forEach(node -> nodes.add(new Node(
                        node.path("id").asText(),
                        node.path("state").asText(),
                        node.path("up").asBoolean(),
                        node.path("version").asText("?"))));
        return new UpgradeView(
                document.toPrettyString(),
                document.path("under_way").asBoolean(),
                document.path("version").asText(""),
                nodes);
    }

    /** Whether that node is in the cluster. */
    public boolean hasNode(String id) {
        return nodes.stream().anyMatch(node -> node.id().equals(id));
    }
}
