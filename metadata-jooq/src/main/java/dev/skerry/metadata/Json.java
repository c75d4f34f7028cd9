package dev.skerry.metadata;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.BlobLock;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.ReplicationStatus;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.UploadPartSummary;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Columns that hold JSON. What is empty is NULL; names are sorted, so that equal values are equal texts. */
final class Json {
    /** More chunks than this are not repeated in the {@code chunks} column: the part rows are the truth. */
    static final int MAX_CHUNKS = 64;

    private static final String BEFORE_ALGORITHM = "[{\"algorithm\":\"";
    private static final String BEFORE_VALUE = "\",\"value\":\"";
    private static final String BEFORE_TYPE = "\",\"type\":\"";
    private static final String AFTER_TYPE = "\"}]";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * The text of an object whose fields {@code fields} writes, for those that are written too often for a tree of
     * nodes to be built first.
     */
    static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = MAPPER.createGenerator(text)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("json in memory", e);
        }
        return text.toString();
    }

    /** Writes the fields of an object. */
    @FunctionalInterface
    interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("json: " + node, e);
        }
    }

    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new StoreException(new StoreFailure.Corrupt("json that cannot be read"), e);
        }
    }

    static @Nullable String ofMap(Map<String, String> map) {
        if (map.isEmpty()) {
            return null;
        }
        ObjectNode node = object();
        new TreeMap<>(map).forEach(node::put);
        return text(node);
    }

    static Map<String, String> map(@Nullable String text) {
        if (text == null) {
            return Map.of();
        }
        Map<String, String> map = new LinkedHashMap<>();
        parse(text)
                .properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    static @Nullable String ofChecksums(List<Checksum> checksums) {
        if (checksums.size() == 1) {
            Checksum only = checksums.getFirst();
            return BEFORE_ALGORITHM
                    + only.algorithm()
                    + BEFORE_VALUE
                    + only.value()
                    + BEFORE_TYPE
                    + only.type()
                    + AFTER_TYPE;
        }
        return checksums.isEmpty() ? null : text(checksumArray(checksums));
    }

    static List<Checksum> checksums(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        Checksum only = onlyChecksum(text);
        return only == null ? checksums(parse(text)) : List.of(only);
    }

    /**
     * The checksum of a text that has one, as it is written here, read without a tree of nodes: most rows have one, and
     * a listing reads a thousand. Null for any other text.
     */
    private static @Nullable Checksum onlyChecksum(String text) {
        if (!text.startsWith(BEFORE_ALGORITHM) || !text.endsWith(AFTER_TYPE) || text.indexOf('\\') >= 0) {
            return null;
        }
        int value = text.indexOf(BEFORE_VALUE, BEFORE_ALGORITHM.length());
        int type = value < 0 ? -1 : text.indexOf(BEFORE_TYPE, value);
        int end = text.length() - AFTER_TYPE.length();
        if (type < 0 || text.indexOf('"', type + BEFORE_TYPE.length()) != end) {
            return null;
        }
        return new Checksum(
                ChecksumAlgorithm.valueOf(text.substring(BEFORE_ALGORITHM.length(), value)),
                text.substring(value + BEFORE_VALUE.length(), type),
                Checksum.Type.valueOf(text.substring(type + BEFORE_TYPE.length(), end)));
    }

    static @Nullable String ofUploadParts(List<UploadPartSummary> parts) {
        if (parts.isEmpty()) {
            return null;
        }
        ArrayNode array = MAPPER.createArrayNode();
        for (UploadPartSummary part : parts) {
            ObjectNode node = array.addObject()
                    .put("number", part.number())
                    .put("size", part.sizeBytes())
                    .put("etag", part.etag());
            if (!part.checksums().isEmpty()) {
                node.set("checksums", checksumArray(part.checksums()));
            }
        }
        return text(array);
    }

    static List<UploadPartSummary> uploadParts(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        List<UploadPartSummary> parts = new ArrayList<>();
        for (JsonNode node : parse(text)) {
            parts.add(new UploadPartSummary(
                    node.path("number").asInt(),
                    node.path("size").asLong(),
                    node.path("etag").asText(),
                    checksums(node.path("checksums"))));
        }
        return parts;
    }

    static @Nullable String ofChunks(List<PartRef> parts) {
        if (parts.size() > MAX_CHUNKS) {
            return null;
        }
        ArrayNode array = MAPPER.createArrayNode();
        parts.forEach(part -> array.addObject().put("id", part.sha256().hex()).put("len", part.lengthBytes()));
        return text(array);
    }

    static @Nullable String ofLock(@Nullable BlobLock lock) {
        if (lock == null) {
            return null;
        }
        ObjectNode node = object();
        if (lock.legalHold() != null) {
            node.put("legal_hold", lock.legalHold().name());
        }
        if (lock.retention() != null) {
            node.put("mode", lock.retention().mode().name())
                    .put("until", lock.retention().until().toEpochMilli());
        }
        return text(node);
    }

    static @Nullable BlobLock lock(@Nullable String text) {
        if (text == null) {
            return null;
        }
        JsonNode node = parse(text);
        Retention retention = node.has("mode")
                ? new Retention(
                        RetentionMode.valueOf(node.path("mode").asText()),
                        Instant.ofEpochMilli(node.path("until").longValue()))
                : null;
        LegalHold legalHold = node.has("legal_hold")
                ? LegalHold.valueOf(node.path("legal_hold").asText())
                : null;
        return new BlobLock(retention, legalHold);
    }

    static @Nullable String ofEncryption(@Nullable BlobEncryption encryption) {
        if (encryption == null) {
            return null;
        }
        ObjectNode node = object().put("method", encryption.method().name()).put("key", encryption.wrappedKey());
        if (encryption.keyId() != null) {
            node.put("key_id", encryption.keyId());
        }
        if (!encryption.context().isEmpty()) {
            ObjectNode context = node.putObject("context");
            new TreeMap<>(encryption.context()).forEach(context::put);
        }
        if (encryption.bucketKey()) {
            node.put("bucket_key", true);
        }
        if (encryption.customerKeyMd5() != null) {
            node.put("customer_key_md5", encryption.customerKeyMd5());
        }
        return text(node);
    }

    static @Nullable BlobEncryption encryption(@Nullable String text) {
        if (text == null) {
            return null;
        }
        JsonNode node = parse(text);
        Map<String, String> context = new LinkedHashMap<>();
        node.path("context")
                .properties()
                .forEach(entry -> context.put(entry.getKey(), entry.getValue().asText()));
        return new BlobEncryption(
                EncryptionMethod.valueOf(node.path("method").asText()),
                node.path("key_id").textValue(),
                node.path("key").asText(),
                context,
                node.path("bucket_key").asBoolean(),
                node.path("customer_key_md5").textValue());
    }

    static @Nullable String ofReplication(ReplicationStatus status) {
        return switch (status) {
            case ReplicationStatus.None() -> null;
            case ReplicationStatus.Pending(Set<String> regions) ->
                text(withRegions(object().put("state", "pending"), regions));
            case ReplicationStatus.Replicated(Set<String> regions, HlcTimestamp hlc) ->
                text(withRegions(object().put("state", "replicated"), regions).put("hlc", hlc.packed()));
            case ReplicationStatus.Failed(String reason) ->
                text(object().put("state", "failed").put("reason", reason));
        };
    }

    static ReplicationStatus replication(@Nullable String text) {
        if (text == null) {
            return new ReplicationStatus.None();
        }
        JsonNode node = parse(text);
        Set<String> regions = new LinkedHashSet<>();
        node.path("regions").forEach(region -> regions.add(region.asText()));
        String state = node.path("state").asText();
        return switch (state) {
            case "pending" -> new ReplicationStatus.Pending(regions);
            case "replicated" ->
                new ReplicationStatus.Replicated(
                        regions, HlcTimestamp.ofPacked(node.path("hlc").asLong()));
            case "failed" -> new ReplicationStatus.Failed(node.path("reason").asText());
            default -> throw new StoreException(new StoreFailure.Corrupt("replication state " + state));
        };
    }

    private static ObjectNode withRegions(ObjectNode node, Set<String> regions) {
        ArrayNode array = node.putArray("regions");
        new TreeSet<>(regions).forEach(array::add);
        return node;
    }

    private static ArrayNode checksumArray(List<Checksum> checksums) {
        ArrayNode array = MAPPER.createArrayNode();
        for (Checksum checksum : checksums) {
            array.addObject()
                    .put("algorithm", checksum.algorithm().name())
                    .put("value", checksum.value())
                    .put("type", checksum.type().name());
        }
        return array;
    }

    private static List<Checksum> checksums(JsonNode array) {
        List<Checksum> checksums = new ArrayList<>();
        for (JsonNode node : array) {
            checksums.add(new Checksum(
                    ChecksumAlgorithm.valueOf(node.path("algorithm").asText()),
                    node.path("value").asText(),
                    Checksum.Type.valueOf(node.path("type").asText())));
        }
        return checksums;
    }
}
