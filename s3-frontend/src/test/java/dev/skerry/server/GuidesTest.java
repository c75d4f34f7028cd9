package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skerry.config.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the guides and what lies beside them against the product: names, links, settings, metrics, messages. */
class GuidesTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> GUIDES = List.of(
            "docs/operations.md",
            "docs/security.md",
            "docs/troubleshooting.md",
            "docs/tuning.md",
            "docs/deploy/README.md");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)?(#[^)]*)?\\)");
    private static final Pattern METRIC = Pattern.compile("\\bskerry_[a-z_]+");
    private static final Pattern SETTING = Pattern.compile(
            "`((?:durability|storage|gc|scrub|lifecycle|encryption|limits|s3|native|metrics|log|tls)\\.[a-z_]+)[`:]");
    private static final Pattern LOGGED = Pattern.compile("(?m)^\\| `([^`]+)` \\| (?:ERROR|WARN|INFO) \\|");

    private static String read(String file) throws IOException {
        return Files.readString(PROJECT.resolve(file));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void linksLeadToFilesAndHeadings() throws IOException {
        for (String guide : GUIDES) {
            Path here = PROJECT.resolve(guide);
            LINK.matcher(read(guide)).results().forEach(link -> {
                String file = link.group(1);
                if (file == null || !file.startsWith("http")) {
                    Path target = file == null ? here : here.resolveSibling(file);
                    assertThat(target).as(guide).exists();
                    if (link.group(2) != null) {
                        assertThat(headings(target)).as(guide).contains(link.group(2));
                    }
                }
            });
        }
    }

    private static List<String> headings(Path document) {
        try (Stream<String> lines = Files.lines(document)) {
            return lines.filter(line -> line.startsWith("#"))
                    .map(line -> "#"
                            + line.replaceFirst("#+ ", "")
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replaceAll("[^a-z0-9 -]", "")
                                    .replace(' ', '-'))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void metricsThatAreNamedAreServed() throws IOException {
        Set<String> served = METRIC.matcher(read("docs/metrics.md"))
                .results()
                .map(match -> match.group())
                .collect(Collectors.toSet());
        StringBuilder named = new StringBuilder(read("docs/deploy/prometheus-rules.yaml"));
        for (String guide : GUIDES) {
            named.append(read(guide));
        }
        assertThat(METRIC.matcher(named).results().map(match -> match.group().replaceFirst("_(bucket|sum|count)$", "")))
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(served).contains(metric));
    }

    @Test
    void settingsThatAreNamedAreKnown() throws IOException {
        String known = SettingsReader.read(null, Map.of(), Map.of()).shown();
        for (String guide : GUIDES) {
            assertThat(found(SETTING, read(guide)))
                    .as(guide)
                    .allSatisfy(key -> assertThat(known).contains(key.substring(key.indexOf('.') + 1)));
        }
    }

    @Test
    void messagesThatAreNamedAreLogged() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String module : List.of("blob-core", "metadata-jooq", "cluster", "s3-frontend")) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        assertThat(found(LOGGED, read("docs/troubleshooting.md")))
                .hasSizeGreaterThan(5)
                .allSatisfy(message -> {
                    for (String part : message.split("…", -1)) {
                        assertThat(sources).contains(part.strip());
                    }
                });
    }

    @Test
    void manifestsAndWorkflowsAreWellFormed() throws IOException {
        assertThat(documents("docs/deploy/kubernetes.yaml"))
                .extracting(document -> document.path("kind").asText())
                .containsExactly("Secret", "ConfigMap", "Service", "StatefulSet");
        assertThat(documents("docs/deploy/prometheus-rules.yaml").getFirst().at("/groups/0/rules"))
                .isNotEmpty()
                .allSatisfy(rule -> {
                    assertThat(rule.path("alert").asText()).startsWith("Skerry");
                    assertThat(rule.path("expr").asText()).isNotBlank();
                });
        for (String workflow : List.of("ci", "s3-compat", "weekly")) {
            assertThat(documents(".github/workflows/" + workflow + ".yml")
                            .getFirst()
                            .path("jobs"))
                    .isNotEmpty()
                    .allSatisfy(job ->
                            assertThat(job.path("timeout-minutes").asInt()).isPositive());
        }
    }

    /** What the manifest configures is a configuration. */
    @Test
    void theManifestsConfigurationIsValid() throws IOException {
        String yaml = documents("docs/deploy/kubernetes.yaml")
                .get(1)
                .at("/data/skerry.yaml")
                .asText();
        Path file = Files.createTempFile("skerry", ".yaml");
        try {
            Files.writeString(file, yaml);
            assertThat(SettingsReader.read(file, Map.of(), Map.of()).settings().nativeListen())
                    .isNull();
        } finally {
            Files.delete(file);
        }
    }

    private static List<JsonNode> documents(String file) throws IOException {
        try (MappingIterator<JsonNode> documents =
                new YAMLMapper().readerFor(JsonNode.class).readValues(read(file))) {
            return documents.readAll();
        }
    }
}
