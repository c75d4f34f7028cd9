package dev.skerry.cluster.raft;

import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/**
 * The files that a group's log is written to at present. After an fsync that failed the system may show what it never
 * wrote, and call it written the next time it is asked (Rebello et al., "Can Applications Recover from fsync
 * Failures?"): so their bytes are written once more, to other files, before anything comes after them.
 */
final class OpenSegments {
    private static final String COPY = "segment.copy";

    private OpenSegments() {}

    /**
     * Writes the open files of a log anew, durably, without what was never written whole; blocks. The log must not be
     * in use.
     *
     * @param folder the group's; nothing is done where it has no log
     * @throws IOException if the disk still fails; each file is the old one or the new one
     */
    static void rewrite(Path folder) throws IOException {
        LogFile.settle(folder);
        List<LogFile> open = LogFile.of(folder).stream().filter(LogFile::isOpen).toList();
        if (open.isEmpty()) {
            return;
        }
        for (LogFile segment : open) {
            Path copy = folder.resolve(COPY);
            Files.deleteIfExists(copy);
            try (FileChannel from = FileChannel.open(segment.path(), StandardOpenOption.READ);
                    FileChannel to = FileChannel.open(
                            copy,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            OwnerOnly.file(copy))) {
                long length = from.size();
                for (long at = 0; at < length; ) {
                    at += from.transferTo(at, length - at, to);
                }
                to.force(true);
            }
            Files.move(copy, segment.path(), StandardCopyOption.ATOMIC_MOVE);
        }
        try (FileChannel names = FileChannel.open(folder.resolve("current"), StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
