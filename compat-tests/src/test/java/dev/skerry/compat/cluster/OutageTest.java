package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.operate.MetricsPage;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How long a node that was away takes until it is as good as the others: it leads and serves, it has applied what the
 * others have, it has every part, and its digests are theirs. Then the same for one that comes back with nothing.
 * Measured by {@code ./dev outage}; here a short outage is to show that it gets there.
 */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class OutageTest {
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("skerry.outage.seconds", 10));
    private static final int CLIENTS = Integer.getInteger("skerry.outage.clients", 8);
    private static final Duration WHOLE = Duration.ofMinutes(Integer.getInteger("skerry.outage.patience", 5));
    private static final String BUCKET = "outage";
    private static final int SMALL = 4 * 1024;
    private static final int LARGE = 1024 * 1024;

    /** Of so many objects one is large. */
    private static final int ONE_IN = 16;

    /** Between two looks at all folders of a node, which is at work meanwhile. */
    private static final Duration BETWEEN_WALKS = Duration.ofMillis(500);

    @Test
    void whoWasAwayIsWholeAgain(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(lab, 3);
        ClusterLab.start(nodes);
        try (S3Client client = Sdk.retrying(nodes.getFirst())) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        List<String> lines = new ArrayList<>();
        SkerryServer away = nodes.getLast();
        List<SkerryServer> others = nodes.subList(0, 2);
        away.kill();
        lines.add(written(others));
        lines.add("back: " + whole(away, others.getFirst()));
        away.kill();
        ServerLab.deleteTree(away.data());
        lines.add("back with nothing: " + whole(away, others.getFirst()));
        lines.forEach(line -> System.out.println("OutageTest: " + line));
    }

    private static String written(List<SkerryServer> nodes) throws Exception {
        AtomicLong objects = new AtomicLong();
        AtomicLong bytes = new AtomicLong();
        long until = System.nanoTime() + AWAY.toNanos();
        List<Callable<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            clients.add(() -> {
                Random random = new Random(number);
                try (S3Client client = Sdk.retrying(nodes.get(number % nodes.size()))) {
                    for (int at = 0; System.nanoTime() - until < 0; at++) {
                        String key = number + "/" + at;
                        byte[] body = new byte[at % ONE_IN == 0 ? LARGE : SMALL];
                        random.nextBytes(body);
                        client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(body));
                        objects.incrementAndGet();
                        bytes.addAndGet(body.length);
                    }
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
        }
        assertThat(objects).hasPositiveValue();
        return String.format(
                Locale.ROOT,
                "away for %d s, in which %d objects of %d MiB were written",
                AWAY.toSeconds(),
                objects.get(),
                bytes.get() / LARGE);
    }

    private static String whole(SkerryServer back, SkerryServer other) throws Throwable {
        long from = System.nanoTime();
        back.start();
        double ready = seconds(from);
        Eventually.holds(
                WHOLE,
                () -> assertThat(MetricsPage.of(back).sum("skerry_log_lag_commands"))
                        .isZero());
        double level = seconds(from);
        Set<Path> parts = parts(other.data());
        assertThat(parts).isNotEmpty();
        awaitParts(back, parts, other);
        double complete = seconds(from);
        Eventually.holds(WHOLE, () -> {
            Command compared = ClusterCommand.run(back, "verify");
            assertThat(compared.exit()).as(compared.text()).isZero();
        });
        return String.format(
                Locale.ROOT,
                "serves after %.1f s, has applied all after %.1f s, has all of %d parts after %.1f s,"
                        + " and was compared after %.1f s",
                ready,
                level,
                parts.size(),
                complete,
                seconds(from));
    }

    /** Says how many are missing, and not which: there may be thousands. */
    private static void awaitParts(SkerryServer back, Set<Path> parts, SkerryServer other) throws InterruptedException {
        long deadline = System.nanoTime() + WHOLE.toNanos();
        Set<Path> there = parts(back.data());
        while (!there.equals(parts) && System.nanoTime() - deadline < 0) {
            Thread.sleep(BETWEEN_WALKS);
            there = parts(back.data());
        }
        Set<Path> has = there;
        assertThat(parts.stream().filter(part -> !has.contains(part)).count())
                .as("so many of %d parts of %s are not on %s", parts.size(), other.data(), back.data())
                .isZero();
        assertThat(has.size() - parts.size())
                .as("so many parts of %s are not on %s", back.data(), other.data())
                .isZero();
    }

    private static Set<Path> parts(Path data) {
        return new DataFolder(data).parts().stream().map(data::relativize).collect(Collectors.toSet());
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }
}
