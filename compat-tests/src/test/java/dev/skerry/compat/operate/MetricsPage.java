package dev.skerry.compat.operate;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of metrics as Prometheus reads it.
 *
 * @param families by name, the type and the help of each
 * @param samples every number of the page
 */
public record MetricsPage(SortedMap<String, Family> families, List<Sample> samples) {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (\\S+) ?(.*)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    /** What one name stands for. */
    public record Family(String type, String help) {}

    /** One number. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    /** The page a server serves now. */
    public static MetricsPage of(SkerryServer server) throws IOException {
        WireResponse answer = Wire.exchange(server.s3(), WireRequest.of("GET", server.s3(), "/_/metrics"));
        if (answer.status() != 200) {
            throw new IllegalStateException("metrics: " + answer);
        }
        return parse(answer.text());
    }

    private static MetricsPage parse(String text) {
        Map<String, String> types = new HashMap<>();
        Map<String, String> helps = new HashMap<>();
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            Matcher comment = COMMENT.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (comment.matches()) {
                (comment.group(1).equals("TYPE") ? types : helps).put(comment.group(2), comment.group(3));
            } else if (sample.matches()) {
                samples.add(new Sample(sample.group(1), labels(sample.group(2)), Double.parseDouble(sample.group(3))));
            } else if (!line.isEmpty()) {
                throw new IllegalStateException("not a line of metrics: " + line);
            }
        }
        SortedMap<String, Family> families = new TreeMap<>();
        types.forEach((name, type) -> families.put(name, new Family(type, helps.getOrDefault(name, ""))));
        return new MetricsPage(families, samples);
    }

    @SuppressWarnings("NullAway") // a group that took no part is null
    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    /** The sum of all samples of this name. */
    public double sum(String name) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .mapToDouble(Sample::value)
                .sum();
    }
}
