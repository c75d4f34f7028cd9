package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a slot out of service over restarts: a file {@code quarantined} in its folder. Its first line says why; a
 * second one, once a salvage has begun, names the folder that holds the damaged database. Not every reason needs it:
 * what every start finds by itself has none.
 *
 * @param reason why, on one line
 * @param salvage the folder beside it that the damaged database was moved to, or null
 */
record QuarantineMark(String reason, @Nullable String salvage) {
    static final String FILE_NAME = "quarantined";
    private static final int MAX_BYTES = 8192;

    QuarantineMark {
        reason = reason.lines().findFirst().orElse("");
    }

    /** The mark of a slot, where there is one. */
    static Optional<QuarantineMark> read(Path slotFolder) {
        Path file = slotFolder.resolve(FILE_NAME);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            try (var stream = Files.newInputStream(file)) {
                List<String> lines = new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                return Optional.of(new QuarantineMark(
                        lines.isEmpty() ? "no reason is given" : lines.getFirst(),
                        lines.size() < 2 ? null : lines.get(1)));
            }
        } catch (IOException e) {
            return Optional.of(new QuarantineMark(file + ": " + e, null));
        }
    }

    /** Leaves the mark, durably; one that is there is replaced. */
    void write(Path slotFolder) {
        Path file = slotFolder.resolve(FILE_NAME);
        Path temporary = slotFolder.resolve(FILE_NAME + ".tmp");
        String text = reason + "\n" + (salvage == null ? "" : salvage + "\n");
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    OwnerOnly.file(temporary))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(file + ": " + e), e);
        }
        DatabaseFile.syncFolder(slotFolder);
    }

    /** Takes the mark away, durably. */
    static void clear(Path slotFolder) {
        try {
            Files.deleteIfExists(slotFolder.resolve(FILE_NAME));
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(slotFolder + ": " + e), e);
        }
        DatabaseFile.syncFolder(slotFolder);
    }
}
