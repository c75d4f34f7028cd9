package dev.skerry.config;

import dev.skerry.config.Settings.ConfiguredIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The shape of {@code identities}: a list of named values; in a variable it is YAML. */
final class Identities implements Shape<List<ConfiguredIdentity>> {
    /** What an access key looks like. */
    static final String ACCESS_KEY = "[A-Za-z0-9._@+=-]{3,128}";

    static final String ACCESS_KEY_FORM = "3 to 128 letters, digits or ._@+=-";
    static final String SECRET_KEY_FORM = "8 to 128 printable characters";

    private static final String ADMIN = "admin";
    private static final List<String> FIELDS =
            List.of("name", "display_name", "canonical_id", "email", "access_key", "secret_key", "policies");

    /** The id S3 shows for an identity that was given none: the same on every node and at every start. */
    static String canonicalId(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("skerry-identity:" + name).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public List<ConfiguredIdentity> read(ConfigNode node) throws BadValue {
        if (!(node instanceof ConfigNode.Sequence sequence)) {
            throw BadValue.of(node, "a list of identities");
        }
        List<ConfigNode> items = sequence.items();
        List<ConfiguredIdentity> identities = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            String below = "[" + i + "]";
            try {
                ConfiguredIdentity identity = identity(items.get(i));
                unique(taken, items.get(i), "name", identity.name());
                unique(taken, items.get(i), "access_key", identity.accessKey());
                unique(taken, items.get(i), "canonical_id", identity.canonicalId());
                identities.add(identity);
            } catch (BadValue bad) {
                throw bad.under(below);
            }
        }
        return List.copyOf(identities);
    }

    @Override
    public ConfigNode fromText(String text, String where) {
        return YamlFile.text(text, where);
    }

    @Override
    public String show(List<ConfiguredIdentity> value) {
        List<String> shown = new ArrayList<>();
        for (ConfiguredIdentity identity : value) {
            shown.add("{name: " + identity.name() + ", access_key: " + identity.accessKey()
                    + ", secret_key: \"********\", canonical_id: " + identity.canonicalId()
                    + (identity.admin() ? ", policies: [admin]" : "") + "}");
        }
        return "[" + String.join(", ", shown) + "]";
    }

    private static void unique(Set<String> taken, ConfigNode node, String field, String value) throws BadValue {
        if (!taken.add(field + "=" + value)) {
            throw BadValue.inside("." + field, node.where(), value + " is there twice (expected: one of each)");
        }
    }

    private static ConfiguredIdentity identity(ConfigNode node) throws BadValue {
        if (!(node instanceof ConfigNode.Mapping mapping)) {
            throw BadValue.of(node, "named values: " + String.join(", ", FIELDS));
        }
        Map<String, ConfigNode> fields = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
            if (!FIELDS.contains(entry.getKey())) {
                String meant = Nearest.to(entry.getKey(), FIELDS)
                        .map(field -> ", did you mean " + field + "?")
                        .orElse("");
                throw BadValue.inside(
                        "." + entry.getKey(),
                        entry.getValue().where(),
                        "unknown field" + meant + " (expected: " + String.join(", ", FIELDS) + ")");
            }
            if (!(entry.getValue() instanceof ConfigNode.Nothing)) {
                fields.put(entry.getKey(), entry.getValue());
            }
        }
        String where = node.where();
        String name = text(fields, "name", where, "a name", value -> value.matches("[^\\s,]{1,64}"), null);
        return new ConfiguredIdentity(
                name,
                text(fields, "display_name", where, "a text", value -> !value.isEmpty(), name),
                text(fields, "canonical_id", where, "a text", value -> value.matches("\\S{1,128}"), canonicalId(name)),
                text(fields, "email", where, "an address", value -> value.isEmpty() || value.contains("@"), ""),
                text(fields, "access_key", where, ACCESS_KEY_FORM, value -> value.matches(ACCESS_KEY), null),
                secret(fields, where),
                admin(fields));
    }

    private static String text(
            Map<String, ConfigNode> fields,
            String field,
            String where,
            String expected,
            Predicate<String> valid,
            @Nullable String fallback)
            throws BadValue {
        ConfigNode node = fields.get(field);
        if (node == null) {
            if (fallback == null) {
                throw BadValue.inside("." + field, where, "missing (expected: " + expected + ")");
            }
            return fallback;
        }
        try {
            return Shape.scalar(expected, value -> valid.test(value) ? Optional.of(value) : Optional.<String>empty())
                    .read(node);
        } catch (BadValue bad) {
            throw bad.under("." + field);
        }
    }

    private static String secret(Map<String, ConfigNode> fields, String where) throws BadValue {
        ConfigNode node = fields.get("secret_key");
        if (node == null) {
            throw BadValue.inside(".secret_key", where, "missing (expected: " + SECRET_KEY_FORM + ")");
        }
        if (node instanceof ConfigNode.Scalar scalar && scalar.text().matches("[\\x21-\\x7e]{8,128}")) {
            return scalar.text();
        }
        throw BadValue.inside(
                ".secret_key", node.where(), "a secret that is not shown (expected: " + SECRET_KEY_FORM + ")");
    }

    /** Policy documents come later; until then an identity owns its buckets, or is an administrator. */
    private static boolean admin(Map<String, ConfigNode> fields) throws BadValue {
        ConfigNode node = fields.get("policies");
        if (node == null) {
            return false;
        }
        try {
            List<String> policies =
                    Shape.list(Shape.text(ADMIN, ADMIN + ", or no policies")).read(node);
            return policies.contains(ADMIN);
        } catch (BadValue bad) {
            throw bad.under(".policies");
        }
    }
}
