package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.SkerryServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Clients that each write one key after the other and read it back, until they are closed. They ask again as an SDK
 * does, and know what was acknowledged and what failed all the same.
 */
final class Writers implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final String bucket;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Queue<Future<?>> running = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Writers(String bucket) {
        this.bucket = bucket;
    }

    /** Has one write through that node from now on. */
    void begin(SkerryServer server) {
        begin(String.valueOf(server.s3().getPort()), server, server.s3());
    }

    /**
     * Has one write from now on by an address of several nodes.
     *
     * @param name what its keys begin with, which no other's do
     * @param anyNode one of them
     */
    void begin(String name, SkerryServer anyNode, URI endpoint) {
        running.add(threads.submit(() -> write(name, anyNode, endpoint)));
    }

    private void write(String name, SkerryServer anyNode, URI endpoint) {
        try (S3Client client = Sdk.retrying(anyNode, endpoint)) {
            for (int number = 0; !enough.get(); number++) {
                String key = name + "/" + number;
                try {
                    client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(body(key)));
                    acknowledged.add(key);
                    assertThat(get(client, key)).isEqualTo(body(key));
                } catch (SdkException e) {
                    failed.add(key + ": " + e);
                } catch (AssertionError e) {
                    wrong.add(key + ": " + e);
                }
                LockSupport.parkNanos(BETWEEN.toNanos());
            }
        }
    }

    /** What could not be written, or not be read back; the SDK's last word on each. */
    List<String> failed() {
        return List.copyOf(failed);
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** Ends them, once each has written what it is at. */
    @Override
    public void close() {
        enough.set(true);
        threads.close();
    }

    /**
     * Asserts that all that was acknowledged is read and listed through that node, and was read back as it was written
     * by whoever wrote it. To be asked after the end.
     */
    void everythingIsThere(SkerryServer server) {
        assertThat(wrong).as("read back at once").isEmpty();
        assertThat(running)
                .as("those who wrote")
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(Future.State.SUCCESS));
        try (S3Client client = Sdk.retrying(server)) {
            acknowledged.parallelStream()
                    .forEach(key -> assertThat(get(client, key))
                            .as("%s through %s", key, server.s3())
                            .isEqualTo(body(key)));
            Set<String> listed = new HashSet<>();
            client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
                    .map(S3Object::key)
                    .forEach(listed::add);
            assertThat(listed).containsAll(acknowledged);
        }
    }

    /** Some live in the database, some in files. */
    private static byte[] body(String key) {
        Random random = new Random(key.hashCode());
        byte[] bytes = new byte[random.nextInt(3) == 0 ? 200_000 : 200];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] get(S3Client client, String key) {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(key))
                .asByteArray();
    }
}
