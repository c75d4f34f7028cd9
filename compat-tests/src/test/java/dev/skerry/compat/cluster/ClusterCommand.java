package dev.skerry.compat.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.operate.Command;
import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code skerry cluster}, as an operator runs it. */
final class ClusterCommand {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ClusterCommand() {}

    /** Runs one of its commands on a node, and waits for its end. */
    static Command run(SkerryServer server, String command, String... options) {
        List<String> all = new ArrayList<>(List.of("cluster"));
        all.addAll(List.of(command.split(" ")));
        all.addAll(List.of(
                "--server",
                server.s3().toString(),
                "--set",
                "root_access_key=" + SkerryServer.ACCESS_KEY,
                "--set",
                "root_secret_key=" + SkerryServer.SECRET_KEY));
        all.addAll(List.of(options));
        return Command.run(all.toArray(String[]::new));
    }

    /** What it says of itself in JSON. */
    static JsonNode status(SkerryServer asked) throws IOException {
        return JSON.readTree(run(asked, "status", "--json").text());
    }

    /** Who keeps which log. */
    static Map<String, Set<String>> replicas(SkerryServer asked) throws IOException {
        Map<String, Set<String>> replicas = new TreeMap<>();
        status(asked).path("logs").forEach(log -> {
            Set<String> nodes = new TreeSet<>();
            log.path("replicas")
                    .forEach(replica -> nodes.add(replica.path("node").asText()));
            replicas.put(log.path("log").asText(), nodes);
        });
        return replicas;
    }
}
