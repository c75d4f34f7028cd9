package dev.skerry.blob.part;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** What the part store does with folders. Nobody but the owner reads what is stored. */
final class Folders {
    private Folders() {}

    /**
     * Makes a folder and those above it, each entry durable. One that is there is left as it is. {@code root} itself is
     * never made: where it is missing a disk is not mounted, and the bytes would go to another.
     */
    static void createDurably(Path folder, Path root) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent == null || folder.equals(root)) {
            throw new NoSuchFileException(root.toString());
        }
        createDurably(parent, root);
        create(folder);
        sync(parent);
    }

    /** Makes a folder whose parent is there; one that is there is left as it is. */
    static void create(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, OwnerOnly.folder(folder));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    /** Makes a file that nobody made before, open for writing. */
    static FileChannel createFile(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file(file));
    }

    /** Makes the entries of a folder durable. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes a file durable; one that is gone needs nothing. */
    static void syncIfThere(Path file) throws IOException {
        try {
            sync(file);
        } catch (NoSuchFileException _) {
            // deleted since: there is nothing left to keep
        }
    }

    /** Deletes a folder and the files in it; what is not there is no failure. It holds no folders. */
    static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            return;
        }
        Files.deleteIfExists(folder);
    }
}
