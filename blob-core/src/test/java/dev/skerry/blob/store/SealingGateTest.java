package dev.skerry.blob.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.CatalogCommand.SealBucket;
import dev.skerry.blob.catalog.FakeCatalog;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.encryption.FakeKeyService;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingGateTest {
    private static final int SLOTS = 4;
    private static final String BUCKET = "bucket";

    private final FakeCatalog catalog = new FakeCatalog(true);
    private final FakeSlots slots = new FakeSlots(SLOTS);
    private final HlcClock clock = new HlcClock(InstantSource.system());
    private final Node one;
    private final Node two;

    SealingGateTest(@TempDir Path folder) {
        this.one = new Node(folder.resolve("one"), 1);
        this.two = new Node(folder.resolve("two"), 2);
        one.store.buckets().create(BUCKET, "owner", "");
    }

    /** A node that shares catalog and slots with the other, and no lock. */
    private final class Node {
        final StoreAssembly store;
        final SharedLog log = new SharedLog();

        Node(Path folder, int seed) {
            store = StoreAssembly.of(
                    new StoreAssembly.Ports(
                            catalog,
                            new FakeMetadataStore(slots),
                            log,
                            new FilePartStore(
                                    new PartLayout(List.of(folder)),
                                    new FilePartStore.Settings(1000, 0),
                                    _ -> new SpaceProbe.Space(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2),
                                    InstantSource.system(),
                                    StoreListener.NONE),
                            new SingleNodePlacement(new NodeId("here"), new SlotHash(SLOTS)),
                            clock,
                            new BlobIds(clock, new Random(seed)),
                            Runnable::run,
                            new FakeKeyService("key"),
                            StoreListener.NONE),
                    StoreFixture.SETTINGS);
        }

        BlobMeta put(String key) {
            return store.blobs()
                    .put(StoreFixture.request(BUCKET, key), TestBody.of(key.getBytes(StandardCharsets.UTF_8)))
                    .meta();
        }
    }

    /** A log that other nodes commit to too; a test may look on before a command is applied. */
    private final class SharedLog implements CommitLog {
        private final CommitLog log = new FakeCommitLog(slots);
        private volatile Consumer<Command> before = _ -> {};

        @Override
        public CommandResult commit(SlotId slot, Command command) {
            before.accept(command);
            return log.commit(slot, command);
        }

        @Override
        public boolean shared() {
            return true;
        }

        @Override
        public void close() {
            log.close();
        }
    }

    @Test
    void aWriteThatWasOnItsWayWhenTheBucketWentIsRefused() {
        AtomicBoolean once = new AtomicBoolean();
        one.log.before = command -> {
            if (command instanceof Command.PutBlob && once.compareAndSet(false, true)) {
                two.store.buckets().delete(BUCKET);
            }
        };

        assertThatThrownBy(() -> one.put("key"))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.failure()).isEqualTo(new StoreFailure.NoSuchBucket(BUCKET)));
        one.store.buckets().create(BUCKET, "owner", "");
        assertThat(one.put("other").generation().value()).isEqualTo(1);
    }

    @Test
    void aWriteThatWasOnItsWayIsMadeAnewUnderTheNewVersioningState() {
        AtomicBoolean once = new AtomicBoolean();
        one.log.before = command -> {
            if (command instanceof Command.PutBlob && once.compareAndSet(false, true)) {
                two.store.buckets().setVersioning(BUCKET, Versioning.ENABLED);
            }
        };

        BlobMeta meta = one.put("key");

        assertThat(meta.nullVersion()).isFalse();
        assertThat(two.store
                        .blobs()
                        .head(BlobPath.of(BUCKET, "key"), VersionSelector.CURRENT)
                        .blobId())
                .isEqualTo(meta.blobId());
    }

    @Test
    void aBucketThatIsNotEmptyStaysAndIsWrittenToAgain() {
        one.put("key");

        assertThatThrownBy(() -> two.store.buckets().delete(BUCKET)).isInstanceOf(StoreException.class);

        one.put("another");
        assertThat(catalog.bucket(BUCKET)).map(Bucket::sealed).contains(false);
    }

    @Test
    void aChangeWhoseNodeIsGoneHoldsWritesUpForAWhileOnly() {
        catalog.commit(new SealBucket(BUCKET, clock.now()));

        one.put("key");

        assertThat(catalog.bucket(BUCKET)).map(Bucket::sealed).contains(false);
    }

    /** Whoever was told that a write is done finds it, unless the bucket was deleted after it, which then was empty. */
    @Test
    void noAcknowledgedWriteIsInABucketThatWasDeletedAsEmpty() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 40; round++) {
                String key = "key-" + round;
                Future<Optional<BlobMeta>> writing = threads.submit(() -> {
                    begun.countDown();
                    try {
                        return Optional.of(one.put(key));
                    } catch (StoreException e) {
                        assertThat(e.failure()).isInstanceOf(StoreFailure.NoSuchBucket.class);
                        return Optional.empty();
                    }
                });
                Future<Boolean> deleting = threads.submit(() -> {
                    begun.await();
                    try {
                        two.store.buckets().delete(BUCKET);
                        return true;
                    } catch (StoreException e) {
                        assertThat(e.failure()).isInstanceOf(StoreFailure.BucketNotEmpty.class);
                        return false;
                    }
                });
                boolean written = writing.get().isPresent();
                boolean deleted = deleting.get();
                assertThat(written).as("written in round %s", round).isNotEqualTo(deleted);
                if (deleted) {
                    one.store.buckets().create(BUCKET, "owner", "");
                } else {
                    two.store.blobs().delete(BlobPath.of(BUCKET, key), List.of());
                }
            }
        }
    }
}
