package dev.skerry.blob.part;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks a file system for its free space. */
@FunctionalInterface
public interface SpaceProbe {
    /** Asks the file system the folder is on. */
    SpaceProbe FILE_SYSTEM = folder -> {
        FileStore store = Files.getFileStore(folder);
        return new Space(store.getUsableSpace(), store.getTotalSpace());
    };

    /** The space of the file system {@code folder} is on. */
    Space space(Path folder) throws IOException;

    /** The bytes this process may still write, and all there are. */
    record Space(long usableBytes, long totalBytes) {}
}
