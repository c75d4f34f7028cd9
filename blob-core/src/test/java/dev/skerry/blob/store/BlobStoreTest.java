package dev.skerry.blob.store;

import static dev.skerry.blob.failure.Failures.failureOf;
import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Durability;
import dev.skerry.blob.Generation;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.checksum.RunningChecksum;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.Fsyncs;
import dev.skerry.blob.store.BlobBody.Expected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlobStoreTest {
    private static final String BUCKET = "bucket";
    private static final BlobPath PATH = BlobPath.of(BUCKET, "key");

    @TempDir
    Path data;

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, Versioning.OFF);
    }

    private static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    @Test
    void whatWasWrittenIsReadBackAtEverySize() throws Exception {
        int[] sizes = {
            0, 1, 8191, 8192, 8193, 65535, 65536, 65537, 131072, 131073, 299_999, 300_000, 300_001, 600_000, 1_000_003
        };
        for (int size : sizes) {
            for (boolean declared : new boolean[] {true, false}) {
                byte[] body = bytes(size, size);
                TestBody source = TestBody.of(body).declaring(declared ? OptionalLong.of(size) : OptionalLong.empty());
                BlobMeta meta = fixture.store
                        .blobs()
                        .put(StoreFixture.request(BUCKET, "key" + size), source)
                        .meta();
                assertThat(fixture.read(BUCKET, "key" + size)).isEqualTo(body);
                assertThat(meta.sizeBytes()).isEqualTo(size);
                assertThat(meta.etag()).isEqualTo(hex("MD5", body));
                assertThat(source.closed()).isTrue();
                if (size <= StoreFixture.PART_BYTES) {
                    assertThat(meta.sha256()).isEqualTo(new Sha256(hex("SHA-256", body)));
                } else {
                    assertThat(meta.sha256()).isNull();
                }
            }
        }
    }

    @Test
    void rangesAreTheSameRunOfBytes() {
        byte[] body = bytes(7, 1_000_003);
        fixture.put(BUCKET, "key", body);
        Random random = new Random(11);
        try (BlobReader reader = fixture.store.blobs().open(PATH, VersionSelector.CURRENT)) {
            for (int i = 0; i < 200; i++) {
                int from = random.nextInt(body.length + 1);
                int length = random.nextInt(body.length - from + 1) / (1 + random.nextInt(1000));
                reader.range(from, length);
                assertThat(StoreFixture.drain(reader)).isEqualTo(Arrays.copyOfRange(body, from, from + length));
            }
        }
    }

    @Test
    void allDigestsAreThoseOfTheBody() throws Exception {
        for (int size : new int[] {0, 5000, 200_000, 700_000}) {
            byte[] body = bytes(size, size);
            Set<ChecksumAlgorithm> all = Set.of(ChecksumAlgorithm.values());
            PutBlobRequest request = new PutBlobRequest(
                    PATH, StoreFixture.request(BUCKET, "key").attributes(), List.of(), all, true, null, null);
            BlobMeta meta =
                    fixture.store.blobs().put(request, TestBody.of(body)).meta();
            assertThat(meta.sha256()).isEqualTo(new Sha256(hex("SHA-256", body)));
            assertThat(meta.checksums()).containsExactlyInAnyOrderElementsOf(checksums(body, all));
        }
    }

    private static List<Checksum> checksums(byte[] body, Set<ChecksumAlgorithm> algorithms) {
        return algorithms.stream()
                .map(algorithm -> {
                    RunningChecksum running = RunningChecksum.of(algorithm);
                    running.update(ByteBuffer.wrap(body));
                    return running.finish();
                })
                .toList();
    }

    @Test
    void trailersNobodyAnnouncedAreHeldToo() throws Exception {
        for (int size : new int[] {100, 200_000, 700_000}) {
            byte[] body = bytes(size, size);
            byte[] other = bytes(size + 1, size);
            Set<ChecksumAlgorithm> all = Set.of(ChecksumAlgorithm.values());
            Expected right = new Expected(hex("MD5", body), new Sha256(hex("SHA-256", body)), checksums(body, all));
            BlobMeta meta = fixture.store
                    .blobs()
                    .put(StoreFixture.request(BUCKET, "key"), TestBody.of(body).trailing(right))
                    .meta();
            assertThat(meta.checksums()).containsExactlyInAnyOrderElementsOf(right.checksums());
            for (Checksum wrong : checksums(other, all)) {
                Expected expected = new Expected(null, null, List.of(wrong));
                assertThat(failureOf(() -> fixture.store
                                .blobs()
                                .put(
                                        StoreFixture.request(BUCKET, "other"),
                                        TestBody.of(body).trailing(expected))))
                        .isInstanceOf(StoreFailure.BadDigest.class);
            }
        }
    }

    @Test
    void aBodyThatIsNotWhatWasSaidLeavesNothing() throws Exception {
        for (int size : new int[] {100, 200_000, 700_000}) {
            byte[] body = bytes(size, size);
            List<TestBody> wrong = List.of(
                    TestBody.of(body).expecting(new Expected(hex("MD5", new byte[1]), null, List.of())),
                    TestBody.of(body).expecting(new Expected(null, new Sha256(hex("SHA-256", new byte[1])), List.of())),
                    TestBody.of(body).declaring(OptionalLong.of(size + 1)),
                    TestBody.of(body).declaring(OptionalLong.of(size - 1)),
                    TestBody.of(body).onRun(() -> {
                        throw new StoreException(new StoreFailure.IncompleteBody(2, 1));
                    }));
            for (TestBody each : wrong) {
                StoreFailure failure =
                        failureOf(() -> fixture.store.blobs().put(StoreFixture.request(BUCKET, "key"), each));
                assertThat(failure).isInstanceOfAny(StoreFailure.BadDigest.class, StoreFailure.IncompleteBody.class);
                assertThat(each.closed()).isTrue();
            }
        }
        assertThat(failureOf(() -> fixture.store.blobs().head(PATH, VersionSelector.CURRENT)))
                .isEqualTo(new StoreFailure.NoSuchBlob(PATH));
        assertThat(fixture.folders()).isEmpty();
    }

    @Test
    void aBodyThatBreaksOffAnywhereLeavesNothing() {
        byte[] body = bytes(1, 900_000);
        for (int breakAt : new int[] {0, 1, 20, 31, 60, 89}) {
            int[] runs = {0};
            TestBody broken = TestBody.of(body).onRun(() -> {
                if (runs[0]++ == breakAt) {
                    throw new IllegalStateException("client went away");
                }
            });
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> fixture.store.blobs().put(StoreFixture.request(BUCKET, "key"), broken));
            assertThat(fixture.folders()).isEmpty();
        }
    }

    @Test
    void aFailedConditionIsRefusedBeforeTheBodyIsRead() {
        fixture.put(BUCKET, "key", bytes(1, 100));
        TestBody body = TestBody.of(bytes(2, 100_000));
        PutBlobRequest request = StoreFixture.request(BUCKET, "key", new Precondition.IfNoneMatch(List.of("*")));
        assertThat(failureOf(() -> fixture.store.blobs().put(request, body)))
                .isEqualTo(new StoreFailure.PreconditionFailed("If-None-Match"));
        assertThat(body.given()).isZero();
        assertThat(body.closed()).isTrue();
    }

    @Test
    void aConditionThatFailsOnlyInTheCommitLeavesNoFiles() {
        TestBody body = TestBody.of(bytes(2, 100_000));
        int[] runs = {0};
        body.onRun(() -> {
            if (runs[0]++ == 5) {
                fixture.put(BUCKET, "key", bytes(1, 10));
            }
        });
        PutBlobRequest request = StoreFixture.request(BUCKET, "key", new Precondition.IfNoneMatch(List.of("*")));
        assertThat(failureOf(() -> fixture.store.blobs().put(request, body)))
                .isEqualTo(new StoreFailure.PreconditionFailed("If-None-Match"));
        assertThat(fixture.files()).isEmpty();
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(bytes(1, 10));
    }

    @Test
    void concurrentCompareAndSwapLosesNothing() throws Exception {
        fixture.put(BUCKET, "counter", "0".getBytes(StandardCharsets.UTF_8));
        int clients = 8;
        int each = 50;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                all.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        increment();
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(new String(fixture.read(BUCKET, "counter"), StandardCharsets.UTF_8))
                .isEqualTo(Integer.toString(clients * each));
    }

    private void increment() {
        while (true) {
            try (BlobReader reader =
                    fixture.store.blobs().open(BlobPath.of(BUCKET, "counter"), VersionSelector.CURRENT)) {
                int value = Integer.parseInt(new String(StoreFixture.drain(reader), StandardCharsets.UTF_8));
                Precondition unchanged =
                        new Precondition.IfMatch(List.of(reader.meta().etag()));
                fixture.put(BUCKET, "counter", Integer.toString(value + 1).getBytes(StandardCharsets.UTF_8), unchanged);
                return;
            } catch (StoreException e) {
                assertThat(e.failure()).isInstanceOf(StoreFailure.PreconditionFailed.class);
            }
        }
    }

    @Test
    void aRetriedWriteIdIsAReplayAndItsFilesGo() {
        PutBlobRequest request = new PutBlobRequest(
                PATH,
                StoreFixture.request(BUCKET, "key").attributes(),
                List.of(new Precondition.IfNoneMatch(List.of("*"))),
                Set.of(),
                false,
                null,
                "write-1");
        byte[] body = bytes(1, 100_000);
        assertThat(fixture.store.blobs().put(request, TestBody.of(body)).replay())
                .isFalse();
        assertThat(fixture.store.blobs().put(request, TestBody.of(body)).replay())
                .isTrue();
        assertThat(fixture.folders()).hasSize(1);
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(body);
    }

    @Test
    void aFullDiskRefusesWritesAndGoesOnDeletingAndReading() {
        byte[] body = bytes(1, 100_000);
        fixture.put(BUCKET, "key", body);
        fixture.advance(Duration.ofSeconds(1));
        fixture.usableBytes.set(50_000);
        for (int size : new int[] {100_000, 60_000}) {
            assertThat(failureOf(() -> fixture.put(BUCKET, "other", bytes(1, size))))
                    .isInstanceOf(StoreFailure.InsufficientStorage.class);
        }
        fixture.put(BUCKET, "small", bytes(1, 10_000));
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(body);
        fixture.store.blobs().delete(PATH, List.of());
        assertThat(failureOf(() -> fixture.read(BUCKET, "key"))).isInstanceOf(StoreFailure.Deleted.class);
    }

    @Test
    void aDiskThatFillsWhileABodyArrivesLeavesNothing() {
        fixture.put(BUCKET, "key", bytes(1, 10));
        int[] runs = {0};
        TestBody body = TestBody.of(bytes(2, 900_000)).onRun(() -> {
            if (runs[0]++ == 50) {
                // others wrote; the store asks again once its answer is old
                fixture.usableBytes.set(2000);
                fixture.advance(Duration.ofSeconds(1));
            }
        });
        assertThat(failureOf(() -> fixture.store.blobs().put(StoreFixture.request(BUCKET, "key"), body)))
                .isInstanceOf(StoreFailure.InsufficientStorage.class);
        assertThat(body.given()).isLessThan(900_000);
        assertThat(body.closed()).isTrue();
        assertThat(fixture.folders()).isEmpty();
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(bytes(1, 10));
    }

    @ParameterizedTest
    @CsvSource({"ALWAYS,,true", "PERIODIC,,false", "NONE,,false", "NONE,ALWAYS,true", "ALWAYS,NONE,false"})
    void filesAreAsDurableAsTheBucketAsksOrElseTheNode(
            Durability ofNode, @Nullable Durability ofBucket, boolean fsynced) throws IOException {
        StoreFixture other = new StoreFixture(
                Files.createDirectory(data.resolve("other")),
                new StoreSettings(
                        StoreFixture.SETTINGS.inlineThresholdBytes(),
                        StoreFixture.SETTINGS.partBytes(),
                        ofNode,
                        StoreFixture.SETTINGS.maxBlobBytes(),
                        StoreFixture.SETTINGS.minimumUploadPartBytes(),
                        StoreFixture.SETTINGS.homeRegion()));
        other.bucket(BUCKET, Versioning.OFF);
        other.store.buckets().setDurability(BUCKET, ofBucket);
        List<Path> synced = Fsyncs.of(() -> other.put(BUCKET, "key", bytes(1, 100_000)));
        assertThat(synced.stream().anyMatch(path -> path.endsWith(".tmp.0"))).isEqualTo(fsynced);
    }

    @Test
    void whatIsNotThereIsToldApart() {
        BlobPath other = BlobPath.of(BUCKET, "other");
        fixture.put(BUCKET, "key", bytes(1, 10));
        fixture.store.blobs().delete(PATH, List.of());
        BlobStore blobs = fixture.store.blobs();
        assertThat(failureOf(() -> blobs.head(BlobPath.of("nowhere", "key"), VersionSelector.CURRENT)))
                .isEqualTo(new StoreFailure.NoSuchBucket("nowhere"));
        assertThat(failureOf(() -> blobs.head(other, VersionSelector.CURRENT)))
                .isEqualTo(new StoreFailure.NoSuchBlob(other));
        assertThat(failureOf(() -> blobs.head(other, VersionSelector.NULL_VERSION)))
                .isEqualTo(new StoreFailure.NoSuchVersion(other, "null"));
        assertThat(failureOf(() -> blobs.head(PATH, new VersionSelector.ByGeneration(new Generation(9)))))
                .isEqualTo(new StoreFailure.NoSuchVersion(PATH, "9"));
        StoreFailure hidden = failureOf(() -> blobs.head(PATH, VersionSelector.CURRENT));
        assertThat(hidden).isInstanceOfSatisfying(StoreFailure.Deleted.class, deleted -> {
            assertThat(deleted.addressed()).isFalse();
            assertThat(deleted.tombstone().visible()).isFalse();
        });
        StoreFailure addressed = failureOf(() -> blobs.head(PATH, new VersionSelector.ByGeneration(new Generation(2))));
        assertThat(addressed)
                .isInstanceOfSatisfying(
                        StoreFailure.Deleted.class,
                        deleted -> assertThat(deleted.addressed()).isTrue());
        assertThat(fixture.read(BUCKET, "key", new VersionSelector.ByGeneration(Generation.FIRST)))
                .isEqualTo(bytes(1, 10));
    }

    @Test
    void aDeletedBlobCanBeBroughtBack() {
        byte[] body = bytes(1, 100_000);
        fixture.put(BUCKET, "key", body);
        fixture.store.blobs().delete(PATH, List.of());
        fixture.store.blobs().undelete(PATH, null);
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(body);
    }

    @Test
    void aNewBucketOfAnOldNameShowsNothingOfTheOldOne() {
        fixture.put(BUCKET, "key", bytes(1, 10));
        fixture.store.blobs().delete(PATH, List.of());
        fixture.advance(Duration.ofSeconds(1));
        fixture.store.buckets().delete(BUCKET);
        fixture.bucket(BUCKET, Versioning.OFF);
        BlobStore blobs = fixture.store.blobs();
        VersionSelector old = new VersionSelector.ByGeneration(Generation.FIRST);
        assertThat(failureOf(() -> blobs.open(PATH, old))).isEqualTo(new StoreFailure.NoSuchVersion(PATH, "1"));
        assertThat(failureOf(() -> blobs.open(PATH, VersionSelector.CURRENT)))
                .isEqualTo(new StoreFailure.NoSuchBlob(PATH));
        assertThat(failureOf(() -> blobs.undelete(PATH, null))).isEqualTo(new StoreFailure.NoSuchBlob(PATH));
        assertThat(failureOf(() -> blobs.undelete(PATH, Generation.FIRST)))
                .isEqualTo(new StoreFailure.NoSuchVersion(PATH, "1"));
        assertThat(blobs.generations(PATH, 10)).isEmpty();
    }
}
