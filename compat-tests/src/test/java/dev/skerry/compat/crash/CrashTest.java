package dev.skerry.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Writers that never rest, and a server that is killed again and again at random moments. After each restart every
 * acknowledged write reads back byte for byte and nothing else is listed; in the end no byte on disk is without an
 * owner.
 */
@ExtendWith(WithServer.class)
class CrashTest {
    private static final int KILLS = Integer.getInteger("skerry.kills", 100);
    private static final Duration FIRST_ANSWER_WITHIN = Duration.ofMinutes(1);
    private static final int WRITERS = 6;
    private static final int KEYS_OF_A_WRITER = 8;
    private static final int FULL_VERIFICATION_EVERY = 20;

    private final SplittableRandom random = Seed.of("CrashTest");
    private final List<KeyJournal> journals = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private Duration starting = Duration.ZERO;

    @Test
    void acknowledgedWritesSurviveEveryKill(ServerLab lab) throws Throwable {
        Path data = lab.path("data");
        SkerryServer server = lab.server(Settings.of(data).withYaml("gc:", "  interval: 500ms", "  grace: 3s"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.start();
            try (S3Client client = Sdk.sync(server)) {
                prepare(client);
            }
            Verifier verifier = new Verifier(threads);
            for (int kill = 1; kill <= KILLS; kill++) {
                writeAndKill(server, threads);
                starting = starting.plus(server.start().readyAfter());
                // a client of its own each time: the connections of the one before are dead
                try (S3Client client = Sdk.sync(server)) {
                    verifier.verify(client, journals, kill % FULL_VERIFICATION_EVERY == 0);
                }
            }
            try (S3Client client = Sdk.sync(server)) {
                verifier.verify(client, journals, true);
                abortUploads(client, journals);
            }
            assertThat(server.stop()).isZero();
        }
        System.out.printf(
                "CrashTest: %d kills, %d acknowledged requests; ready after %d ms on average%n",
                KILLS, acknowledged(), starting.toMillis() / KILLS);
        assertThat(acknowledged()).as("the writers did write").isGreaterThan(KILLS * 5L);
        nothingIsLeftWithoutOwner(lab, data);
    }

    private void prepare(S3Client client) {
        String plain = Sdk.bucket(client);
        String versioned = Sdk.versionedBucket(client);
        for (int w = 0; w < WRITERS; w++) {
            List<KeyJournal> own = new ArrayList<>();
            for (int k = 0; k < KEYS_OF_A_WRITER; k++) {
                boolean withVersions = k % 2 == 1;
                own.add(new KeyJournal(withVersions ? versioned : plain, "writer " + w + "/key " + k, withVersions));
            }
            journals.addAll(own);
            writers.add(new Writer(own, random.split()));
        }
    }

    private void writeAndKill(SkerryServer server, ExecutorService threads) throws Exception {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (Writer writer : writers) {
            tasks.add(() -> {
                try (WireClient client = new WireClient(server.s3())) {
                    writer.writeUntilBroken(client);
                }
                return true;
            });
        }
        List<Future<Boolean>> running = tasks.stream().map(threads::submit).toList();
        awaitKillMoment();
        for (Future<Boolean> writer : running) {
            if (writer.isDone()) {
                writer.get();
                throw new AssertionError("a connection broke before the server was killed");
            }
        }
        server.kill();
        for (Future<Boolean> writer : running) {
            try {
                writer.get();
            } catch (ExecutionException e) {
                throw new AssertionError("a request was answered with a failure: " + e.getCause(), e);
            }
        }
    }

    /** Any moment: now and then right after the start, mostly while writes are being acknowledged. */
    private void awaitKillMoment() {
        long before = acknowledged();
        boolean early = random.nextInt(10) == 0;
        long deadline = System.nanoTime() + FIRST_ANSWER_WITHIN.toNanos();
        while (!early && acknowledged() == before && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(5, 400)).toNanos());
    }

    private long acknowledged() {
        return writers.stream().mapToLong(Writer::acknowledged).sum();
    }

    private static void abortUploads(S3Client client, List<KeyJournal> journals) {
        journals.stream()
                .map(j -> j.bucket)
                .distinct()
                .forEach(bucket -> client.listMultipartUploadsPaginator(b -> b.bucket(bucket))
                        .uploads()
                        .forEach(u -> client.abortMultipartUpload(
                                b -> b.bucket(bucket).key(u.key()).uploadId(u.uploadId()))));
    }

    /**
     * With no grace, collection leaves exactly the part files of what is visible, each with the bytes its name says.
     */
    private void nothingIsLeftWithoutOwner(ServerLab lab, Path data) throws Throwable {
        List<String> expected = journals.stream()
                .map(journal -> journal.versions.values())
                .flatMap(Collection::stream)
                .flatMap(content -> content.partHashes().stream())
                .sorted()
                .toList();
        DataFolder folder = new DataFolder(data);
        SkerryServer collecting = lab.server(Settings.of(data)
                        .withYaml("gc:", "  interval: 100ms", "  grace: 0s", "  tombstone_retention: 0s"))
                .start();
        Eventually.holds(
                Duration.ofMinutes(3), () -> assertThat(folder.partHashes()).isEqualTo(expected));
        assertThat(collecting.stop()).isZero();
        assertThat(folder.partHashes()).isEqualTo(expected);
        assertThat(folder.strangers()).as("files outside the layout").isEmpty();
        for (Path part : folder.parts()) {
            assertThat(Bytes.sha256(contentOf(part))).isEqualTo(DataFolder.hashInName(part));
        }
    }

    private static byte[] contentOf(Path part) throws IOException {
        return Files.readAllBytes(part);
    }
}
