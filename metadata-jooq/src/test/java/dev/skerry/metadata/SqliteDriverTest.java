package dev.skerry.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDriverTest {
    @TempDir
    private Path folder;

    /** A process of its own, because the driver loads once, and killed, because an orderly end would hide it. */
    @Test
    void aKilledProcessLeavesNoCopyOfTheLibrary() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Killed.class.getName(),
                        folder.resolve("slots").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("output"))).contains("opened");
        assertThat(names(temporary)).isEmpty();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    // the JVM's own, for jps
                    .filter(name -> !name.startsWith("hsperfdata"))
                    .toList();
        }
    }

    /** Opens a database and is gone without a farewell. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) {
            Path slots = Path.of(arguments[0]);
            SlotDatabases.open(slots, 1, Thread::new, java.time.InstantSource.system());
            System.out.println("opened");
            System.out.flush();
            Runtime.getRuntime().halt(137);
        }
    }
}
