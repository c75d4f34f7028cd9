package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How long writes wait for another leader: whoever leads the log of the first group, and so of all where they share
 * one, is killed again and again while clients write. The gap of a round is the longest time in which one of the
 * clients, which ask whoever is left, had no write acknowledged. Measured by {@code ./dev failover}; here two rounds
 * are to show that nothing is lost.
 */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class FailoverTest {
    private static final int ROUNDS = Integer.getInteger("skerry.failover.rounds", 2);
    private static final int CLIENTS = Integer.getInteger("skerry.failover.clients", 8);
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("skerry.failover.idle", 5));
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("skerry.failover.away", 12));
    private static final Duration STEADY = Duration.ofSeconds(3);

    /** Far above what is promised: a machine that runs other tests beside may be slow. */
    private static final double MOST_SECONDS = 120;

    private static final String BUCKET = "failover";

    @Test
    void anotherNodeLeadsSoonAndNothingIsLost(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(lab, 3);
        ClusterLab.start(nodes);
        try (S3Client client = Sdk.retrying(nodes.getFirst())) {
            client.createBucket(b -> b.bucket(BUCKET));
        }
        List<String> lines = new ArrayList<>();
        nodes.forEach(node -> lines.add(idle(node)));

        List<Double> gaps = new ArrayList<>();
        try (SteadyWriters writers = new SteadyWriters(CLIENTS, nodes, BUCKET)) {
            for (int round = 0; round < ROUNDS; round++) {
                pause(STEADY);
                SkerryServer killed = LogLeader.of(nodes);
                long from = System.nanoTime();
                killed.kill();
                pause(AWAY);
                double gap = writers.longestGapSeconds(from, System.nanoTime());
                gaps.add(gap);
                killed.start();
                lines.add(String.format(
                        Locale.ROOT,
                        "round %d: %s killed, gap %.2f s; level and ready again %.1f s after its start",
                        round + 1,
                        killed.data().getFileName(),
                        gap,
                        killed.readyAfter().toMillis() / 1000.0));
            }
            pause(STEADY);
            writers.end();
            report(lines, gaps);
            writers.everythingIsListedBy(nodes);
        }
        assertThat(gaps).allSatisfy(gap -> assertThat(gap).isLessThan(MOST_SECONDS));
    }

    private static String idle(SkerryServer node) {
        Duration before = cpu(node);
        pause(IDLE);
        return String.format(
                Locale.ROOT,
                "%s idle: %.1f %% of a core, %d MiB",
                node.data().getFileName(),
                100 * seconds(cpu(node).minus(before).toNanos()) / seconds(IDLE.toNanos()),
                node.memoryKiB("VmRSS") / 1024);
    }

    private static Duration cpu(SkerryServer node) {
        return ProcessHandle.of(node.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    private static void report(List<String> lines, List<Double> gaps) throws IOException {
        List<Double> sorted = gaps.stream().sorted().toList();
        lines.add(String.format(
                Locale.ROOT,
                "gaps of %d rounds with %d clients: p50 %.2f s, p99 %.2f s, max %.2f s",
                sorted.size(),
                CLIENTS,
                sorted.get((sorted.size() - 1) / 2),
                sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1),
                sorted.getLast()));
        lines.forEach(line -> System.out.println("FailoverTest: " + line));
        Files.write(Path.of(System.getProperty("java.io.tmpdir"), "failover.txt"), lines);
    }

    private static void pause(Duration length) {
        try {
            TimeUnit.NANOSECONDS.sleep(length.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between rounds", e);
        }
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
