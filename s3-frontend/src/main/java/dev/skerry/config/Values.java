package dev.skerry.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The value of every key. */
final class Values {
    private static final String HIDDEN = "\"********\"";

    private final Map<String, Object> byName;

    Values(Map<String, Object> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** The value of a key; each was put there by the key's own shape. */
    @SuppressWarnings("unchecked")
    <T> T get(Key<T> key) {
        Object value = byName.get(key.name());
        if (value == null) {
            throw new IllegalStateException(key.name() + ": no value (expected: one for every key)");
        }
        return (T) value;
    }

    /** YAML with every key, its value and where it comes from; secrets are hidden. */
    String shown(Map<String, ConfigNode> given) {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (Key<?> key : Keys.ALL) {
            int dot = key.name().indexOf('.');
            String keySection = dot < 0 ? "" : key.name().substring(0, dot);
            if (!keySection.equals(section)) {
                text.append(keySection).append(":\n");
                section = keySection;
            }
            ConfigNode node = given.get(key.name());
            text.append(dot < 0 ? "" : "  ")
                    .append(key.name().substring(dot + 1))
                    .append(": ")
                    .append(shownValue(key, node))
                    .append("  # ")
                    .append(node == null ? "default" : node.where())
                    .append('\n');
        }
        return text.toString();
    }

    private <T> String shownValue(Key<T> key, @Nullable ConfigNode node) {
        String value = key.shape().show(get(key));
        if (key.secret() && !(key.shape() instanceof Identities)) {
            return node == null ? (value.isEmpty() ? "\"\"" : value) : HIDDEN;
        }
        return value.isEmpty() ? "\"\"" : value;
    }
}
