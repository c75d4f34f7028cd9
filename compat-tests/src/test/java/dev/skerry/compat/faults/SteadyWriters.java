package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.SkerryServer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Clients that write through nodes from the start on, until they are {@link #end ended}. */
final class SteadyWriters implements AutoCloseable {
    private static final Duration LISTED = Duration.ofMinutes(3);

    private final String bucket;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<SteadyWriter> writers;
    private final List<Future<?>> running;

    SteadyWriters(int clients, List<SkerryServer> nodes, String bucket) {
        this.bucket = bucket;
        this.writers = IntStream.range(0, clients)
                .mapToObj(number -> new SteadyWriter(number, nodes, bucket, stop))
                .toList();
        this.running = writers.stream().<Future<?>>map(threads::submit).toList();
    }

    /** The longest time between the two moments in which one of them had no write acknowledged. */
    double longestGapSeconds(long from, long to) {
        return writers.stream()
                        .mapToLong(writer -> writer.longestGap(from, to))
                        .max()
                        .orElseThrow()
                / 1e9;
    }

    /** Waits until each has written what it is at. Fails where one ended before by anything but a refusal. */
    void end() throws InterruptedException, ExecutionException {
        stop.set(true);
        for (Future<?> each : running) {
            each.get();
        }
    }

    /** Asserts that each of the nodes soon lists all that was acknowledged. */
    void everythingIsListedBy(List<SkerryServer> nodes) throws Throwable {
        Set<String> acknowledged = new HashSet<>();
        writers.forEach(writer -> acknowledged.addAll(writer.acknowledged()));
        for (SkerryServer node : nodes) {
            // one may still be about to lead, or to follow
            Eventually.holds(LISTED, () -> {
                Set<String> missing = new HashSet<>(acknowledged);
                missing.removeAll(keys(node));
                assertThat(missing).isEmpty();
            });
        }
    }

    private Set<String> keys(SkerryServer node) {
        Set<String> keys = new HashSet<>();
        try (S3Client client = Sdk.retrying(node)) {
            client.listObjectsV2Paginator(b -> b.bucket(bucket)).contents().stream()
                    .map(S3Object::key)
                    .forEach(keys::add);
        }
        return keys;
    }

    @Override
    public void close() {
        stop.set(true);
        threads.close();
    }
}
