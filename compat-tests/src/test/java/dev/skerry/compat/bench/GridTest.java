package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./dev grid}: the command that starts the servers itself, over HTTP and TLS. Needs openssl. */
class GridTest {
    @TempDir
    Path folder;

    @Test
    void bothPartsAreMeasuredAndOnlyResultsAndLogsStay() throws Exception {
        Path out = folder.resolve("results");
        Path scratch = folder.resolve("scratch");
        Process grid = new ProcessBuilder(
                        SkerryServer.home().resolve("compat-tests/bench/grid").toString(),
                        "--folder",
                        scratch.toString(),
                        "--settle",
                        "0.1",
                        "--",
                        "--out",
                        out.toString(),
                        "--ops",
                        "PUT,GET",
                        "--sizes",
                        "4KiB",
                        "--clients",
                        "2",
                        "--seconds",
                        "0.1",
                        "--warmup",
                        "0",
                        "--rounds",
                        "1")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertThat(grid.waitFor(15, TimeUnit.MINUTES)).as("ended").isTrue();
        assertThat(grid.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
        assertThat(cells(out.resolve("grid-http.json"))).hasSize(3);
        // over TLS bodies are not signed
        assertThat(cells(out.resolve("grid-tls.json"))).hasSize(2);
        assertThat(names(scratch)).containsExactlyInAnyOrder("skerry-http.log", "skerry-https.log");
    }

    private static JsonNode cells(Path file) throws IOException {
        return new ObjectMapper().readTree(Files.readString(file)).get("cells");
    }

    private static Stream<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList().stream();
        }
    }
}
