package dev.skerry.blob.part;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** Asks a file system for its free space. */
@FunctionalInterface
public interface SpaceProbe {
    /**
     * Asks the file system the folder is on. By the folder itself and not by its mount, which a process in a chroot or
     * a container may not see.
     */
    SpaceProbe FILE_SYSTEM = folder -> {
        File file = folder.toFile();
        long total = file.getTotalSpace();
        if (total == 0) {
            throw new IOException("free space of " + folder + " cannot be told");
        }
        return new Space(file.getUsableSpace(), total);
    };

    /** The space of the file system {@code folder} is on. */
    Space space(Path folder) throws IOException;

    /** The bytes this process may still write, and all there are. */
    record Space(long usableBytes, long totalBytes) {}
}
