package dev.skerry.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Reads YAML into {@link ConfigNode}s that remember their lines. */
final class YamlFile {
    private static final int MAX_DEPTH = 16;
    private static final long MAX_BYTES = 1L << 20;

    private final JsonParser parser;
    private final String name;
    private final boolean lines;

    private YamlFile(JsonParser parser, String name, boolean lines) {
        this.parser = parser;
        this.name = name;
        this.lines = lines;
    }

    /** The values of a file; an empty file has none. */
    static ConfigNode read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file + ": too large (expected: at most " + MAX_BYTES + " bytes)");
            }
            return parse(Files.readString(file), file.toString(), true);
        } catch (NoSuchFileException _) {
            throw new ConfigException(file + ": no such file");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage());
        }
    }

    /** The values of a text that is not a file: a variable or a flag. */
    static ConfigNode text(String text, String where) {
        return parse(text, where, false);
    }

    private static ConfigNode parse(String text, String name, boolean lines) {
        YAMLFactory factory = YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = factory.createParser(text)) {
            YamlFile reader = new YamlFile(parser, name, lines);
            if (parser.nextToken() == null) {
                return new ConfigNode.Nothing(name);
            }
            ConfigNode node = reader.node(0);
            if (parser.nextToken() != null) {
                throw new ConfigException(reader.where() + ": a second document (expected: one)");
            }
            return node;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null || !lines ? name : name + ":" + at.getLineNr();
            throw new ConfigException(where + ": not YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new ConfigException(name + ": cannot be read: " + e.getMessage());
        }
    }

    private ConfigNode node(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new ConfigException(where() + ": nested too deep (expected: at most " + MAX_DEPTH + " levels)");
        }
        String where = where();
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                LinkedHashMap<String, ConfigNode> entries = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    entries.put(key, node(depth + 1));
                }
                yield new ConfigNode.Mapping(entries, where);
            }
            case START_ARRAY -> {
                List<ConfigNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(node(depth + 1));
                }
                yield new ConfigNode.Sequence(items, where);
            }
            case VALUE_NULL -> new ConfigNode.Nothing(where);
            default -> new ConfigNode.Scalar(parser.getText(), where);
        };
    }

    private String where() {
        return lines ? name + ":" + parser.currentTokenLocation().getLineNr() : name;
    }
}
