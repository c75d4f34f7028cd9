package dev.skerry.compat.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server's data folder as {@code find} sees it. */
public final class DataFolder {
    private static final Pattern LAYOUT = Pattern.compile("node\\.json"
            + "|catalog\\.sqlite3(-wal|-shm)?"
            + "|scrub\\.place(\\.new)?"
            + "|slots/\\d+/meta\\.sqlite3(-wal|-shm)?"
            + "|slots/\\d+/blobs/[0-9A-HJKMNP-TV-Z]{26}/part\\.\\d{8}\\.[0-9a-f]{64}");
    private static final String PART = ".*/blobs/[^/]+/part\\.\\d{8}\\.[0-9a-f]{64}";

    private final Path top;

    public DataFolder(Path top) {
        this.top = top;
    }

    /** Files that the design's layout does not know. */
    public List<String> strangers() {
        return files().map(file -> top.relativize(file).toString())
                .filter(name -> !LAYOUT.matcher(name).matches())
                .sorted()
                .toList();
    }

    /** The part files. */
    public List<Path> parts() {
        return files().filter(file -> file.toString().matches(PART)).sorted().toList();
    }

    /** The SHA-256 in each part file's name, sorted. */
    public List<String> partHashes() {
        return parts().stream().map(DataFolder::hashInName).sorted().toList();
    }

    /** The SHA-256 that the name of a part file claims. */
    public static String hashInName(Path part) {
        String name = part.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Everything of a node that does not run, as it is, in a new folder. */
    public void copyTo(Path target) throws IOException {
        for (Path file : files().toList()) {
            Path copy = target.resolve(top.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    /** What a server of these slots keeps its rows in: {@code meta.sqlite3} and what lies beside it while it runs. */
    public List<Path> slotFiles() {
        return files().filter(file -> file.toString().matches(".*/slots/\\d+/meta\\.sqlite3(-wal|-shm)?"))
                .sorted()
                .toList();
    }

    /** Databases: one for each slot, and the catalog. */
    public List<Path> databases() {
        return files().filter(file -> file.toString().endsWith(".sqlite3"))
                .sorted()
                .toList();
    }

    private Stream<Path> files() {
        try (Stream<Path> all = Files.find(top, 10, (_, attributes) -> attributes.isRegularFile())) {
            return all.toList().stream();
        } catch (IOException | UncheckedIOException e) {
            // a folder went away while it was walked: collection is at work, so look again
            return Files.isDirectory(top) ? files() : Stream.empty();
        }
    }
}
