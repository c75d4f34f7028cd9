package dev.skerry.blob.store;

import static dev.skerry.blob.failure.Failures.failureOf;
import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketsTest {
    private static final String BUCKET = "bucket";

    @TempDir
    Path data;

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, Versioning.OFF);
    }

    @Test
    void aBucketThatHoldsAVersionStays() {
        Buckets buckets = fixture.store.buckets();
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        fixture.put(BUCKET, "key", bytes(1, 10));
        assertThat(failureOf(() -> buckets.delete(BUCKET))).isEqualTo(new StoreFailure.BucketNotEmpty(BUCKET));
        fixture.store.blobs().delete(BlobPath.of(BUCKET, "key"), List.of());
        assertThat(failureOf(() -> buckets.delete(BUCKET))).isEqualTo(new StoreFailure.BucketNotEmpty(BUCKET));
    }

    @Test
    void aDeletedBucketTakesItsUploadsAlong() {
        BlobPath path = BlobPath.of(BUCKET, "key");
        for (int i = 0; i < 250; i++) {
            fixture.store.uploads().begin(path, BlobAttributes.ownedBy("owner"), "owner", null, null);
        }
        fixture.store.buckets().delete(BUCKET);
        assertThat(failureOf(() -> fixture.store.buckets().delete(BUCKET)))
                .isEqualTo(new StoreFailure.NoSuchBucket(BUCKET));
        assertThat(fixture.metadata.slots())
                .allSatisfy(slot ->
                        assertThat(fixture.metadata.statistics(slot).uploads()).isZero());
    }

    @Test
    void versioningCannotBeTakenBack() {
        Buckets buckets = fixture.store.buckets();
        assertThat(buckets.setVersioning(BUCKET, Versioning.OFF).versioning()).isEqualTo(Versioning.OFF);
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        buckets.setVersioning(BUCKET, Versioning.SUSPENDED);
        assertThat(failureOf(() -> buckets.setVersioning(BUCKET, Versioning.OFF)))
                .isInstanceOf(StoreFailure.InvalidRequest.class);
    }

    @Test
    void aWriteToABucketDeletedAndMadeAnewMeanwhileIsRefused() {
        TestBody body = TestBody.of(bytes(1, 100_000));
        int[] runs = {0};
        body.onRun(() -> {
            if (runs[0]++ == 3) {
                fixture.store.buckets().delete(BUCKET);
                fixture.advance(Duration.ofMillis(1));
                fixture.store.buckets().create(BUCKET, "someone else", "");
            }
        });
        assertThat(failureOf(() -> fixture.store.blobs().put(StoreFixture.request(BUCKET, "key"), body)))
                .isEqualTo(new StoreFailure.NoSuchBucket(BUCKET));
        assertThat(fixture.files()).isEmpty();
    }

    @Test
    void noAcknowledgedWriteIsLostToADelete() throws Exception {
        for (int round = 0; round < 20; round++) {
            String bucket = "race-" + round;
            fixture.bucket(bucket, Versioning.OFF);
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Boolean>> writes = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    String key = "key-" + i;
                    writes.add(pool.submit(() -> succeeds(() -> fixture.put(bucket, key, bytes(1, 20)))));
                }
                boolean deleted = pool.submit(
                                () -> succeeds(() -> fixture.store.buckets().delete(bucket)))
                        .get();
                int written = 0;
                for (Future<Boolean> write : writes) {
                    written += write.get() ? 1 : 0;
                }
                if (deleted) {
                    assertThat(written).isZero();
                } else {
                    assertThat(written).isEqualTo(8);
                }
            }
        }
    }

    private static boolean succeeds(Runnable action) {
        try {
            action.run();
            return true;
        } catch (StoreException e) {
            assertThat(e.failure()).isInstanceOfAny(StoreFailure.NoSuchBucket.class, StoreFailure.BucketNotEmpty.class);
            return false;
        }
    }
}
