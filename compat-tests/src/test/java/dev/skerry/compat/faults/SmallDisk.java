package dev.skerry.compat.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file system of its own for one server, which can be filled up. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK_BYTES = 16 * 1024;

    private final Path mount;

    private SmallDisk(Path mount) {
        this.mount = mount;
    }

    /** Mounted on this folder; absent where mounting is not allowed. */
    static Optional<SmallDisk> on(Path mount, String size) {
        try {
            Files.createDirectories(mount);
            if (run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", mount.toString()) != 0) {
                System.out.println("faults: no full disks here, for mounting is not allowed");
                return Optional.empty();
            }
            return Optional.of(new SmallDisk(mount));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes all the room there is, while the server may be taking it too. */
    void fill() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        try (FileChannel ballast = FileChannel.open(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                ballast.write(block.clear());
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Gives it back. */
    void relieve() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return mount.resolve("ballast");
    }

    /** The server has to be down. */
    @Override
    public void close() {
        try {
            if (run("umount", "-l", mount.toString()) != 0) {
                throw new IOException("could not unmount " + mount);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
