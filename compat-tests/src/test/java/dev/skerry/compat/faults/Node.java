package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.MetricsPage;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server under test.
 *
 * @param name what it is called in histories and faults
 * @param server its process
 * @param url where clients reach it, over their link
 * @param means how its machine can be made to fail
 */
record Node(String name, SkerryServer server, URI url, Means means) {
    private static final Duration LEVEL_WITHIN = Duration.ofMinutes(3);

    /** Clients go on writing meanwhile. */
    private static final double LEVEL_SECONDS = 5;

    /**
     * What the machine that the tests run on allows.
     *
     * @param disk where its data is, if that can be filled
     * @param sabotage what the process has loaded
     */
    record Means(@Nullable SmallDisk disk, @Nullable Sabotage sabotage) {}

    /** Waits until it is as it was before a fault: ready, level with all its logs, and sure of its votes. */
    void awaitLevel() throws Throwable {
        Eventually.holds(LEVEL_WITHIN, () -> {
            URI ready = server.s3().resolve("/_/health/ready");
            assertThat(Wire.exchange(ready, WireRequest.of("GET", ready, ready.getPath()))
                            .status())
                    .as("readiness of %s", name)
                    .isEqualTo(200);
            // no number where a log is not open
            assertThat(MetricsPage.of(server).sum("skerry_log_lag_seconds"))
                    .as("seconds that the logs of %s are behind", name)
                    .isLessThan(LEVEL_SECONDS);
            assertThat(forgottenVotes())
                    .as("%s would not know them after a restart", name)
                    .isEmpty();
        });
    }

    private List<Path> forgottenVotes() throws IOException {
        Path logs = server.data().resolve("raft");
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> groups = Files.list(logs)) {
            return groups.map(group -> group.resolve("current").resolve("raft-meta"))
                    .filter(votes -> Files.exists(votes) && votes.toFile().length() == 0)
                    .toList();
        }
    }

    /** Sends the process a signal, such as {@code STOP}. */
    void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " of " + name + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " was sent " + signal, e);
        }
    }
}
