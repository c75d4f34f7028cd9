package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Report.Group;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a report as Markdown: a table for each kind of operation, a line in it for each target of each cell. */
final class MarkdownTable {
    private static final String HEAD = """
            | size | clients | | op/s | of the first | of the lowest limit | lowest to highest | MB/s | p50 ms | p99 ms | p99.9 ms \
            | server CPU µs/op | client CPU µs/op | RSS MiB | peak MiB | write_bytes/op | errors |
            |--:|--:|:--|--:|--:|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """;

    private final StringBuilder text = new StringBuilder();

    private MarkdownTable() {}

    /** The document. */
    static String write(Report report) {
        MarkdownTable table = new MarkdownTable();
        table.introduce(report);
        report.groups().forEach(group -> table.write(report, group));
        return table.text.toString();
    }

    private void introduce(Report report) {
        String title = report.endpoints().isEmpty() ? "Limits" : String.join(" and ", report.endpoints());
        text.append("# ").append(escaped(title)).append("\n\n");
        text.append(report.machine().describe()).append(".\n");
        text.append(String.format(
                Locale.ROOT,
                "Median of %d runs of %s s in turns, after %s s of warm-up; closed loop; percentiles of all runs"
                        + " together. Load average %.2f before and %.2f after. %s.%n",
                report.plan().rounds(),
                report.plan().seconds().toMillis() / 1000.0,
                report.plan().warmup().toMillis() / 1000.0,
                report.load().before(),
                report.load().after(),
                report.at().truncatedTo(ChronoUnit.SECONDS)));
        if (!report.note().isEmpty()) {
            text.append('\n').append(escaped(report.note())).append('\n');
        }
    }

    private void write(Report report, Group group) {
        text.append("\n## ").append(group.title()).append("\n\n").append(HEAD);
        report.cells().stream().filter(group::holds).forEach(this::write);
    }

    private void write(CellResult result) {
        double first =
                result.endpoints().isEmpty() ? 0 : result.endpoints().getFirst().operationsPerSecond();
        result.endpoints().forEach(target -> line(result, target, first));
        result.limits().forEach(target -> line(result, target, first));
    }

    private void line(CellResult result, TargetResult target, double first) {
        List<String> fields = new ArrayList<>();
        fields.add(ByteSizes.format(result.cell().sizeBytes()));
        fields.add(Integer.toString(result.cell().clients()));
        fields.add(
                result.limits().contains(target)
                        ? "*" + escaped(target.name()) + "*"
                        : "**" + escaped(target.name()) + "**");
        fields.add(number(target.operationsPerSecond()));
        fields.add(first == 0 ? "" : String.format(Locale.ROOT, "%.2f", target.operationsPerSecond() / first));
        fields.add(result.limits().contains(target) ? "" : nearness(result, target));
        fields.add(number(target.rounds().stream()
                        .mapToDouble(Double::doubleValue)
                        .min()
                        .orElse(0))
                + " to "
                + number(target.rounds().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0)));
        fields.add(number(target.megabytesPerSecond()));
        fields.add(millis(target.percentileMillis(50)));
        fields.add(millis(target.percentileMillis(99)));
        fields.add(millis(target.percentileMillis(99.9)));
        fields.addAll(costs(target));
        fields.add(target.errors() == 0 ? "" : Long.toString(target.errors()));
        text.append("| ").append(String.join(" | ", fields)).append(" |\n");
    }

    /** How much of what bounds the cell an endpoint reached, and what that is; empty where no limit was measured. */
    private static String nearness(CellResult result, TargetResult target) {
        return result.lowestLimit()
                .filter(limit -> limit.operationsPerSecond() > 0)
                .map(limit -> String.format(
                        Locale.ROOT,
                        "%.2f of %s",
                        target.operationsPerSecond() / limit.operationsPerSecond(),
                        escaped(limit.name())))
                .orElse("");
    }

    private static List<String> costs(TargetResult target) {
        String client = number(target.clientMicros());
        TargetResult.Server server = target.server();
        if (server == null) {
            return List.of("", client, "", "", "");
        }
        return List.of(
                number(server.cpuMicros()),
                client,
                number(server.rssKib() / 1024),
                number(server.peakRssKib() / 1024.0),
                server.writeBytes() == null ? "" : number(server.writeBytes()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
