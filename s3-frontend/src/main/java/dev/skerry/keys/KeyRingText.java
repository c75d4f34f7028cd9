package dev.skerry.keys;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.keys.KeyRing.NamedKey;
import dev.skerry.keys.KeyRing.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key ring as its file holds it: JSON, with a seal over all of it under a key that is derived from the first version
 * of the master key. So a file that was damaged, or edited by whoever does not know the master secret, is not used.
 */
final class KeyRingText {
    private static final int FORMAT_VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private KeyRingText() {}

    /** A ring as bytes. */
    static byte[] write(KeyRing ring) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format_version", FORMAT_VERSION);
        ArrayNode keys = root.putArray("keys");
        for (NamedKey key : ring.keys().values()) {
            ObjectNode entry = keys.addObject().put("name", key.name()).put("enabled", key.enabled());
            ArrayNode versions = entry.putArray("versions");
            for (Version version : key.versions()) {
                versions.addObject()
                        .put("version", version.number())
                        .put("created_at", version.createdAt().toString())
                        .put("secret", Base64.getEncoder().encodeToString(version.secret()));
            }
        }
        root.put("seal", Base64.getEncoder().encodeToString(seal(ring)));
        return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The ring that bytes hold.
     *
     * @throws KeyRingException where they hold none, or another than was written
     */
    static KeyRing read(byte[] bytes) {
        JsonNode root = parse(bytes);
        if (root.path("format_version").asInt() != FORMAT_VERSION) {
            throw new KeyRingException("damaged: format_version " + root.path("format_version") + " (expected: "
                    + FORMAT_VERSION + "; a newer program wrote it, or it is no key ring)");
        }
        Map<String, NamedKey> keys = new HashMap<>();
        for (JsonNode entry : root.path("keys")) {
            NamedKey key = key(entry);
            if (keys.put(key.name(), key) != null) {
                throw new KeyRingException("damaged: two keys " + key.name());
            }
        }
        KeyRing ring = new KeyRing(keys);
        if (!MessageDigest.isEqual(seal(ring), base64(root.path("seal"), "seal"))) {
            throw new KeyRingException("damaged: its seal is not that of what it holds (expected: a file that nothing"
                    + " but skerry keys changed)");
        }
        return ring;
    }

    /** The parser's own words would show what stands in the file. */
    @SuppressWarnings("UnusedException")
    private static JsonNode parse(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new KeyRingException("damaged: no JSON from line "
                    + (e.getLocation() == null ? 0 : e.getLocation().getLineNr()) + " on");
        } catch (IOException e) {
            throw new KeyRingException("damaged: no JSON");
        }
    }

    private static NamedKey key(JsonNode entry) {
        List<Version> versions = new ArrayList<>();
        for (JsonNode version : entry.path("versions")) {
            versions.add(new Version(
                    version.path("version").asInt(),
                    instant(version.path("created_at").asText()),
                    base64(version.path("secret"), "secret")));
        }
        if (!entry.path("enabled").isBoolean()) {
            throw new KeyRingException("damaged: a key without enabled (expected: true or false)");
        }
        return new NamedKey(entry.path("name").asText(), entry.path("enabled").asBoolean(), versions);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new KeyRingException("damaged: a created_at that is no time", e);
        }
    }

    @SuppressWarnings("UnusedException") // its words would show a part of the secret
    private static byte[] base64(JsonNode node, String name) {
        try {
            return Base64.getDecoder().decode(node.asText());
        } catch (IllegalArgumentException e) {
            throw new KeyRingException("damaged: a " + name + " that is no Base64");
        }
    }

    private static byte[] seal(KeyRing ring) {
        Version first = ring.master().versions().getFirst();
        byte[] key =
                Derivation.key(first.secret(), new byte[0], "skerry key ring: seal".getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (NamedKey named : ring.keys().values()) {
                update(
                        mac,
                        named.name()
                                + '\n'
                                + named.enabled()
                                + '\n'
                                + named.versions().size()
                                + '\n');
                for (Version version : named.versions()) {
                    update(mac, version.createdAt().toString() + '\n');
                    mac.update(version.secret());
                }
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 (expected: every Java has it)", e);
        }
    }

    private static void update(Mac mac, String text) {
        mac.update(text.getBytes(StandardCharsets.UTF_8));
    }
}
