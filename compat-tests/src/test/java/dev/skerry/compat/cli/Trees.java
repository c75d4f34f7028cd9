package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Folders to send there and back. */
final class Trees {
    private Trees() {}

    /** A few hundred real files of a JDK, its large image left out, and names that trip clients. */
    static Path jdk(Path target) throws IOException {
        Path jdk = Path.of(System.getProperty("java.home"));
        try (Stream<Path> all = Files.walk(jdk)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (Files.size(file) < 30_000_000 && !Files.isSymbolicLink(file)) {
                    Path copy = target.resolve(jdk.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        Path odd = Files.createDirectories(target.resolve("odd names"));
        for (String name :
                new String[] {"a b", "a+b", "a%20b", "é", "日本語", "a&b=c", "#1", "q?x", "(x)", "'s'", "a;b", "~t"}) {
            Files.writeString(odd.resolve(name), name);
        }
        Files.write(odd.resolve("empty"), new byte[0]);
        Files.write(odd.resolve("twenty megabytes"), Bytes.of(20, 20_000_000));
        return target;
    }

    /** {@code diff -r} finds nothing. */
    static void assertSame(Path one, Path other) throws IOException, InterruptedException {
        Process diff = new ProcessBuilder("diff", "-r", one.toString(), other.toString())
                .redirectErrorStream(true)
                .start();
        String differences = new String(diff.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(diff.waitFor()).as(differences).isZero();
    }
}
