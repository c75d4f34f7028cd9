package dev.skerry.server;

import dev.skerry.config.Settings;
import dev.skerry.http.RequestTarget.Parameter;
import dev.skerry.s3.http.AccessExplainer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a request would be allowed or denied, asked of a running server: the parameters of {@code admin/v1/access}.
 *
 * @param identity by its name, or {@code anonymous}
 * @param action as policies name it
 * @param bucket of which bucket
 * @param key null where it is about the bucket
 * @param versionId null for the current version
 * @param brings what conditions are held against, by key
 */
public record AccessQuestion(
        String identity,
        String action,
        String bucket,
        @Nullable String key,
        @Nullable String versionId,
        Map<String, String> brings) {
    private static final String PATH = "/_/admin/v1/access";
    private static final String IDENTITY = "identity";
    private static final String ACTION = "action";
    private static final String BUCKET = "bucket";
    private static final String KEY = "key";
    private static final String VERSION = "version-id";
    private static final String CONDITION = "condition";
    private static final String SIGNING = "X-Amz-";

    public AccessQuestion {
        brings = Map.copyOf(brings);
    }

    /** From the parameters of a request; throws {@code IllegalArgumentException} for one that is none or is missing. */
    static AccessExplainer.Question of(List<Parameter> parameters) {
        Map<String, String> single = new LinkedHashMap<>();
        Map<String, String> brings = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            switch (parameter.name()) {
                case IDENTITY, ACTION, BUCKET, KEY, VERSION -> single.put(parameter.name(), parameter.value());
                case CONDITION -> {
                    int equals = parameter.value().indexOf('=');
                    if (equals < 1) {
                        throw new IllegalArgumentException(
                                CONDITION + ": " + parameter.value() + " (expected: KEY=VALUE)");
                    }
                    brings.put(
                            parameter.value().substring(0, equals),
                            parameter.value().substring(equals + 1));
                }
                default -> {
                    if (!parameter.name().startsWith(SIGNING)) {
                        throw new IllegalArgumentException("parameter " + parameter.name() + " (expected: "
                                + String.join(", ", IDENTITY, ACTION, BUCKET, KEY, VERSION, CONDITION) + ")");
                    }
                }
            }
        }
        return new AccessExplainer.Question(
                required(single, IDENTITY),
                required(single, ACTION),
                required(single, BUCKET),
                single.get(KEY),
                single.get(VERSION),
                brings);
    }

    private static String required(Map<String, String> parameters, String name) {
        return Optional.ofNullable(parameters.get(name))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(name + ": absent (expected: a value)"));
    }

    /**
     * Asks the server that runs with these settings, as root. Blocks.
     *
     * @param server how it is addressed, or null for as its settings say, from this machine
     * @return the answer's fields in their order
     * @throws StartException where no server answers there, or it refuses
     */
    public Map<String, String> ask(Settings settings, @Nullable URI server) {
        try (AdminClient client = new AdminClient(settings, server)) {
            Map<String, String> answer = new LinkedHashMap<>();
            client.get(PATH, parameters())
                    .properties()
                    .forEach(
                            field -> answer.put(field.getKey(), field.getValue().asText()));
            return answer;
        }
    }

    private List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(List.of(
                new Parameter(IDENTITY, identity), new Parameter(ACTION, action), new Parameter(BUCKET, bucket)));
        if (key != null) {
            parameters.add(new Parameter(KEY, key));
        }
        if (versionId != null) {
            parameters.add(new Parameter(VERSION, versionId));
        }
        brings.forEach((name, value) -> parameters.add(new Parameter(CONDITION, name + "=" + value)));
        return parameters;
    }
}
