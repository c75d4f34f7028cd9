package dev.skerry.blob.part;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a pass over much stands, as a few lines in a file, so that the next start goes on there. Nothing depends on it:
 * where it is lost, or is behind, the pass looks again at what it has seen. So it is replaced in one move and not
 * fsynced, and a disk that cannot take it stops nothing: that is logged. For one thread at a time.
 */
public final class PlaceFile {
    private static final Logger log = LoggerFactory.getLogger(PlaceFile.class);
    private static final int MAX_BYTES = 64 * 1024;

    private final Path file;
    private final String pass;

    /**
     * Opens nothing yet.
     *
     * @param file which need not be there; its folder is
     * @param pass what the log calls it
     */
    public PlaceFile(Path file, String pass) {
        this.file = file;
        this.pass = pass;
    }

    /**
     * Where the last pass broke off; empty where it did not, or where nobody can tell.
     *
     * @param parse makes a place of the lines; what it throws of an argument or an index says that they are none
     */
    public <T> Optional<T> read(Function<List<String>, T> parse) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            return Optional.of(parse.apply(Files.readAllLines(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            log.warn("the place of {} cannot be read, the pass begins anew, file={}", pass, file, e);
            return Optional.empty();
        }
    }

    /** Keeps a place. */
    public void keep(String... lines) {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            Files.newByteChannel(
                            temporary,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            OwnerOnly.file(temporary))
                    .close();
            Files.writeString(temporary, String.join("\n", lines) + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.warn("the place of {} cannot be kept, a restart would begin anew, file={}", pass, file, e);
        }
    }

    /** The pass is over. */
    public void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("the place of {} cannot be removed, file={}", pass, file, e);
        }
    }
}
