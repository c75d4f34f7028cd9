package dev.skerry.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.server.NodeFolder.Description;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The text of {@code node.json}. Read and written token by token: binding it would double the time this takes at start.
 */
final class NodeJson {
    private static final int FORMAT_VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private NodeJson() {}

    static byte[] write(Description description) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeNumberField("format_version", FORMAT_VERSION);
            json.writeStringField("node_id", description.nodeId());
            json.writeStringField("cluster_id", description.clusterId());
            json.writeNumberField("slots", description.slots());
            json.writeStringField("slot_hash", SlotHash.VERSION);
            json.writeNumberField("disk", description.disk());
            json.writeNumberField("disks", description.disks());
            if (description.formed()) {
                json.writeBooleanField("formed", true);
            }
            if (description.incarnation() > 0) {
                json.writeNumberField("incarnation", description.incarnation());
            }
            if (description.formerId() != null) {
                json.writeStringField("former_id", description.formerId());
            }
            json.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    /** Reads it; {@code file} is for messages. */
    static Description read(byte[] bytes, Path file) throws IOException {
        Map<String, String> fields = fields(bytes, file);
        expect(fields, "format_version", Integer.toString(FORMAT_VERSION), file);
        expect(fields, "slot_hash", SlotHash.VERSION, file);
        Description description = new Description(
                fields.getOrDefault("node_id", ""),
                fields.getOrDefault("cluster_id", ""),
                number(fields, "slots"),
                number(fields, "disk"),
                number(fields, "disks"),
                fields.getOrDefault("formed", "false").equals("true"),
                fields.containsKey("incarnation") ? number(fields, "incarnation") : 0,
                fields.get("former_id"));
        if (description.nodeId().isEmpty()
                || description.clusterId().isEmpty()
                || description.slots() < 1
                || description.incarnation() < 0
                || description.disk() < 0
                || description.disks() <= description.disk()) {
            throw new StartException(
                    file + ": damaged: " + fields + " (expected: node_id, cluster_id, slots, disk and disks)");
        }
        return description;
    }

    private static Map<String, String> fields(byte[] bytes, Path file) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new StartException(file + ": damaged: not an object");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                fields.put(name, json.getText());
                json.skipChildren();
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new StartException(file + ": damaged: " + e.getOriginalMessage(), e);
        }
    }

    private static void expect(Map<String, String> fields, String name, String expected, Path file) {
        String found = fields.getOrDefault(name, "missing");
        if (!found.equals(expected)) {
            throw new StartException(file + ": " + name + " " + found + " (expected: " + expected
                    + "; a newer program wrote it, or it is damaged)");
        }
    }

    private static int number(Map<String, String> fields, String name) {
        try {
            return Integer.parseInt(fields.getOrDefault(name, ""));
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
