package dev.skerry.compat.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.compat.bench.Measurement.CellResult;
import dev.skerry.compat.bench.Measurement.EndpointResult;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Everything a run of the benchmark has to say.
 *
 * @param endpoints their names, in order
 * @param note what else there is to know of the run; may be empty
 */
record Report(
        Instant at,
        Machine machine,
        Plan plan,
        List<String> endpoints,
        boolean signedPayload,
        String note,
        List<CellResult> cells) {
    Report {
        endpoints = List.copyOf(endpoints);
        cells = List.copyOf(cells);
    }

    /** As JSON. */
    String toJson() throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("tool", "skerry bench");
        root.put("format", 1);
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
        ObjectNode settings = root.putObject("plan");
        settings.put("load", "closed loop: each client sends when its last request was answered");
        settings.put("seconds", plan.seconds().toMillis() / 1e3);
        settings.put("warmup_seconds", plan.warmup().toMillis() / 1e3);
        settings.put("rounds", plan.rounds());
        settings.put("signed_payload", signedPayload);
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
        ArrayNode measured = row.putArray("endpoints");
        for (EndpointResult endpoint : result.endpoints()) {
            ObjectNode numbers = measured.addObject();
            numbers.put("name", endpoint.name());
            numbers.put("operations", endpoint.latencies().getTotalCount());
            numbers.put("errors", endpoint.errors());
            numbers.put("operations_per_second", rounded(endpoint.operationsPerSecond()));
            numbers.put("megabytes_per_second", rounded(endpoint.megabytesPerSecond()));
            numbers.put("p50_ms", rounded(endpoint.percentileMillis(50)));
            numbers.put("p99_ms", rounded(endpoint.percentileMillis(99)));
            numbers.put("p999_ms", rounded(endpoint.percentileMillis(99.9)));
            numbers.put("max_ms", rounded(endpoint.percentileMillis(100)));
            ArrayNode rounds = numbers.putArray("rounds_operations_per_second");
            endpoint.rounds().forEach(round -> rounds.add(rounded(round)));
        }
        Double ratio = result.ratio();
        if (ratio != null) {
            row.put("ratio", rounded(ratio));
        }
        return row;
    }

    /** To three digits after the point, which is more than any of them is worth. */
    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** The line above the table. */
    static String tableHead(List<String> endpoints) {
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-7s %8s %7s", "op", "size", "clients"));
        for (String name : endpoints) {
            head.append(String.format(
                    Locale.ROOT, " | %-12.12s %9s %8s %8s %8s %8s", name, "op/s", "MB/s", "p50 ms", "p99 ms", "p99.9"));
        }
        return head.append(endpoints.size() > 1 ? " | ratio" : "").toString();
    }

    /** One line of the table. */
    static String tableLine(CellResult result) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-7s %8s %7d",
                result.cell().operation(),
                ByteSizes.format(result.cell().sizeBytes()),
                result.cell().clients()));
        for (EndpointResult endpoint : result.endpoints()) {
            line.append(String.format(
                    Locale.ROOT,
                    " | %-12s %9.1f %8.1f %8.2f %8.2f %8.2f",
                    endpoint.errors() == 0 ? "" : endpoint.errors() + " errors",
                    endpoint.operationsPerSecond(),
                    endpoint.megabytesPerSecond(),
                    endpoint.percentileMillis(50),
                    endpoint.percentileMillis(99),
                    endpoint.percentileMillis(99.9)));
        }
        Double ratio = result.ratio();
        return line.append(ratio == null ? "" : String.format(Locale.ROOT, " | %5.2f", ratio))
                .toString();
    }
}
