package dev.skerry.s3.operation;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The encryption context as a header carries it: Base64 of a JSON object of texts. */
final class EncryptionContext {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private EncryptionContext() {}

    /**
     * What a header says.
     *
     * @throws dev.skerry.s3.error.S3Exception with InvalidArgument
     */
    static Map<String, String> read(String header) {
        Map<String, String> context = new HashMap<>();
        try {
            JsonNode root = JSON.readTree(Base64.getDecoder().decode(header));
            if (!root.isObject()) {
                throw invalid(header);
            }
            for (Map.Entry<String, JsonNode> pair : root.properties()) {
                if (!pair.getValue().isTextual()) {
                    throw invalid(header);
                }
                context.put(pair.getKey(), pair.getValue().asText());
            }
            return context;
        } catch (JacksonException | IllegalArgumentException _) {
            throw invalid(header);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory cannot be read", e);
        }
    }

    /** As a header says it. */
    static String write(Map<String, String> context) {
        ObjectNode root = JSON.createObjectNode();
        new TreeMap<>(context).forEach(root::put);
        return Base64.getEncoder().encodeToString(root.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static RuntimeException invalid(String header) {
        return Parameters.invalid(
                EncryptionHeaders.CONTEXT,
                header,
                "The header '" + EncryptionHeaders.CONTEXT
                        + "' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map");
    }
}
