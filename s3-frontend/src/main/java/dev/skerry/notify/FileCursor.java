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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cursor of a node that is alone: in memory and in a file. */
final class FileCursor implements Cursor {
    private static final Logger log = LoggerFactory.getLogger(FileCursor.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SEQUENCES = "sequences";
    private static final String CHECKSUM = "crc32c";

    private final Path file;
    private final SortedMap<Integer, Long> sequences = new ConcurrentSkipListMap<>();

    /** Guarded by this. */
    private Map<Integer, Long> saved = Map.of();

    FileCursor(Path file) {
        this.file = file;
    }

    @Override
    public synchronized void load() throws IOException {
        if (!Files.exists(file)) {
            return;
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
    }

    /** A cursor that is ahead of the log, as after a power cut that took events back, goes back to the log's end. */
    @Override
    public void begin(Map<Integer, Long> newest) {
        newest.forEach((slot, last) -> {
            Long told = sequences.get(slot);
            if (told != null && told > last) {
                log.warn(
                        "notifications: the cursor is ahead of the log and is set back file={} slot={} cursor={} log={}",
                        file.getFileName(),
                        slot,
                        told,
                        last);
            }
            if (told == null || told > last) {
                sequences.put(slot, last);
            }
        });
    }

    /** Nobody else told. */
    @Override
    public void takeOver(int slot) {}

    @Override
    public Optional<Long> of(int slot) {
        return Optional.ofNullable(sequences.get(slot));
    }

    @Override
    public void set(int slot, long sequence) {
        sequences.put(slot, sequence);
    }

    /** Writes the file where it is not what holds; written beside and moved into place. */
    @Override
    public synchronized void save() throws IOException {
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
