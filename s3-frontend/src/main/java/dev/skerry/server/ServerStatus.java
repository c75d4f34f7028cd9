package dev.skerry.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.config.Settings;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a running server says it is.
 *
 * @param health what its checks found, by name
 * @param numbers what it holds, by name
 * @param slots how many slots there are
 * @param quarantined why slots are out of service, by their numbers
 */
public record ServerStatus(
        Map<String, String> health, Map<String, Long> numbers, int slots, Map<Integer, String> quarantined) {
    private static final String PATH = "/_/admin/v1/status";

    /**
     * Asks the server that runs with these settings, as root. Blocks.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     * @throws StartException where no server answers there, or it refuses
     */
    public static ServerStatus ask(Settings settings, @Nullable URI server) {
        JsonNode document;
        try (AdminClient client = new AdminClient(settings, server)) {
            document = client.get(PATH, List.of());
        }
        Map<String, String> health = new LinkedHashMap<>();
        document.path("health")
                .properties()
                .forEach(check -> health.put(check.getKey(), check.getValue().asText()));
        Map<String, Long> numbers = new LinkedHashMap<>();
        document.properties().forEach(field -> {
            if (field.getValue().isNumber()) {
                numbers.put(field.getKey(), field.getValue().asLong());
            }
        });
        Map<Integer, String> quarantined = new TreeMap<>();
        document.path("slots").properties().forEach(slot -> {
            JsonNode reason = slot.getValue().path("quarantined");
            if (!reason.isMissingNode()) {
                quarantined.put(Integer.valueOf(slot.getKey()), reason.asText());
            }
        });
        return new ServerStatus(health, numbers, document.path("slots").size(), quarantined);
    }
}
