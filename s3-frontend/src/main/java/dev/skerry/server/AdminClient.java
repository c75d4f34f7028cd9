package dev.skerry.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.config.Settings;
import dev.skerry.http.RequestTarget.Parameter;
import dev.skerry.s3.auth.PresignedUrl;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a running server what only root is told. */
final class AdminClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final KeptCredentials.Shown root;
    private final HttpClient client = HttpClient.newHttpClient();

    /**
     * Of the server that runs with these settings.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     */
    AdminClient(Settings settings, @Nullable URI server) {
        this.server =
                server == null ? URI.create(settings.listen().url(settings.tls() == null ? "http" : "https")) : server;
        this.root = KeptCredentials.show(settings);
    }

    /**
     * The document at a path. Blocks.
     *
     * @throws StartException where no server answers there, or it refuses
     */
    JsonNode get(String path, List<Parameter> parameters) {
        return ask("GET", path, parameters);
    }

    /**
     * What an order at a path gives. Blocks.
     *
     * @throws StartException where no server answers there, or it refuses
     */
    JsonNode post(String path, List<Parameter> parameters) {
        return ask("POST", path, parameters);
    }

    private JsonNode ask(String method, String path, List<Parameter> parameters) {
        URI url = PresignedUrl.of(
                method, server.resolve(path), parameters, root.accessKey(), root.secretKey(), Assembly.CLOCK.instant());
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(url)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .timeout(TIMEOUT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode document = JSON.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new StartException(server + " answers " + response.statusCode() + ": "
                        + document.path("message").asText(response.body()));
            }
            return document;
        } catch (IOException e) {
            throw new NoAnswerException("no server of this version answers at " + server + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while " + server + " was asked", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
