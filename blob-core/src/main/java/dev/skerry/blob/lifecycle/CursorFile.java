package dev.skerry.blob.lifecycle;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a pass stands, in a file, so that the next start goes on there. Nothing depends on it: where it is lost, or is
 * behind, the pass looks again at what it has seen. So it is replaced in one move and not fsynced, and a disk that
 * cannot take it stops nothing. For one thread at a time.
 */
public final class CursorFile {
    private static final Logger log = LoggerFactory.getLogger(CursorFile.class);
    private static final int MAX_BYTES = 8 * 1024;

    private final Path file;

    /** The file, which need not be there; its folder is. */
    public CursorFile(Path file) {
        this.file = file;
    }

    /**
     * Where a pass stands: the buckets before this one are done, and in it all keys up to {@code key}.
     *
     * @param bucket by its name
     * @param created which bucket of that name, by the packed time of its creation
     * @param key as raw bytes; empty for none yet
     */
    record Place(String bucket, long created, byte[] key) {
        static Place in(Bucket bucket, byte[] key) {
            return new Place(bucket.name(), bucket.created().packed(), key);
        }

        boolean isIn(Bucket other) {
            return bucket.equals(other.name()) && created == other.created().packed();
        }
    }

    /** Where the last pass broke off; empty where it did not, or where nobody can tell. */
    Optional<Place> read() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            return Optional.of(new Place(
                    lines.get(0),
                    Long.parseLong(lines.get(1)),
                    Base64.getUrlDecoder().decode(lines.get(2))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            log.warn("the place of lifecycle cannot be read, the pass begins anew, file={}", file, e);
            return Optional.empty();
        }
    }

    /** Keeps a place. */
    void keep(Place place) {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        String text = place.bucket()
                + '\n'
                + place.created()
                + '\n'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(place.key())
                + '\n';
        try {
            Files.deleteIfExists(temporary);
            Files.newByteChannel(
                            temporary,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            OwnerOnly.file(temporary))
                    .close();
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.warn("the place of lifecycle cannot be kept, a restart would begin anew, file={}", file, e);
        }
    }

    /** The pass is over. */
    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("the place of lifecycle cannot be removed, file={}", file, e);
        }
    }
}
