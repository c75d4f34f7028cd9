package dev.skerry.blob.part;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The permissions of everything that is made on disk: nobody but the user who runs the server reads it. Where a file
 * system has no such permissions there are no attributes to set.
 */
public final class OwnerOnly {
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER = attribute("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> FILE = attribute("rw-------");

    private OwnerOnly() {}

    /** What to make a folder at {@code path} with; what is there already stays as it is. */
    public static FileAttribute<?>[] folder(Path path) {
        return supported(path) ? new FileAttribute<?>[] {FOLDER} : new FileAttribute<?>[0];
    }

    /** What to make a file at {@code path} with; what is there already stays as it is. */
    public static FileAttribute<?>[] file(Path path) {
        return supported(path) ? new FileAttribute<?>[] {FILE} : new FileAttribute<?>[0];
    }

    private static boolean supported(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<Set<PosixFilePermission>> attribute(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
