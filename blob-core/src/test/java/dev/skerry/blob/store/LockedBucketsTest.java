package dev.skerry.blob.store;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static dev.skerry.blob.failure.Failures.failureOf;
import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.ObjectLockConfig;
import dev.skerry.blob.catalog.ObjectLockConfig.DefaultRetention;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.upkeep.GarbageCollector;
import dev.skerry.blob.upkeep.Pace;
import dev.skerry.blob.upkeep.UpkeepSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets with object lock, and what they make of the blobs written to them. */
class LockedBucketsTest {
    private static final String BUCKET = "locked";
    private static final BlobPath PATH = BlobPath.of(BUCKET, "key");
    private static final ObjectLockConfig A_DAY =
            new ObjectLockConfig(new DefaultRetention(RetentionMode.COMPLIANCE, Period.ofDays(1)));

    @TempDir
    Path data;

    private StoreFixture fixture;
    private Buckets buckets;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(data);
        buckets = fixture.store.buckets();
        buckets.createWithObjectLock(BUCKET, StoreFixture.OWNER, "", Map.of());
    }

    @Test
    void aLockedBucketIsVersionedForGood() {
        assertThat(buckets.require(BUCKET).versioning()).isEqualTo(Versioning.ENABLED);
        assertThat(buckets.require(BUCKET).objectLock()).contains(ObjectLockConfig.WITHOUT_DEFAULT);
        assertThat(failureOf(() -> buckets.setVersioning(BUCKET, Versioning.SUSPENDED)))
                .isInstanceOf(StoreFailure.InvalidBucketState.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> buckets.configure(BUCKET, ConfigurationKind.OBJECT_LOCK, null));
        assertThat(buckets.require(BUCKET).objectLock()).isPresent();
    }

    @Test
    void onlyAVersionedBucketGetsLockLater() {
        for (Versioning versioning : List.of(Versioning.OFF, Versioning.SUSPENDED)) {
            String name = "plain-" + versioning;
            fixture.bucket(name, versioning);
            assertThat(failureOf(() -> buckets.setObjectLock(name, A_DAY)))
                    .isInstanceOf(StoreFailure.InvalidBucketState.class);
            buckets.setVersioning(name, Versioning.ENABLED);
            assertThat(buckets.setObjectLock(name, A_DAY).objectLock()).contains(A_DAY);
        }
        assertThat(failureOf(() -> buckets.setObjectLock("absent", A_DAY)))
                .isEqualTo(new StoreFailure.NoSuchBucket("absent"));
    }

    @Test
    void aWriteIsUnderTheDefaultOfTheMomentItCommits() {
        buckets.setObjectLock(BUCKET, A_DAY);
        TestBody slow = TestBody.of(bytes(1, 100_000));
        boolean[] changed = {false};
        slow.onRun(() -> {
            if (!changed[0]) {
                changed[0] = true;
                buckets.setObjectLock(
                        BUCKET,
                        new ObjectLockConfig(new DefaultRetention(RetentionMode.GOVERNANCE, Period.ofYears(1))));
                fixture.advance(Duration.ofHours(1));
            }
        });
        BlobMeta meta = fixture.store
                .blobs()
                .put(StoreFixture.request(BUCKET, "key"), slow)
                .meta();
        assertThat(meta.attributes().lock())
                .isEqualTo(new BlobLock(
                        new Retention(RetentionMode.GOVERNANCE, meta.createdAt().plus(Duration.ofDays(365))), null));
    }

    @Test
    void withoutLockOfTheBucketNothingIsLocked() {
        fixture.bucket("plain", Versioning.ENABLED);
        BlobPath path = BlobPath.of("plain", "key");
        BlobAttributes held = BlobAttributes.ownedBy(StoreFixture.OWNER).withLock(new BlobLock(null, LegalHold.ON));
        PutBlobRequest request = new PutBlobRequest(path, held, List.of(), Set.of(), false, null, null);
        assertThat(failureOf(() -> fixture.store.blobs().put(request, TestBody.of(bytes(1, 10)))))
                .isInstanceOf(StoreFailure.InvalidRequest.class);
        assertThat(failureOf(() -> fixture.store.uploads().begin(path, held, "owner", null, null)))
                .isInstanceOf(StoreFailure.InvalidRequest.class);
        fixture.put("plain", "key", bytes(1, 10));
        assertThat(failureOf(() -> fixture.store.blobs().setLegalHold(path, CURRENT, LegalHold.ON)))
                .isInstanceOf(StoreFailure.InvalidRequest.class);
        assertThat(failureOf(() -> fixture.store.blobs().setRetention(path, CURRENT, null, true)))
                .isInstanceOf(StoreFailure.InvalidRequest.class);
    }

    @Test
    void garbageCollectionTakesALockedVersionOnlyOnceItCouldBeDeleted() {
        buckets.setObjectLock(BUCKET, A_DAY);
        BlobMeta meta = fixture.put(BUCKET, "key", bytes(1, 100_000)).meta();
        GarbageCollector collector = new GarbageCollector(
                new GarbageCollector.Ports(
                        fixture.metadata, fixture.log, fixture.parts, fixture.placement, fixture.clock),
                UpkeepSettings.DEFAULT,
                StoreListener.NONE);
        BlobStore blobs = fixture.store.blobs();
        VersionOf version = new VersionOf(blobs, meta);
        assertThat(failureOf(version::delete)).isInstanceOf(StoreFailure.Locked.class);
        blobs.delete(PATH, List.of());
        fixture.advance(Duration.ofHours(23));
        collector.pass(new Pace(), true);
        assertThat(failureOf(version::delete)).isInstanceOf(StoreFailure.Locked.class);
        assertThat(fixture.files()).hasSize(1);

        fixture.advance(Duration.ofHours(1));
        version.delete();
        fixture.advance(Duration.ofHours(25));
        collector.pass(new Pace(), true);
        fixture.advance(Duration.ofHours(2));
        collector.pass(new Pace(), true);
        assertThat(fixture.files()).isEmpty();
    }

    private record VersionOf(BlobStore blobs, BlobMeta meta) {
        void delete() {
            blobs.deleteVersion(meta.path(), new VersionSelector.ByBlobId(meta.blobId()), List.of(), true);
        }
    }
}
