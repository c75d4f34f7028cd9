package dev.skerry.compat.faults;

import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/** What a library that is loaded into one server does to it: its fsync fails, its clock is wrong. */
final class Sabotage {
    private static final int FSYNC_FAILS = 0;
    private static final int CLOCK_AHEAD_SECONDS = 8;
    private static final int SIZE = 16;

    private final Path library;
    private final Path file;
    private final MappedByteBuffer control;

    private Sabotage(Path library, Path file) throws IOException {
        this.library = library;
        this.file = file;
        Files.write(file, new byte[SIZE]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            control = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
            control.order(ByteOrder.nativeOrder());
        }
    }

    /**
     * The means for one server; absent where no library can be built.
     *
     * @param folder a folder of the server's own, outside its data
     */
    static Optional<Sabotage> in(Path folder) {
        try {
            Files.createDirectories(folder);
            Path library = folder.resolve("libsabotage.so");
            int exit = new ProcessBuilder(
                            "cc",
                            "-O2",
                            "-shared",
                            "-fPIC",
                            "-o",
                            library.toString(),
                            SkerryServer.home()
                                    .resolve("compat-tests/src/test/c/sabotage.c")
                                    .toString(),
                            "-ldl")
                    .inheritIO()
                    .start()
                    .waitFor();
            return exit == 0 ? Optional.of(new Sabotage(library, folder.resolve("control"))) : Optional.empty();
        } catch (IOException noCompiler) {
            System.out.println("faults: no fsync failures and no wrong clocks here: " + noCompiler.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    /** The settings of a server that loads the library. */
    Settings loadedBy(Settings settings) {
        return settings.withEnvironment("LD_PRELOAD", library.toString())
                .withEnvironment("SABOTAGE_CONTROL", file.toString());
    }

    void fsyncFails(boolean fails) {
        control.putLong(FSYNC_FAILS, fails ? 1 : 0);
    }

    /** Sets the server's clock wrong by this much; by less than nothing to be late. */
    void clockAhead(Duration by) {
        control.putLong(CLOCK_AHEAD_SECONDS, by.toSeconds());
    }
}
