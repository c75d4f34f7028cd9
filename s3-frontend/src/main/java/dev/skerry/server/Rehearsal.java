package dev.skerry.server;

import dev.skerry.config.HostPort;
import dev.skerry.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server, or the nodes of a cluster in one process, started, worked for some seconds by clients as real ones do, and
 * stopped, so that the JVM can record which classes that takes and how often its methods run, and have both ready at
 * the next start: the compilers then need not find out under load what is worth compiling.
 *
 * <p>What is not rehearsed still works; its first requests are slower.
 */
public final class Rehearsal {
    private static final String BUCKET = "rehearsal";
    private static final String ACCESS_KEY = "rehearsalrehearsal";
    private static final String SECRET_KEY = "rehearsalrehearsalrehearsal";
    private static final int CLIENTS = 4;
    private static final int MAX_ROUNDS = 400;

    /** A slow machine rehearses less. */
    private static final Duration LIMIT = Duration.ofSeconds(8);

    private static final int SMALL_BYTES = 4096;
    private static final int FILE_BYTES = 70_000;
    private static final int READS = 6;

    /** What all servers of a rehearsal are told. */
    private static final Map<String, String> COMMON = Map.of(
            "root_access_key", ACCESS_KEY, "root_secret_key", SECRET_KEY, "s3.anonymous", "write", "buckets", BUCKET);

    private final RehearsalClient client;
    private final RehearsalClient elsewhere;
    private final String prefix;
    private final byte[] small;
    private final byte[] file;

    /** One client's part; {@code elsewhere} asks another node, where there is one. */
    private Rehearsal(RehearsalClient client, RehearsalClient elsewhere, int number) {
        this.client = client;
        this.elsewhere = elsewhere;
        this.prefix = "/" + BUCKET + "/client-" + number + "/";
        Random bytes = new Random(number);
        small = new byte[SMALL_BYTES];
        bytes.nextBytes(small);
        file = new byte[FILE_BYTES];
        bytes.nextBytes(file);
    }

    /**
     * Runs one on a data folder that may be thrown away.
     *
     * @param nodes how many servers; more than one form a cluster, and clients ask all of them
     * @throws IllegalStateException if a request was not answered as it should be; what was rehearsed until then counts
     */
    public static void run(Path data, int nodes, String version) throws InterruptedException {
        List<Settings> settings = RehearsalNode.settings(data, nodes, COMMON);
        // what the process has once: the log, and who hears of signals
        Logs.configure(settings.getFirst().log());
        StopSignals signals = StopSignals.install();
        Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        Consumer<RuntimeException> failed = failure -> {
            failures.add(failure);
            // the others may wait for it
            signals.received();
        };
        List<RehearsalNode> started = settings.stream()
                .map(each -> RehearsalNode.start(each, version, failed))
                .toList();
        Thread.ofPlatform().daemon().name("rehearsal-signals").start(() -> stopAtSignal(signals, started));
        try {
            work(started);
        } catch (RuntimeException failure) {
            failures.add(failure);
        }
        // one after the other, as an operator does
        for (RehearsalNode node : started) {
            node.tellToStop();
            node.awaitEnd();
        }
        RuntimeException first = failures.peek();
        if (first != null) {
            throw first;
        }
    }

    private static void stopAtSignal(StopSignals signals, List<RehearsalNode> nodes) {
        try {
            signals.awaitFirst();
            nodes.forEach(RehearsalNode::tellToStop);
        } catch (InterruptedException _) {
            // the process ends
        }
    }

    private static void work(List<RehearsalNode> nodes) throws InterruptedException {
        List<HostPort> addresses = new ArrayList<>();
        for (RehearsalNode node : nodes) {
            addresses.add(node.awaitReady());
        }
        List<FutureTask<@Nullable Void>> clients = new ArrayList<>();
        for (int i = 0; i < Math.max(CLIENTS, 2 * addresses.size()); i++) {
            clients.add(start(addresses, i));
        }
        ExecutionException failure = null;
        for (FutureTask<@Nullable Void> client : clients) {
            try {
                client.get();
            } catch (ExecutionException failed) {
                failure = failed;
            }
        }
        if (failure != null) {
            throw new IllegalStateException("the rehearsal failed: " + failure.getCause(), failure);
        }
    }

    private static FutureTask<@Nullable Void> start(List<HostPort> addresses, int number) {
        FutureTask<@Nullable Void> work = new FutureTask<>(() -> {
            HostPort own = addresses.get(number % addresses.size());
            HostPort next = addresses.get((number + 1) % addresses.size());
            try (RehearsalClient client = new RehearsalClient(own, ACCESS_KEY, SECRET_KEY);
                    RehearsalClient elsewhere =
                            own.equals(next) ? client : new RehearsalClient(next, ACCESS_KEY, SECRET_KEY)) {
                new Rehearsal(client, elsewhere, number).work();
            }
            return null;
        });
        Thread.ofPlatform().name("rehearsal-" + number).start(work);
        return work;
    }

    private void work() throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (int round = 0; round < MAX_ROUNDS && System.nanoTime() < end; round++) {
            // most clients sign what they send; some of what others send is cheaper to check
            client.signBodies(round % 2 == 0);
            client.sign(round % 8 != 7);
            smallObject(prefix + "small-" + round % 16);
            list(round);
            if (elsewhere != client) {
                elsewhere.ask("GET", prefix + "small-" + round % 16, null, 200);
                elsewhere.ask("GET", "/" + BUCKET + "?list-type=2&prefix=client-" + round % CLIENTS, null, 200);
            }
            if (round % 4 == 0) {
                // the bytes that are replaced stay until the folder goes, so there are not to be many
                client.ask("PUT", prefix + "file", file, 200);
                upload(prefix + "upload");
                deleteMany();
            }
            client.ask("GET", prefix + "file", null, 200);
            if (round % 16 == 0) {
                operate();
            }
        }
    }

    private void smallObject(String key) throws IOException {
        client.ask("PUT", key, small, 200);
        for (int i = 0; i < READS; i++) {
            client.ask("GET", key, null, 200);
            client.ask("HEAD", key, null, 200);
        }
        client.ask("DELETE", key, null, 204);
        client.ask("GET", key, null, 404);
        client.ask("PUT", key, small, 200);
    }

    private void list(int round) throws IOException {
        client.ask("GET", "/" + BUCKET + "?list-type=2&prefix=client-" + round % CLIENTS, null, 200);
        client.ask("GET", "/" + BUCKET + "?delimiter=%2F&list-type=2", null, 200);
    }

    private void upload(String key) throws IOException {
        String created = client.ask("POST", key + "?uploads=", new byte[0], 200);
        String id = between(created, "<UploadId>", "</UploadId>");
        String part = client.ask("PUT", key + "?partNumber=1&uploadId=" + id, file, 200);
        String document = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"
                + between(part, "etag: \"", "\"") + "</ETag></Part></CompleteMultipartUpload>";
        client.ask("POST", key + "?uploadId=" + id, document.getBytes(StandardCharsets.UTF_8), 200);
        client.ask("DELETE", key, null, 204);
    }

    private void deleteMany() throws IOException {
        StringBuilder document = new StringBuilder("<Delete>");
        for (int i = 0; i < 50; i++) {
            document.append("<Object><Key>").append(prefix.substring(BUCKET.length() + 2));
            document.append("small-")
                    .append(HexFormat.of().toHexDigits((byte) i))
                    .append("</Key></Object>");
        }
        byte[] body = document.append("</Delete>").toString().getBytes(StandardCharsets.UTF_8);
        client.ask("POST", "/" + BUCKET + "?delete=", body, 200);
    }

    private void operate() throws IOException {
        client.sign(true);
        client.ask("GET", "/_/health/live", null, 200);
        client.ask("GET", "/_/health/ready", null, 200);
        client.ask("GET", "/_/metrics", null, 200);
        client.ask("GET", "/", null, 200);
        client.ask("GET", "/_/api/v1/blobs" + prefix + "file", null, 200);
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before);
        int to = from < 0 ? -1 : text.indexOf(after, from + before.length());
        if (to < 0) {
            throw new IllegalStateException("no " + before + " in " + text);
        }
        return text.substring(from + before.length(), to);
    }
}
