package dev.skerry.blob.upkeep;

import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.PartWriter;
import dev.skerry.blob.store.StoreFixture;
import dev.skerry.blob.store.TestBody;
import dev.skerry.blob.store.Uploads;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GarbageCollectorTest {
    private static final String BUCKET = "bucket";
    private static final BlobPath PATH = BlobPath.of(BUCKET, "key");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path data;

    private StoreFixture fixture;
    private GarbageCollector collector;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, Versioning.OFF);
        collector = collector(fixture.metadata);
    }

    private GarbageCollector collector(MetadataStore metadata) {
        return new GarbageCollector(
                new GarbageCollector.Ports(metadata, fixture.log, fixture.parts, fixture.placement, fixture.clock),
                UpkeepSettings.DEFAULT,
                StoreListener.NONE);
    }

    private GarbageCollector.Summary collect() {
        return collector.pass(new Pace(), true);
    }

    /** What a crash in the middle of a write leaves. */
    private void leaveBehind(int seed) {
        try (PartStore.Staging staging = fixture.parts.stage(new SlotId(0), fixture.ids.next(), Durability.NONE)) {
            try (PartWriter writer = staging.next()) {
                writer.write(ByteBuffer.wrap(bytes(seed, 100)));
                writer.seal(0, 0);
            }
            staging.keep();
        }
    }

    @Test
    void whatAWriteLeftBehindGoesAfterItsGrace() {
        leaveBehind(1);
        fixture.advance(HOUR.multipliedBy(23));
        assertThat(collect().leftovers()).isZero();
        fixture.advance(HOUR.multipliedBy(2));
        assertThat(collect().leftovers()).isEqualTo(1);
        assertThat(fixture.files()).isEmpty();
    }

    @Test
    void whatLiesInASlotThatCannotBeAskedIsLeftAlone() {
        leaveBehind(1);
        fixture.advance(HOUR.multipliedBy(25));
        GarbageCollector.Summary quarantined = collector(answering("quarantined", Map.of(new SlotId(0), "damaged")))
                .pass(new Pace(), true);
        assertThat(quarantined.leftovers()).isZero();
        assertThat(quarantined.failedSlots()).isEqualTo(1);
        GarbageCollector.Summary unchecked =
                collector(answering("unchecked", Set.of(new SlotId(0)))).pass(new Pace(), true);
        assertThat(unchecked.leftovers()).isZero();
        assertThat(unchecked.failedSlots()).isZero();
        assertThat(fixture.files()).isNotEmpty();
        assertThat(collect().leftovers()).isEqualTo(1);
    }

    /** The fixture's metadata, with another answer to one question. */
    private MetadataStore answering(String question, Object answer) {
        return (MetadataStore) Proxy.newProxyInstance(
                MetadataStore.class.getClassLoader(),
                new Class<?>[] {MetadataStore.class},
                (_, method, arguments) ->
                        method.getName().equals(question) ? answer : method.invoke(fixture.metadata, arguments));
    }

    @Test
    void aWriteThatTakesLongIsLeftAlone() {
        byte[] body = bytes(1, 100_000);
        int[] runs = {0};
        TestBody slow = TestBody.of(body).onRun(() -> {
            if (runs[0]++ == 8) {
                fixture.advance(HOUR.multipliedBy(48));
                assertThat(collect().leftovers()).isZero();
            }
        });
        fixture.store.blobs().put(StoreFixture.request(BUCKET, "key"), slow);
        assertThat(collect().leftovers()).isZero();
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(body);
    }

    @Test
    void aReplacedBlobCanBeBroughtBackForADayAndThenGoes() {
        fixture.put(BUCKET, "key", bytes(1, 100_000));
        fixture.put(BUCKET, "key", bytes(2, 100_000));
        assertThat(fixture.folders()).hasSize(2);
        fixture.advance(HOUR.multipliedBy(23));
        assertThat(collect().generations()).isZero();
        fixture.advance(HOUR.multipliedBy(2));
        assertThat(collect().generations()).isEqualTo(1);
        assertThat(fixture.folders()).as("readers may still be at it").hasSize(2);
        fixture.advance(HOUR);
        assertThat(collect().folders()).isEqualTo(1);
        assertThat(fixture.folders()).hasSize(1);
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(bytes(2, 100_000));
    }

    @Test
    void deletesFreeSpaceSoonWhereTheDiskIsFull() {
        fixture.put(BUCKET, "key", bytes(1, 100_000));
        fixture.store.blobs().delete(PATH, List.of());
        fixture.usableBytes.set(0);
        fixture.advance(Duration.ofMinutes(2));
        assertThat(collect().generations()).isPositive();
        fixture.advance(Duration.ofMinutes(2));
        assertThat(collect().folders()).isEqualTo(1);
        assertThat(fixture.files()).isEmpty();
    }

    @Test
    void aDeletedPathIsForgottenInTheEnd() {
        fixture.bucket("versioned", Versioning.ENABLED);
        fixture.put(BUCKET, "key", bytes(1, 100_000));
        fixture.store.blobs().delete(PATH, List.of());
        for (int day = 0; day < 20; day++) {
            fixture.advance(Duration.ofDays(1));
            collect();
        }
        assertThat(fixture.store.blobs().generations(PATH, 10)).isEmpty();
        assertThat(fixture.metadata.slots()).allSatisfy(slot -> {
            assertThat(fixture.metadata.statistics(slot).generations()).isZero();
            assertThat(fixture.metadata.statistics(slot).garbageFolders()).isZero();
            assertThat(fixture.metadata.events(slot, 0, 10)).isEmpty();
        });
        assertThat(fixture.folders()).isEmpty();
    }

    @Test
    void partsOfACompletedUploadStayAndThoseNotNamedGo() {
        Uploads uploads = fixture.store.uploads();
        Upload upload = uploads.begin(PATH, BlobAttributes.ownedBy("owner"), "owner", null, null);
        String id = upload.uploadId().value();
        UploadPart kept = uploads.putPart(PATH, id, 1, Set.of(), TestBody.of(bytes(1, 50_000)));
        uploads.putPart(PATH, id, 2, Set.of(), TestBody.of(bytes(2, 50_000)));
        fixture.advance(HOUR.multipliedBy(100));
        collect();
        assertThat(fixture.folders()).as("an upload may take its time").hasSize(2);
        uploads.complete(new Uploads.Completion(
                PATH, id, List.of(new NamedPart(1, kept.etag(), List.of())), List.of(), null, null));
        fixture.advance(HOUR);
        collect();
        assertThat(fixture.folders()).hasSize(1);
        fixture.advance(HOUR.multipliedBy(100));
        collect();
        assertThat(fixture.read(BUCKET, "key")).isEqualTo(bytes(1, 50_000));
    }

    @Test
    void nothingThatCanBeReadIsEverTaken() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, byte[]> expected = new HashMap<>();
        for (int step = 0; step < 400; step++) {
            String key = "key-" + random.nextInt(20);
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> {
                    byte[] body = bytes(step, random.nextInt(40_000));
                    fixture.put(BUCKET, key, body);
                    expected.put(key, body);
                }
                case 3 -> {
                    fixture.store.blobs().delete(BlobPath.of(BUCKET, key), List.of());
                    expected.remove(key);
                }
                case 4 -> leaveBehind(step);
                default -> {
                    fixture.advance(Duration.ofHours(random.nextInt(40)));
                    collect();
                }
            }
        }
        expected.forEach((key, body) -> assertThat(fixture.read(BUCKET, key))
                .as("seed %d, %s", seed, key)
                .isEqualTo(body));
        fixture.advance(Duration.ofDays(30));
        collect();
        fixture.advance(Duration.ofDays(30));
        collect();
        long inFiles = expected.values().stream()
                .filter(body -> body.length > StoreFixture.SETTINGS.inlineThresholdBytes())
                .count();
        assertThat(fixture.folders()).as("seed %d", seed).hasSize((int) inFiles);
        expected.forEach((key, body) -> assertThat(fixture.read(BUCKET, key)).isEqualTo(body));
    }
}
