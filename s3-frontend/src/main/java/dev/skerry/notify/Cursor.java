package dev.skerry.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;

/**
 * How far a target has been told: the last sequence of each slot's log, in memory and in a file. The file may lag, so
 * that after a crash events are told again; it is never ahead. Sequences are set by one thread for each slot; the file
 * is written by one thread at a time.
 */
final class Cursor {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SEQUENCES = "sequences";
    private static final String CHECKSUM = "crc32c";

    private final Path file;
    private final SortedMap<Integer, Long> sequences = new ConcurrentSkipListMap<>();

    /** Guarded by this. */
    private Map<Integer, Long> saved = Map.of();

    Cursor(Path file) {
        this.file = file;
    }

    /**
     * Takes up where the file says; false where there is none.
     *
     * @throws IOException where it cannot be read, or is not what was written
     */
    synchronized boolean load() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        JsonNode document = JSON.readTree(Files.readAllBytes(file));
        JsonNode kept = document.path(SEQUENCES);
        if (!kept.isObject() || document.path(CHECKSUM).asLong(-1) != checksum(kept.toString())) {
            throw new IOException(file + " is damaged");
        }
        kept.properties()
                .forEach(entry -> sequences.put(
                        Integer.valueOf(entry.getKey()), entry.getValue().asLong()));
        saved = new TreeMap<>(sequences);
        return true;
    }

    /** The last sequence told of a slot; empty where nothing is known of it. */
    Optional<Long> of(int slot) {
        return Optional.ofNullable(sequences.get(slot));
    }

    void set(int slot, long sequence) {
        sequences.put(slot, sequence);
    }

    /** Writes the file where it is not what holds; written beside and moved into place. */
    synchronized void save() throws IOException {
        Map<Integer, Long> now = new TreeMap<>(sequences);
        if (now.equals(saved)) {
            return;
        }
        ObjectNode kept = JSON.createObjectNode();
        now.forEach((slot, sequence) -> kept.put(Integer.toString(slot), sequence));
        ObjectNode document = JSON.createObjectNode();
        document.set(SEQUENCES, kept);
        document.put(CHECKSUM, checksum(kept.toString()));
        write(bytes(document));
        saved = now;
    }

    private static byte[] bytes(JsonNode document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of plain values can be written", impossible);
        }
    }

    private void write(byte[] bytes) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("cursor: " + file + " (expected: a file in a folder)");
        }
        Files.createDirectories(folder, OwnerOnly.folder(folder));
        Path temporary = folder.resolve(file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                OwnerOnly.file(temporary))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static long checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
