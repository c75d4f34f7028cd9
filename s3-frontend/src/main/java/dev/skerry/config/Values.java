package dev.skerry.config;

import java.util.List;
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
        List<String> above = List.of();
        for (Key<?> key : Keys.ALL) {
            List<String> words = List.of(key.name().split("\\.", -1));
            List<String> sections = words.subList(0, words.size() - 1);
            for (int depth = 0; depth < sections.size(); depth++) {
                if (above.size() <= depth || !above.subList(0, depth + 1).equals(sections.subList(0, depth + 1))) {
                    text.append("  ".repeat(depth)).append(sections.get(depth)).append(":\n");
                }
            }
            above = sections;
            ConfigNode node = given.get(key.name());
            text.append("  ".repeat(sections.size()))
                    .append(words.getLast())
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
