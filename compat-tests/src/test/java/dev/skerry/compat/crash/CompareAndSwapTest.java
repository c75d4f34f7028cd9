package dev.skerry.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.WireClient;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many clients increment one number, each only if nobody else did in between: no increment is lost, ever. */
@ExtendWith(WithServer.class)
class CompareAndSwapTest {
    private static final int CLIENTS = 8;
    private static final int INCREMENTS = 40;
    private static final int KILLS = 3;

    /** How a client reads the number and writes the next one. */
    private interface Counter {
        /** Reads; the answer carries the number and what the write must match. */
        WireRequest read();

        /** Writes the text if what {@code seen} said still holds. */
        WireRequest write(WireResponse seen, String text);
    }

    /**
     * What a client saw.
     *
     * @param acknowledged increments the server said yes to
     * @param doubtful increments it never answered: 0 or 1
     */
    private record Tally(int acknowledged, int doubtful) {}

    private static Counter byETag(URI server, String bucket, String key) {
        return new Counter() {
            @Override
            public WireRequest read() {
                return WireRequest.object("GET", server, bucket, key);
            }

            @Override
            public WireRequest write(WireResponse seen, String text) {
                return WireRequest.object("PUT", server, bucket, key)
                        .header("if-match", seen.header("etag").orElseThrow())
                        .body(text);
            }
        };
    }

    private static Counter byGeneration(URI server, String bucket, String key) {
        String path = "/_/api/v1/blobs/" + bucket + "/" + key;
        return new Counter() {
            @Override
            public WireRequest read() {
                return WireRequest.of("GET", server, path);
            }

            @Override
            public WireRequest write(WireResponse seen, String text) {
                return WireRequest.of("PUT", server, path)
                        .header(
                                "x-skerry-if-generation",
                                seen.header("x-skerry-generation").orElseThrow())
                        .body(text);
            }
        };
    }

    @Test
    void noIncrementByETagIsLost(SkerryServer server) throws Exception {
        String bucket = bucket(server);
        noIncrementIsLost(server, byETag(server.s3(), bucket, "n"), bucket);
    }

    @Test
    void noIncrementByGenerationIsLost(SkerryServer server) throws Exception {
        String bucket = bucket(server);
        noIncrementIsLost(server, byGeneration(server.s3(), bucket, "n"), bucket);
    }

    private static String bucket(SkerryServer server) {
        try (var client = Sdk.sync(server)) {
            return Sdk.bucket(client);
        }
    }

    private static void noIncrementIsLost(SkerryServer server, Counter counter, String bucket) throws Exception {
        set(server, bucket, "0");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int successes = 0;
            for (Future<Tally> client : start(server, counter, threads, INCREMENTS)) {
                Tally tally = client.get();
                assertThat(tally.doubtful).isZero();
                successes += tally.acknowledged;
            }
            assertThat(successes).isEqualTo(CLIENTS * INCREMENTS);
            assertThat(value(server, bucket)).isEqualTo(successes);
        }
    }

    @Test
    void noIncrementIsLostWhenTheServerIsKilled(ServerLab lab) throws Exception {
        SkerryServer server = lab.server().start();
        String bucket = bucket(server);
        set(server, bucket, "0");
        int acknowledged = 0;
        int doubtful = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int kill = 0; kill < KILLS; kill++) {
                List<Future<Tally>> clients =
                        start(server, byETag(server.s3(), bucket, "n"), threads, Integer.MAX_VALUE);
                LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
                server.kill();
                for (Future<Tally> client : clients) {
                    acknowledged += client.get().acknowledged;
                    doubtful += client.get().doubtful;
                }
                server.start();
                assertThat(value(server, bucket))
                        .as("%d acknowledged and %d in doubt", acknowledged, doubtful)
                        .isBetween(acknowledged, acknowledged + doubtful);
            }
        }
        assertThat(acknowledged).isPositive();
    }

    private static void set(SkerryServer server, String bucket, String text) throws IOException {
        try (WireClient client = new WireClient(server.s3())) {
            assertThat(client.exchange(client.object("PUT", bucket, "n").body(text))
                            .status())
                    .isEqualTo(200);
        }
    }

    private static int value(SkerryServer server, String bucket) throws IOException {
        try (WireClient client = new WireClient(server.s3())) {
            return Integer.parseInt(
                    client.exchange(client.object("GET", bucket, "n")).text());
        }
    }

    private static List<Future<Tally>> start(
            SkerryServer server, Counter counter, ExecutorService threads, int increments) {
        List<Future<Tally>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Callable<Tally> client = () -> increment(server, counter, increments);
            clients.add(threads.submit(client));
        }
        return clients;
    }

    /** Increments until done, or until the connection breaks. */
    private static Tally increment(SkerryServer server, Counter counter, int increments) throws IOException {
        int acknowledged = 0;
        boolean writing = false;
        try (WireClient client = new WireClient(server.s3())) {
            while (acknowledged < increments) {
                writing = false;
                WireResponse seen = client.exchange(counter.read());
                assertThat(seen.status()).as("%s", seen).isEqualTo(200);
                String next = Integer.toString(Integer.parseInt(seen.text()) + 1);
                writing = true;
                WireResponse answer = client.exchange(counter.write(seen, next));
                assertThat(answer.status()).as("%s", answer).isIn(200, 201, 409, 412);
                if (answer.status() < 300) {
                    acknowledged++;
                }
            }
            return new Tally(acknowledged, 0);
        } catch (IOException broken) {
            return new Tally(acknowledged, writing ? 1 : 0);
        }
    }
}
