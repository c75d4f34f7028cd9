package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds what docs/benchmarks says of cells far below MinIO against the results that are committed. */
class BesideMinioTest {
    private static final Path BENCHMARKS =
            Path.of("..").toAbsolutePath().normalize().resolve("docs/benchmarks");
    private static final double LEAST = 0.8;
    private static final int KIB_BITS = 10;
    private static final int MIB_BITS = 20;

    private static final Pattern ROW = Pattern.compile(
            "\\| \\[([a-z-]+)]\\(\\1\\.md\\) \\| ([A-Z_]+) \\| ([^|]*?) ?\\| ([a-z]+) \\| ([0-9, ]+) \\|");

    private static String cell(String result, JsonNode cell, int clients) {
        return "%s %s %s %s %d"
                .formatted(
                        result,
                        cell.path("operation").asText(),
                        size(cell.path("size_bytes").asLong()),
                        cell.path("payload").asText(),
                        clients);
    }

    private static String size(long bytes) {
        if (bytes == 0) {
            return "";
        }
        return bytes >> MIB_BITS > 0 ? (bytes >> MIB_BITS) + " MiB" : (bytes >> KIB_BITS) + " KiB";
    }

    private static Set<String> measured() throws IOException {
        Set<String> below = new TreeSet<>();
        try (DirectoryStream<Path> results = Files.newDirectoryStream(BENCHMARKS, "grid-*.json")) {
            for (Path result : results) {
                JsonNode document = new ObjectMapper().readTree(result.toFile());
                assertThat(document.path("endpoints").toString()).isEqualTo("[\"skerry\",\"minio\"]");
                String name = result.getFileName().toString().replace(".json", "");
                for (JsonNode cell : document.path("cells")) {
                    double skerry =
                            cell.at("/endpoints/0/operations_per_second").asDouble();
                    double minio = cell.at("/endpoints/1/operations_per_second").asDouble();
                    assertThat(minio).isPositive();
                    if (skerry / minio < LEAST) {
                        below.add(cell(name, cell, cell.path("clients").asInt()));
                    }
                }
            }
        }
        return below;
    }

    private static Set<String> named() throws IOException {
        Set<String> below = new TreeSet<>();
        for (String line : Files.readAllLines(BENCHMARKS.resolve("README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Arrays.stream(row.group(5).split(", "))
                        .map(clients -> "%s %s %s %s %s"
                                .formatted(row.group(1), row.group(2), row.group(3), row.group(4), clients))
                        .forEach(below::add);
            }
        }
        return below;
    }

    @Test
    void everyCellFarBelowMinioIsNamedAndNoOther() throws IOException {
        assertThat(measured()).isNotEmpty().isEqualTo(named());
    }
}
