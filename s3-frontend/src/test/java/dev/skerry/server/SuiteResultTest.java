package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the documents say of Ceph's suite is what its last whole run came to, which is a file. */
class SuiteResultTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Path FOLDER = PROJECT.resolve("docs/s3-compatibility");
    private static final Set<String> CLASSES = Set.of("open", "deliberate", "needs", "impossible");

    private static JsonNode result() throws IOException {
        Path file = FOLDER.resolve("result.json");
        assertThat(file).exists();
        return new ObjectMapper().readTree(file.toFile());
    }

    private static String read(String document) throws IOException {
        return Files.readString(PROJECT.resolve(document));
    }

    @Test
    void theReadmeQuotesTheResultAndNothingElse() throws IOException {
        String line = read("README.md")
                .lines()
                .filter(each -> each.startsWith("Ceph's s3-tests: "))
                .findFirst()
                .orElseThrow();
        int passed = result().get("passed").asInt();
        int tests = result().get("tests").asInt();
        assertThat(line)
                .contains("%d of %d passed (%s %%)"
                        .formatted(passed, tests, String.format(Locale.ROOT, "%.1f", 100.0 * passed / tests)));
    }

    @Test
    void theNumbersAddUp() throws IOException {
        JsonNode result = result();
        assertThat(result.get("passed").asInt()
                        + result.get("failed").asInt()
                        + result.get("skipped").asInt())
                .isEqualTo(result.get("tests").asInt());
        for (String what : List.of("tests", "passed", "failed", "skipped")) {
            assertThat(result.get("areas")
                            .propertyStream()
                            .mapToInt(area -> area.getValue().get(what).asInt())
                            .sum())
                    .as(what)
                    .isEqualTo(result.get(what).asInt());
        }
        assertThat(result.get("not_passed"))
                .hasSize(result.get("failed").asInt() + result.get("skipped").asInt());
    }

    @Test
    void everyTestThatDidNotPassIsTriaged() throws IOException {
        JsonNode result = result();
        List<String> lines = Files.readAllLines(FOLDER.resolve("triage.csv"));
        assertThat(lines.getFirst()).isEqualTo("name,area,outcome,class,reason,aws");
        List<List<String>> rows =
                lines.stream().skip(1).map(line -> List.of(line.split(",", 5))).toList();
        assertThat(rows).allSatisfy(row -> {
            assertThat(row).hasSize(5);
            assertThat(CLASSES).contains(row.get(3));
        });
        assertThat(rows.stream().map(List::getFirst))
                .containsExactlyInAnyOrderElementsOf(
                        StreamSupport.stream(result.get("not_passed").spliterator(), false)
                                .map(test -> test.get("name").asText())
                                .toList());
    }

    @Test
    void theThresholdIsReached() throws IOException {
        int threshold = Integer.parseInt(read("compat-tests/ceph/threshold.txt").strip());
        assertThat(Files.readAllLines(PROJECT.resolve("compat-tests/ceph/skerry-passed.txt")))
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(threshold);
        assertThat(result().get("passed").asInt()).isGreaterThanOrEqualTo(threshold);
    }

    @Test
    void whatTheGateLeavesOutIsOfTheBaseline() throws IOException {
        List<String> baseline = Files.readAllLines(PROJECT.resolve("compat-tests/ceph/skerry-passed.txt"));
        try (Stream<String> lines = Files.lines(PROJECT.resolve("compat-tests/ceph/gate-left-out.txt"))) {
            assertThat(lines.map(line -> line.replaceAll("\\s*#.*", "")).filter(line -> !line.isEmpty()))
                    .isSubsetOf(baseline);
        }
    }

    @Test
    void theHostedGateRunsTheCommitOfTheResult() throws IOException {
        MatchResult pinned = Pattern.compile("S3TESTS_COMMIT: (\\w+)")
                .matcher(read(".github/workflows/s3-compat.yml"))
                .results()
                .findFirst()
                .orElseThrow();
        assertThat(pinned.group(1)).isEqualTo(result().at("/suite/commit").asText());
    }
}
