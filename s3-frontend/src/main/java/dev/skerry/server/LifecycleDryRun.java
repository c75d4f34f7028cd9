package dev.skerry.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.lifecycle.LifecyclePreview;
import dev.skerry.blob.lifecycle.Verdict;
import dev.skerry.config.Settings;
import dev.skerry.http.RequestTarget.Parameter;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the rules of a bucket will do: asked of a running server page by page, and answered by it. */
public final class LifecycleDryRun {
    private static final String PATH = "/_/admin/v1/lifecycle";
    private static final String BUCKET = "bucket";
    private static final String FROM = "from";
    private static final String LIMIT = "limit";
    private static final String SIGNING = "X-Amz-";
    private static final int MAX_LIMIT = 1000;

    private LifecycleDryRun() {}

    /**
     * One version or upload, and what will be done of it first.
     *
     * @param id its version id, or the upload's id
     * @param action in words such as {@code expire}
     * @param at when, in ISO 8601
     * @param due whether it is due already
     * @param storageClass where it moves to; empty for all other actions
     */
    public record Line(
            String key,
            String id,
            long sizeBytes,
            String action,
            String ruleId,
            String at,
            boolean due,
            String storageClass) {}

    /**
     * Asks the server that runs with these settings, as root. Blocks; lines are given as they come.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     * @throws StartException where no server answers there, or it refuses
     */
    public static void ask(Settings settings, @Nullable URI server, String bucket, Consumer<Line> lines) {
        try (AdminClient client = new AdminClient(settings, server)) {
            String from = "";
            do {
                List<Parameter> parameters = new ArrayList<>(List.of(new Parameter(BUCKET, bucket)));
                if (!from.isEmpty()) {
                    parameters.add(new Parameter(FROM, from));
                }
                JsonNode page = client.get(PATH, parameters);
                page.path("actions").forEach(node -> lines.accept(line(node)));
                from = page.path("next").asText("");
            } while (!from.isEmpty());
        }
    }

    private static Line line(JsonNode node) {
        return new Line(
                node.path("key").asText(),
                node.path("id").asText(),
                node.path("size_bytes").asLong(),
                node.path("action").asText(),
                node.path("rule_id").asText(),
                node.path("at").asText(),
                node.path("due").asBoolean(),
                node.path("storage_class").asText(""));
    }

    /** The page that a request's parameters ask for; throws {@code IllegalArgumentException} for one that is none. */
    static Map<String, Object> answer(LifecyclePreview preview, List<Parameter> parameters) {
        Map<String, String> asked = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            switch (parameter.name()) {
                case BUCKET, FROM, LIMIT -> asked.put(parameter.name(), parameter.value());
                default -> {
                    if (!parameter.name().startsWith(SIGNING)) {
                        throw new IllegalArgumentException("parameter " + parameter.name() + " (expected: "
                                + String.join(", ", BUCKET, FROM, LIMIT) + ")");
                    }
                }
            }
        }
        String bucket = asked.getOrDefault(BUCKET, "");
        LifecyclePreview.Page page = page(preview, bucket, asked.get(FROM), limit(asked.get(LIMIT)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("bucket", bucket);
        document.put(
                "actions", page.lines().stream().map(LifecycleDryRun::fields).toList());
        document.put("left_out", page.leftOut());
        if (page.next() != null) {
            document.put("next", page.next());
        }
        return document;
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return MAX_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw new IllegalArgumentException(LIMIT + ": " + text + " (expected: 1.." + MAX_LIMIT + ")");
    }

    private static LifecyclePreview.Page page(
            LifecyclePreview preview, String bucket, @Nullable String from, int limit) {
        try {
            return preview.page(bucket, from, limit);
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.NoSuchBucket) {
                throw new IllegalArgumentException("bucket: " + bucket + " (expected: one that is there)", e);
            }
            throw e;
        }
    }

    private static Map<String, Object> fields(LifecyclePreview.Line line) {
        Verdict verdict = line.verdict();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", line.key());
        fields.put("id", line.id());
        fields.put("size_bytes", line.sizeBytes());
        fields.put("action", verdict.action().name().toLowerCase(Locale.ROOT));
        fields.put("rule_id", verdict.ruleId());
        fields.put("at", verdict.dueAt().toString());
        fields.put("due", line.due());
        if (verdict.target() != null) {
            fields.put("storage_class", verdict.target().s3Name());
        }
        return fields;
    }
}
