package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command says how it is used, asked before or after its name. */
class HelpTest {
    private static final List<String> COMMANDS = List.of(
            "server",
            "credentials",
            "explain",
            "keys",
            "lifecycle",
            "status",
            "cluster",
            "migrate",
            "salvage",
            "config",
            "version");

    @Test
    void everyCommandSaysHowItIsUsed() {
        for (String command : COMMANDS) {
            Command after = Command.run(command, "--help");
            assertThat(after.exit()).as(after.text()).isZero();
            assertThat(after.text()).startsWith("Usage: skerry " + command);
            assertThat(Command.run("help", command).text()).isEqualTo(after.text());
        }
    }

    /** An option of a command may be in the way of those that all have. */
    @Test
    void everyStepOfAnUpgradeSaysHowItIsUsed() {
        for (String step : List.of("start", "drain", "resume", "finish")) {
            Command help = Command.run("cluster", "upgrade", step, "--help");
            assertThat(help.exit()).as(help.text()).isZero();
            assertThat(help.text()).startsWith("Usage: skerry cluster upgrade " + step);
        }
    }

    /** So none is left out above. */
    @Test
    void everyCommandIsNamedByTheHelp() {
        List<String> named = Command.run("--help").lines().stream()
                .dropWhile(line -> !line.startsWith("Commands:"))
                .skip(1)
                .filter(line -> line.matches(" {2}[a-z]+ .*"))
                .map(line -> line.strip().split(" ", 2)[0])
                .toList();
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(COMMANDS.stream(), Stream.of("help")).toList());
    }

    /** Where nothing was prepared yet, help does not wait for it. */
    @Test
    void helpOfTheServerPreparesNothing(@TempDir Path home) throws IOException {
        Path target = withoutCache(home);
        for (String option : List.of("--help", "-h")) {
            Command help = Command.runFrom(home, "server", "--listen", "127.0.0.1:0", option);
            assertThat(help.exit()).as(help.text()).isZero();
            assertThat(help.text()).startsWith("Usage: skerry server");
            try (Stream<Path> files = Files.list(target)) {
                assertThat(files.map(Path::toString)).noneMatch(name -> name.contains(".aot"));
            }
        }
    }

    /** The build that is there, as it is before the first start. */
    private static Path withoutCache(Path home) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.copy(SkerryServer.home().resolve("bin/skerry"), bin.resolve("skerry"));
        bin.resolve("skerry").toFile().setExecutable(true);
        Path target = Files.createDirectories(home.resolve("s3-frontend/target"));
        try (Stream<Path> built = Files.list(SkerryServer.home().resolve("s3-frontend/target"))) {
            for (Path file : built.toList()) {
                if (!file.getFileName().toString().contains(".aot")) {
                    Files.createSymbolicLink(target.resolve(file.getFileName()), file);
                }
            }
        }
        return target;
    }
}
