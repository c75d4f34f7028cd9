package dev.skerry.cluster.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's record as JSON, as registries keep it. */
final class RecordJson {
    private static final Logger log = LoggerFactory.getLogger(RecordJson.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_BYTES = 4096;

    private RecordJson() {}

    static byte[] write(NodeRecord node) {
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("id", node.id().value())
                    .put("address", node.address())
                    .put("zone", node.zone())
                    .put("weight", node.weight())
                    .put("cluster_id", node.clusterId()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree without cycles can be written", e);
        }
    }

    /** Reads one; empty where it is none, which others may have written. */
    static Optional<NodeRecord> read(byte[] bytes) {
        try {
            JsonNode root = bytes.length > MAX_BYTES ? JSON.missingNode() : JSON.readTree(bytes);
            String id = root.path("id").asText("");
            String address = root.path("address").asText("");
            if (id.isEmpty() || address.isEmpty() || !root.path("weight").isInt()) {
                log.debug("no record of a node bytes={}", bytes.length);
                return Optional.empty();
            }
            return Optional.of(new NodeRecord(
                    new NodeId(id),
                    address,
                    root.path("zone").asText(""),
                    root.path("weight").intValue(),
                    root.path("cluster_id").asText("")));
        } catch (IOException | IllegalArgumentException e) {
            log.debug("no record of a node bytes={}", bytes.length, e);
            return Optional.empty();
        }
    }

    static List<NodeRecord> readAll(Stream<byte[]> records) {
        return records.flatMap(bytes -> read(bytes).stream())
                .sorted(Comparator.comparing(node -> node.id().value()))
                .toList();
    }

    static byte[] checkedDocument(byte[] document) {
        if (document.length > Registry.MAX_DOCUMENT_BYTES) {
            throw new IllegalArgumentException(
                    "document: " + document.length + " bytes (expected: at most " + Registry.MAX_DOCUMENT_BYTES + ")");
        }
        return document;
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
