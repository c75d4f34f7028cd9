package dev.skerry.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.config.Settings;
import dev.skerry.http.RequestTarget.Parameter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node of a cluster says of the replicas it was to compare.
 *
 * @param json the document as it came
 * @param slot whose they are, or null for the catalog's
 * @param underWay whether it is still at it: the same question joins it
 * @param equal whether all replicas were compared and are equal
 * @param settled whether a majority agrees, so that those that differ are fetched anew
 * @param rows how many rows the replicas in {@code same} have
 * @param same the nodes whose replicas agree
 * @param differing those that do not, and where
 * @param silent those that were not heard of, and why
 */
public record ReplicaVerdict(
        String json,
        @Nullable Integer slot,
        boolean underWay,
        boolean equal,
        boolean settled,
        long rows,
        List<String> same,
        List<String> differing,
        List<String> silent) {
    public ReplicaVerdict {
        same = List.copyOf(same);
        differing = List.copyOf(differing);
        silent = List.copyOf(silent);
    }

    /**
     * Has replicas compared by the server that runs with these settings, as root. Blocks for some seconds.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     * @param slot whose, or null for the catalog's
     * @throws StartException where no server answers there, or it refuses
     */
    public static ReplicaVerdict ask(Settings settings, @Nullable URI server, @Nullable Integer slot) {
        try (AdminClient client = new AdminClient(settings, server)) {
            return of(client.post(
                    "/_/admin/v1/" + VerifyOrders.VERIFY,
                    List.of(
                            slot == null
                                    ? new Parameter(VerifyOrders.CATALOG, "true")
                                    : new Parameter(VerifyOrders.SLOT, String.valueOf(slot)))));
        }
    }

    private static ReplicaVerdict of(JsonNode document) {
        List<String> same = new ArrayList<>();
        document.path("same").forEach(node -> same.add(node.asText()));
        List<String> differing = new ArrayList<>();
        document.path("differing")
                .forEach(each -> differing.add(each.path("node").asText()
                        + (each.path("slotlets").isEmpty() ? " (damaged)" : " in slotlets " + each.path("slotlets"))));
        List<String> silent = new ArrayList<>();
        document.path("silent")
                .forEach(each -> silent.add(
                        each.path("node").asText() + " (" + each.path("reason").asText() + ")"));
        return new ReplicaVerdict(
                document.toString(),
                document.has(VerifyOrders.SLOT)
                        ? Integer.valueOf(document.path(VerifyOrders.SLOT).asInt())
                        : null,
                document.path("under_way").asBoolean(),
                document.path("equal").asBoolean(),
                document.path("settled").asBoolean(),
                document.path("rows").asLong(),
                same,
                differing,
                silent);
    }
}
