package dev.skerry.compat.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Everything a run of the benchmark has to say.
 *
 * @param load of the machine
 * @param endpoints their names, in order
 * @param note what else there is to know of the run; may be empty
 */
record Report(
        Instant at,
        Machine machine,
        LoadAverage load,
        Plan plan,
        List<String> endpoints,
        String note,
        List<CellResult> cells) {
    Report {
        endpoints = List.copyOf(endpoints);
        cells = List.copyOf(cells);
    }

    /**
     * The machine's load average before and after: well above what the kit and the servers make, it was not theirs
     * alone.
     */
    record LoadAverage(double before, double after) {}

    /** One kind of operation: what belongs in one table and in one panel. */
    record Group(Operation operation, Payload payload) {
        boolean holds(CellResult result) {
            return result.cell().operation() == operation && result.cell().payload() == payload;
        }

        String title() {
            return operation + (operation.sendsObjects() ? ", " + payload + " payloads" : "");
        }
    }

    /** The kinds, in the order they were measured. */
    List<Group> groups() {
        return cells.stream()
                .map(result ->
                        new Group(result.cell().operation(), result.cell().payload()))
                .distinct()
                .toList();
    }

    /** As JSON. */
    String toJson() throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("tool", "skerry bench");
        root.put("format", 2);
        root.put("at", at.truncatedTo(ChronoUnit.SECONDS).toString());
        if (!note.isEmpty()) {
            root.put("note", note);
        }
        ObjectNode host = root.putObject("machine");
        host.put("cores", machine.cores());
        host.put("memory_gib", machine.memoryGib());
        host.put("processor", machine.processor());
        host.put("system", machine.system());
        host.put("java", machine.java());
        host.put("load_average_before", rounded(load.before()));
        host.put("load_average_after", rounded(load.after()));
        ObjectNode settings = root.putObject("plan");
        settings.put("load", "closed loop: each client sends when its last request was answered");
        settings.put("seconds", plan.seconds().toMillis() / 1e3);
        settings.put("warmup_seconds", plan.warmup().toMillis() / 1e3);
        settings.put("rounds", plan.rounds());
        settings.put("listed_keys", plan.bounds().listedKeys());
        settings.put("deleted_keys", plan.bounds().deletedKeys());
        settings.put("part_bytes", plan.bounds().partBytes());
        settings.put("max_run_bytes", plan.bounds().maxRunBytes());
        ArrayNode names = root.putArray("endpoints");
        endpoints.forEach(names::add);
        ArrayNode rows = root.putArray("cells");
        cells.forEach(cell -> rows.add(row(cell)));
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root) + "\n";
    }

    private static ObjectNode row(CellResult result) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("operation", result.cell().operation().name());
        row.put("size_bytes", result.cell().sizeBytes());
        row.put("clients", result.cell().clients());
        row.put("payload", result.cell().payload().toString());
        ArrayNode endpoints = row.putArray("endpoints");
        result.endpoints().forEach(target -> endpoints.add(numbers(target)));
        if (!result.limits().isEmpty()) {
            ArrayNode limits = row.putArray("limits");
            result.limits().forEach(target -> limits.add(numbers(target)));
        }
        Double ratio = result.ratio();
        if (ratio != null) {
            row.put("ratio", rounded(ratio));
        }
        return row;
    }

    private static ObjectNode numbers(TargetResult target) {
        ObjectNode numbers = JsonNodeFactory.instance.objectNode();
        numbers.put("name", target.name());
        numbers.put("operations", target.latencies().getTotalCount());
        numbers.put("errors", target.errors());
        numbers.put("operations_per_second", rounded(target.operationsPerSecond()));
        numbers.put("megabytes_per_second", rounded(target.megabytesPerSecond()));
        numbers.put("p50_ms", rounded(target.percentileMillis(50)));
        numbers.put("p99_ms", rounded(target.percentileMillis(99)));
        numbers.put("p999_ms", rounded(target.percentileMillis(99.9)));
        numbers.put("max_ms", rounded(target.percentileMillis(100)));
        numbers.put("client_cpu_us_per_operation", rounded(target.clientMicros()));
        TargetResult.Server server = target.server();
        if (server != null) {
            numbers.put("server_cpu_us_per_operation", rounded(server.cpuMicros()));
            numbers.put("server_rss_kib", Math.round(server.rssKib()));
            numbers.put("server_peak_rss_kib", server.peakRssKib());
            if (server.writeBytes() != null) {
                numbers.put("server_write_bytes_per_operation", rounded(server.writeBytes()));
            }
        }
        ArrayNode rounds = numbers.putArray("rounds_operations_per_second");
        target.rounds().forEach(round -> rounds.add(rounded(round)));
        return numbers;
    }

    /** To three digits after the point, which is more than any of them is worth. */
    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** The line above the table. */
    static String tableHead(List<String> endpoints) {
        StringBuilder head =
                new StringBuilder(String.format(Locale.ROOT, "%-14s %-8s %8s %7s", "op", "payload", "size", "clients"));
        for (String name : endpoints) {
            head.append(String.format(
                    Locale.ROOT,
                    " | %-12.12s %9s %8s %8s %8s %8s %8s",
                    name,
                    "op/s",
                    "MB/s",
                    "p50 ms",
                    "p99 ms",
                    "p99.9",
                    "cpu us"));
        }
        return head.append(endpoints.size() > 1 ? " | ratio" : "").toString();
    }

    /** One line of the table. */
    static String tableLine(CellResult result) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-14s %-8s %8s %7d",
                result.cell().operation(),
                result.cell().payload(),
                ByteSizes.format(result.cell().sizeBytes()),
                result.cell().clients()));
        for (TargetResult endpoint : result.endpoints()) {
            TargetResult.Server server = endpoint.server();
            line.append(String.format(
                    Locale.ROOT,
                    " | %-12s %9.1f %8.1f %8.2f %8.2f %8.2f %8s",
                    endpoint.errors() == 0 ? "" : endpoint.errors() + " errors",
                    endpoint.operationsPerSecond(),
                    endpoint.megabytesPerSecond(),
                    endpoint.percentileMillis(50),
                    endpoint.percentileMillis(99),
                    endpoint.percentileMillis(99.9),
                    server == null ? "" : Math.round(server.cpuMicros())));
        }
        Double ratio = result.ratio();
        line.append(ratio == null ? "" : String.format(Locale.ROOT, " | %5.2f", ratio));
        for (TargetResult limit : result.limits()) {
            line.append(String.format(Locale.ROOT, " | %s %.1f", limit.name(), limit.operationsPerSecond()));
        }
        return line.toString();
    }
}
