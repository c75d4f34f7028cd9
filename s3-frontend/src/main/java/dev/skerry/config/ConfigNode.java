package dev.skerry.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** One value as it was given, and where it stood. */
sealed interface ConfigNode {
    /** The place for messages: {@code file:line}, a variable or a flag. */
    String where();

    /** A text. */
    record Scalar(String text, String where) implements ConfigNode {}

    /** A key without a value: as if it were not there. */
    record Nothing(String where) implements ConfigNode {}

    /** Several values. */
    record Sequence(List<ConfigNode> items, String where) implements ConfigNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** Values by name, in order. */
    record Mapping(SequencedMap<String, ConfigNode> entries, String where) implements ConfigNode {
        static Mapping of(Map<String, ConfigNode> entries, String where) {
            return new Mapping(new LinkedHashMap<>(entries), where);
        }
    }

    /** Short text of a value, for messages. */
    default String shown() {
        return switch (this) {
            case Scalar scalar -> scalar.text.isEmpty() ? "empty" : scalar.text;
            case Nothing _ -> "nothing";
            case Sequence _ -> "a list";
            case Mapping _ -> "named values";
        };
    }
}
