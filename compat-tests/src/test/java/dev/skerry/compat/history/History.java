package dev.skerry.compat.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The operations of a run, in memory by key and in a file as lines of JSON. May be used by many threads. */
public final class History implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<Operation>> byKey = new TreeMap<>(); // guarded by itself
    private final BufferedWriter file;

    public History(Path file) {
        try {
            this.file = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operations that a file holds, by key. */
    public static Map<String, List<Operation>> read(Path file) throws IOException {
        Map<String, List<Operation>> read = new TreeMap<>();
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                Operation operation = JSON.readValue(line, Operation.class);
                read.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
            }
        }
        return read;
    }

    /** One more operation. */
    public void add(Operation operation) {
        synchronized (byKey) {
            byKey.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
            try {
                file.write(JSON.writeValueAsString(operation));
                file.newLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The keys that begin so, in order. */
    public List<String> keys(String prefix) {
        synchronized (byKey) {
            return byKey.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
        }
    }

    /** What was asked of one key so far. */
    public List<Operation> of(String key) {
        synchronized (byKey) {
            return List.copyOf(byKey.getOrDefault(key, List.of()));
        }
    }

    /** Writes out what the file does not have yet. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
