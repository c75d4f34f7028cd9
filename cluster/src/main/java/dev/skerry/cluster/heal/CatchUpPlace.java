package dev.skerry.cluster.heal;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where catch-up stands, in a file, so that the next start goes on there. Nothing depends on it: where it is lost, or
 * is behind, a pass looks again at what it has seen. For one thread at a time.
 */
public final class CatchUpPlace {
    private static final Logger log = LoggerFactory.getLogger(CatchUpPlace.class);
    private static final int MAX_BYTES = 1024;

    private final Path file;

    /** The file, which need not be there; its folder is. */
    public CatchUpPlace(Path file) {
        this.file = file;
    }

    /** The slots before this one are done, and in it all generations up to {@code after}. */
    record Place(SlotId slot, BlobId after) {}

    Optional<Place> read() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(file);
            return Optional.of(new Place(new SlotId(Integer.parseInt(lines.get(0))), new BlobId(lines.get(1))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            log.warn("the place of catch-up cannot be read, the pass begins anew, file={}", file, e);
            return Optional.empty();
        }
    }

    void keep(Place place) {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            Files.newByteChannel(
                            temporary,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            OwnerOnly.file(temporary))
                    .close();
            Files.writeString(temporary, place.slot().value() + "\n" + place.after() + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.warn("the place of catch-up cannot be kept, a restart would begin anew, file={}", file, e);
        }
    }

    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("the place of catch-up cannot be removed, file={}", file, e);
        }
    }
}
