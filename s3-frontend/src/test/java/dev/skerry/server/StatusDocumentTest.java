package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/status.md against the tree: nothing is called done that nothing shows. */
class StatusDocumentTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DOCUMENT = PROJECT.resolve("docs/status.md");

    /** How many requirements each of the designs asked for that this product replaces, by the letter of their ids. */
    private static final Map<String, Integer> ASKED = Map.of("A", 148, "M", 45, "R", 56, "C", 108, "K", 278);

    private static final Set<String> STATES = Set.of("done", "partial", "not started");
    private static final Pattern ROW =
            Pattern.compile("\\| ([A-Z])(\\d{3}) \\| (.+) \\| ([1-7]) \\| ([^|]+) \\| (.*) ?\\|");
    private static final Pattern COUNTS =
            Pattern.compile("(\\d+) done, (\\d+) partial, (\\d+) not started, of (\\d+)\\.");
    private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z]\\w+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");

    private final List<String> lines;
    private final List<Row> rows = new ArrayList<>();

    private record Row(String prefix, int number, String state, String shownBy) {
        @Override
        public String toString() {
            return "%s%03d %s: %s".formatted(prefix, number, state, shownBy);
        }
    }

    StatusDocumentTest() throws IOException {
        lines = Files.readAllLines(DOCUMENT);
        for (String line : lines) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(new Row(row.group(1), Integer.parseInt(row.group(2)), row.group(5), row.group(6)));
            }
        }
    }

    @Test
    void everyRequirementIsListedOnceAndInOrder() {
        Map<String, List<Integer>> listed = new TreeMap<>();
        rows.forEach(row ->
                listed.computeIfAbsent(row.prefix(), _ -> new ArrayList<>()).add(row.number()));
        Map<String, List<Integer>> asked = new TreeMap<>();
        ASKED.forEach((prefix, count) ->
                asked.put(prefix, IntStream.rangeClosed(1, count).boxed().toList()));
        assertThat(listed).isEqualTo(asked);
    }

    @Test
    void everyLineOfATableIsARow() {
        assertThat(lines)
                .filteredOn(line -> line.startsWith("|") && !line.startsWith("| id |") && !line.startsWith("|---"))
                .allMatch(line -> ROW.matcher(line).matches());
    }

    @Test
    void statesAreThoseOfTheLegend() {
        assertThat(rows).allSatisfy(row -> assertThat(STATES).contains(row.state()));
        assertThat(String.join(" ", lines.subList(0, 5)))
                .contains(STATES.stream().map(state -> "*" + state + "*").toList());
    }

    @Test
    void theCountsAreRight() {
        Map<String, Long> counted = rows.stream().collect(Collectors.groupingBy(Row::state, Collectors.counting()));
        assertThat(lines.stream().map(COUNTS::matcher).filter(Matcher::matches).toList())
                .singleElement()
                .satisfies(counts -> {
                    assertThat(Long.valueOf(counts.group(1))).isEqualTo(counted.get("done"));
                    assertThat(Long.valueOf(counts.group(2))).isEqualTo(counted.get("partial"));
                    assertThat(Long.valueOf(counts.group(3))).isEqualTo(counted.get("not started"));
                    assertThat(Integer.valueOf(counts.group(4))).isEqualTo(rows.size());
                });
    }

    @Test
    void whatIsDoneNamesATestOrADocument() throws IOException {
        Set<String> tests = classes("src/test/java");
        assertThat(rows)
                .filteredOn(row -> row.state().equals("done"))
                .allMatch(row -> names(CLASS_NAME, row).stream().anyMatch(tests::contains)
                        || !names(LINK, row).isEmpty());
    }

    @Test
    void whatIsNamedIsThere() throws IOException {
        Set<String> known = classes("src/test/java");
        known.addAll(classes("src/main/java"));
        for (Row row : rows) {
            assertThat(known).as(row.toString()).containsAll(names(CLASS_NAME, row));
            assertThat(names(LINK, row))
                    .as(row.toString())
                    .allMatch(link -> link.startsWith("https://") || Files.exists(DOCUMENT.resolveSibling(link)));
        }
    }

    private static List<String> names(Pattern pattern, Row row) {
        return pattern.matcher(row.shownBy())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** The simple names of all modules' top-level classes below such a folder. */
    private static Set<String> classes(String sources) throws IOException {
        Set<String> names = new HashSet<>();
        try (Stream<Path> modules = Files.list(PROJECT)) {
            for (Path module : modules.map(m -> m.resolve(sources))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".java"))
                            .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
                }
            }
        }
        assertThat(names).as(sources).hasSizeGreaterThan(50);
        return names;
    }
}
