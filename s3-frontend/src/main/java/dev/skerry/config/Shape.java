package dev.skerry.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the value of a key looks like.
 *
 * @param <T> as the program sees it
 */
interface Shape<T> {
    /** Reads a value. */
    T read(ConfigNode node) throws BadValue;

    /** The value of a variable or a flag, which are texts. */
    default ConfigNode fromText(String text, String where) {
        return new ConfigNode.Scalar(text, where);
    }

    /** A value as it would be written in a file. */
    default String show(T value) {
        return value.toString();
    }

    /** A shape of one text: {@code parse} gives nothing where the text is not one. */
    static <T> Shape<T> scalar(String expected, Function<String, Optional<T>> parse) {
        return node -> {
            if (node instanceof ConfigNode.Scalar scalar) {
                return parse.apply(scalar.text().strip()).orElseThrow(() -> BadValue.of(node, expected));
            }
            throw BadValue.of(node, expected);
        };
    }

    /** Any text that is not empty. */
    static Shape<String> text() {
        return scalar("a text", text -> text.isEmpty() ? Optional.empty() : Optional.of(text));
    }

    /** A text of a form. */
    static Shape<String> text(String pattern, String expected) {
        return scalar(expected, text -> text.matches(pattern) ? Optional.of(text) : Optional.empty());
    }

    /** A text of a form, or empty for not set. */
    static Shape<String> secret(String pattern, String expected) {
        return node -> {
            if (node instanceof ConfigNode.Scalar scalar) {
                String text = scalar.text();
                if (text.isEmpty() || text.matches(pattern)) {
                    return text;
                }
                throw BadValue.inside("", scalar.where(), "a secret that is not shown (expected: " + expected + ")");
            }
            throw BadValue.of(node, expected);
        };
    }

    /** {@code true} or {@code false}. */
    static Shape<Boolean> flag() {
        return scalar("true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> Optional.of(true);
            case "false", "no", "off" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** One of an enum's constants in lower case. */
    static <E extends Enum<E>> Shape<E> choice(Class<E> type) {
        String names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        Shape<E> scalar = scalar(
                "one of " + names,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> constant.name().equalsIgnoreCase(text))
                        .findFirst());
        return new Shape<>() {
            @Override
            public E read(ConfigNode node) throws BadValue {
                return scalar.read(node);
            }

            @Override
            public String show(E value) {
                return value.name().toLowerCase(Locale.ROOT);
            }
        };
    }

    /** A whole number within bounds. */
    static Shape<Integer> number(int minimum, int maximum) {
        return scalar("a whole number of " + minimum + ".." + maximum, text -> {
            try {
                int number = Integer.parseInt(text.replace("_", ""));
                return number < minimum || number > maximum ? Optional.empty() : Optional.of(number);
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        });
    }

    /** A size within bounds. */
    static Shape<ByteSize> size(ByteSize minimum, ByteSize maximum) {
        return scalar(
                "a size of " + minimum + ".." + maximum + " such as 64KiB",
                text -> ByteSize.parse(text)
                        .filter(size -> size.bytes() >= minimum.bytes() && size.bytes() <= maximum.bytes()));
    }

    /** A duration within bounds. */
    static Shape<Duration> duration(Duration minimum, Duration maximum) {
        String expected = "a duration of " + DurationText.show(minimum) + ".." + DurationText.show(maximum)
                + " such as 500ms, 30s, 15m, 24h or 7d";
        Shape<Duration> scalar = scalar(
                expected,
                text -> DurationText.parse(text)
                        .filter(duration -> duration.compareTo(minimum) >= 0 && duration.compareTo(maximum) <= 0));
        return new Shape<>() {
            @Override
            public Duration read(ConfigNode node) throws BadValue {
                return scalar.read(node);
            }

            @Override
            public String show(Duration value) {
                return DurationText.show(value);
            }
        };
    }

    /** Where to listen. */
    static Shape<HostPort> hostPort() {
        return scalar("HOST:PORT with a port of 0..65535", HostPort::parse);
    }

    private static boolean isWord(ConfigNode node, String word) {
        return node instanceof ConfigNode.Scalar scalar && scalar.text().strip().equalsIgnoreCase(word);
    }

    /** Another shape, or {@code off}. */
    static <T> Shape<Optional<T>> orOff(Shape<T> shape) {
        return new Shape<>() {
            @Override
            public Optional<T> read(ConfigNode node) throws BadValue {
                if (isWord(node, "off") || isWord(node, "false")) {
                    return Optional.empty();
                }
                return Optional.of(shape.read(node));
            }

            @Override
            public String show(Optional<T> value) {
                return value.map(shape::show).orElse("off");
            }
        };
    }

    /** Another shape, or {@code auto} for what circumstances say. */
    static <T> Shape<Optional<T>> orAuto(Shape<T> shape) {
        return new Shape<>() {
            @Override
            public Optional<T> read(ConfigNode node) throws BadValue {
                if (isWord(node, "auto")) {
                    return Optional.empty();
                }
                return Optional.of(shape.read(node));
            }

            @Override
            public String show(Optional<T> value) {
                return value.map(shape::show).orElse("auto");
            }
        };
    }

    /** Where something answers over HTTP. */
    static Shape<URI> url() {
        return scalar("http://HOST:PORT or https://HOST:PORT", text -> {
            try {
                URI url = new URI(text);
                boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
                boolean plain = url.getHost() != null
                        && url.getRawUserInfo() == null
                        && url.getRawQuery() == null
                        && url.getRawFragment() == null;
                return http && plain ? Optional.of(url) : Optional.empty();
            } catch (URISyntaxException _) {
                return Optional.empty();
            }
        });
    }

    /** A folder or file. */
    static Shape<Path> path() {
        return scalar("a path", text -> {
            try {
                return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
            } catch (InvalidPathException _) {
                return Optional.empty();
            }
        });
    }

    /** Several of another shape; in a text they are separated by commas. */
    static <T> Shape<List<T>> list(Shape<T> item) {
        return new Shape<>() {
            @Override
            public List<T> read(ConfigNode node) throws BadValue {
                List<ConfigNode> nodes =
                        node instanceof ConfigNode.Sequence sequence ? sequence.items() : List.of(node);
                List<T> values = new ArrayList<>();
                for (int i = 0; i < nodes.size(); i++) {
                    try {
                        values.add(item.read(nodes.get(i)));
                    } catch (BadValue bad) {
                        throw nodes.size() == 1 ? bad : bad.under("[" + i + "]");
                    }
                }
                return List.copyOf(values);
            }

            @Override
            public ConfigNode fromText(String text, String where) {
                return new ConfigNode.Sequence(
                        Arrays.stream(text.split(",", -1))
                                .map(String::strip)
                                .filter(part -> !part.isEmpty())
                                .<ConfigNode>map(part -> new ConfigNode.Scalar(part, where))
                                .toList(),
                        where);
            }

            @Override
            public String show(List<T> value) {
                return value.stream().map(item::show).collect(Collectors.joining(", ", "[", "]"));
            }
        };
    }
}
