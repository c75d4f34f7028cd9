package dev.skerry.blob.store;

import static dev.skerry.blob.failure.Failures.failureOf;
import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.failure.StoreFailure;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
    private static final String BUCKET = "bucket";
    private static final BlobPath PATH = BlobPath.of(BUCKET, "key");

    @TempDir
    Path data;

    private StoreFixture fixture;
    private Uploads uploads;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, Versioning.OFF);
        uploads = fixture.store.uploads();
    }

    private Upload begin(String key) {
        return begin(key, ChecksumAlgorithm.CRC32C);
    }

    private Upload begin(String key, @Nullable ChecksumAlgorithm algorithm) {
        return uploads.begin(BlobPath.of(BUCKET, key), BlobAttributes.ownedBy("owner"), "owner", algorithm, null);
    }

    private UploadPart part(Upload upload, int number, byte[] bytes) {
        return uploads.putPart(PATH, upload.uploadId().value(), number, Set.of(), TestBody.of(bytes));
    }

    private CommandResult.Written complete(Upload upload, @Nullable Long size, List<UploadPart> parts) {
        List<NamedPart> named = parts.stream()
                .map(part -> new NamedPart(part.number(), part.etag(), part.checksums()))
                .toList();
        return uploads.complete(new Uploads.Completion(PATH, upload.uploadId().value(), named, List.of(), null, size));
    }

    @Test
    void partsOfAnySizeJoinWithoutMoving() {
        Upload upload = begin("key", null);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List<UploadPart> parts = new ArrayList<>();
        int[] sizes = {700_001, 10, 300_000, 8192, 0};
        for (int i = 0; i < sizes.length; i++) {
            byte[] bytes = bytes(i, sizes[i]);
            whole.writeBytes(bytes);
            parts.add(part(upload, 2 * i + 1, bytes));
        }
        List<Path> before = fixture.files();
        CommandResult.Written written = complete(upload, (long) whole.size(), parts);
        assertThat(written.meta().sizeBytes()).isEqualTo(whole.size());
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(whole.toByteArray());
        assertThat(fixture.files()).isEqualTo(before);
        CommandResult.Written again = complete(upload, (long) whole.size(), parts);
        assertThat(again.replay()).isTrue();
        assertThat(again.meta().blobId()).isEqualTo(written.meta().blobId());
    }

    @Test
    void theAlgorithmOfTheUploadIsComputedOverItsParts() {
        UploadPart part = part(begin("key"), 1, bytes(1, 200_000));
        assertThat(part.checksums())
                .singleElement()
                .satisfies(checksum -> assertThat(checksum.algorithm()).isEqualTo(ChecksumAlgorithm.CRC32C));
    }

    @Test
    void aSizeThatIsNotTheirsIsRefused() {
        Upload upload = begin("key");
        UploadPart part = part(upload, 1, bytes(1, 20));
        assertThat(failureOf(() -> complete(upload, 21L, List.of(part))))
                .isInstanceOf(StoreFailure.InvalidRequest.class);
        complete(upload, 20L, List.of(part));
    }

    @Test
    void anUploadThatIsNotThereRefusesBeforeTheBodyIsRead() {
        for (String id :
                List.of("", "../x", "no-such-upload", fixture.ids.next().value())) {
            TestBody body = TestBody.of(bytes(1, 10));
            assertThat(failureOf(() -> uploads.putPart(PATH, id, 1, Set.of(), body)))
                    .isEqualTo(new StoreFailure.NoSuchUpload(PATH, id));
            assertThat(body.given()).isZero();
            assertThat(body.closed()).isTrue();
            assertThat(failureOf(() -> uploads.abort(PATH, id))).isEqualTo(new StoreFailure.NoSuchUpload(PATH, id));
            assertThat(failureOf(() -> uploads.parts(PATH, id, 0, 10)))
                    .isEqualTo(new StoreFailure.NoSuchUpload(PATH, id));
        }
    }

    @Test
    void anUploadAbortedWhileAPartArrivesLeavesNoFiles() {
        Upload upload = begin("key");
        int[] runs = {0};
        TestBody body = TestBody.of(bytes(1, 100_000)).onRun(() -> {
            if (runs[0]++ == 4) {
                uploads.abort(PATH, upload.uploadId().value());
            }
        });
        assertThat(failureOf(() -> uploads.putPart(PATH, upload.uploadId().value(), 1, Set.of(), body)))
                .isInstanceOf(StoreFailure.NoSuchUpload.class);
        assertThat(fixture.files()).isEmpty();
    }

    @Test
    void aPartThatBreaksOffLeavesTheOneBeforeAndNoFiles() {
        Upload upload = begin("key");
        UploadPart before = part(upload, 1, bytes(1, 20_000));
        List<Path> files = fixture.files();
        int[] runs = {0};
        TestBody broken = TestBody.of(bytes(2, 900_000)).onRun(() -> {
            if (runs[0]++ == 60) {
                throw new IllegalStateException("client went away");
            }
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> uploads.putPart(PATH, upload.uploadId().value(), 1, Set.of(), broken));
        assertThat(broken.closed()).isTrue();
        assertThat(fixture.files()).isEqualTo(files);
        complete(upload, null, List.of(before));
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(bytes(1, 20_000));
    }

    @Test
    void completionsAtTheSameTimeMakeOneGeneration() throws Exception {
        Upload upload = begin("key");
        List<UploadPart> parts = List.of(part(upload, 1, bytes(1, 20_000)), part(upload, 2, bytes(2, 30_000)));
        CyclicBarrier together = new CyclicBarrier(8);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<CommandResult.Written>> all = new ArrayList<>();
            for (int i = 0; i < together.getParties(); i++) {
                all.add(threads.submit(() -> {
                    together.await(3, TimeUnit.MINUTES);
                    return complete(upload, null, parts);
                }));
            }
            Set<BlobId> blobIds = new HashSet<>();
            for (Future<CommandResult.Written> one : all) {
                blobIds.add(one.get().meta().blobId());
            }
            assertThat(blobIds).hasSize(1);
        }
        assertThat(fixture.store.blobs().generations(PATH, 10)).hasSize(1);
        assertThat(fixture.read(BUCKET, "key")).hasSize(50_000);
    }

    @Test
    void partsArePagedByNumber() {
        Upload upload = begin("key");
        for (int number = 1; number <= 150; number++) {
            part(upload, number, bytes(number, 20));
        }
        String id = upload.uploadId().value();
        assertThat(uploads.parts(PATH, id, 0, 1000))
                .extracting(UploadPart::number)
                .hasSize(150);
        assertThat(uploads.parts(PATH, id, 148, 1000))
                .extracting(UploadPart::number)
                .containsExactly(149, 150);
        assertThat(uploads.parts(PATH, id, 10, 70))
                .hasSize(70)
                .last()
                .satisfies(part -> assertThat(part.number()).isEqualTo(80));
    }

    @Test
    void uploadsArePagedByKeyAndTime() {
        List<String> keys = List.of("a", "a", "b/1", "b/2", "c", "d/1");
        List<Upload> begun = keys.stream().map(this::begin).toList();
        for (int limit : new int[] {1, 2, 3, 100}) {
            List<String> shown = new ArrayList<>();
            List<BlobId> ids = new ArrayList<>();
            Uploads.Query query = new Uploads.Query(BUCKET, "", "/", "", null, limit);
            boolean more = true;
            while (more) {
                Uploads.Page page = uploads.list(query);
                page.uploads().forEach(upload -> shown.add(upload.path().key()));
                page.uploads().forEach(upload -> ids.add(upload.uploadId()));
                shown.addAll(page.commonPrefixes());
                more = page.truncated();
                query = new Uploads.Query(BUCKET, "", "/", page.lastKey(), page.lastUploadId(), limit);
            }
            assertThat(shown).containsExactlyInAnyOrder("a", "a", "b/", "c", "d/");
            assertThat(ids)
                    .containsExactly(
                            begun.get(0).uploadId(),
                            begun.get(1).uploadId(),
                            begun.get(4).uploadId());
        }
    }
}
