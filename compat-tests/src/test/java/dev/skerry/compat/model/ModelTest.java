package dev.skerry.compat.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TLC looks at every state of the model: with all its rules nothing goes wrong, and without any one of them something
 * does.
 */
class ModelTest {
    private static final int MINUTES = 10;

    @TempDir
    private Path folder;

    /**
     * What TLC said.
     *
     * @param exit 0 where every state is right
     * @param output all of it
     */
    private record Checked(int exit, String output) {}

    @Test
    void nothingGoesWrongWhileReadersAsk() throws Exception {
        holds("{r}", false);
    }

    @Test
    void nothingGoesWrongWhenADiskIsLost() throws Exception {
        holds("{}", true);
    }

    private void holds(String readers, boolean diskLoss) throws Exception {
        Checked checked = check(readers, diskLoss, "nothing");
        assertThat(checked.output).contains("No error has been found").contains(" 0 states left on queue");
        assertThat(checked.exit).as(checked.output).isZero();
    }

    @Test
    void everyRuleIsNeeded() throws Exception {
        Map<String, String> broken = Map.of(
                "one replica is enough", "NothingAcknowledgedIsLost",
                "conditions are looked at before the log", "OneWinner",
                "silence counts as a refusal", "NothingUncommittedShows",
                "collection asks its own replica", "NothingAcknowledgedIsLost",
                "collection has no grace", "NothingAcknowledgedIsLost",
                "reads ask no leader", "GenerationsRise");
        for (Map.Entry<String, String> rule : broken.entrySet()) {
            Checked checked = check("{r}", true, rule.getKey());
            assertThat(checked.output).as(rule.getKey()).contains("Invariant " + rule.getValue() + " is violated");
            assertThat(checked.exit).isNotZero();
        }
    }

    private Checked check(String readers, boolean diskLoss, String broken) throws IOException, InterruptedException {
        // TLC looks for what it reads beside the model
        Files.copy(
                SkerryServer.home().resolve("docs/model/TwoPhaseWrite.tla"),
                folder.resolve("TwoPhaseWrite.tla"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve("model.cfg"), """
                SPECIFICATION Spec
                INVARIANTS GenerationsRise NothingUncommittedShows NothingAcknowledgedIsLost OneWinner
                SYMMETRY Alike
                CHECK_DEADLOCK FALSE
                CONSTANTS
                  Nodes = {a, b, c}
                  Writes = {v, w}
                  Reads = %s
                  DiskLoss = %s
                  None = none
                  Broken = "%s"
                """.formatted(readers, diskLoss ? "TRUE" : "FALSE", broken));
        Path output = folder.resolve("output");
        Process tlc = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseParallelGC",
                        "-Xmx1g",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        jar().toString(),
                        "tlc2.TLC",
                        "-workers",
                        "auto",
                        "-metadir",
                        folder.resolve("states").toString(),
                        "-config",
                        "model.cfg",
                        "TwoPhaseWrite.tla")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(tlc.waitFor(MINUTES, TimeUnit.MINUTES)).as("TLC ends").isTrue();
            return new Checked(tlc.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            tlc.destroyForcibly();
        }
    }

    private static Path jar() {
        try {
            return Path.of(Class.forName("tlc2.TLC")
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (ReflectiveOperationException | URISyntaxException e) {
            throw new IllegalStateException("TLC is not on the class path", e);
        }
    }
}
