package dev.skerry.cluster.heal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.PartWriter;
import dev.skerry.blob.part.SpaceProbe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that lacks what another has. */
class PartCatchUpTest {
    private static final List<SlotId> SLOTS = List.of(new SlotId(0), new SlotId(1), new SlotId(2));

    private final Path folder;
    private final BlobIds ids = new BlobIds(new HlcClock(Clock.systemUTC()), new Random(1));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Listed listed = new Listed();
    private final List<PartRef> fetched = new ArrayList<>();
    private final Set<PartRef> nowhere = new HashSet<>();
    private final FilePartStore here;
    private final FilePartStore there;

    /** What metadata would say: blobs of one part each, in order. */
    private static final class Listed implements ExpectedParts {
        private final List<Row> rows = new ArrayList<>();
        private final Map<SlotId, PartRef> uploaded = new HashMap<>();

        record Row(SlotId slot, Blob blob) {}

        @Override
        public List<SlotId> slots() {
            return SLOTS;
        }

        @Override
        public List<Blob> after(SlotId slot, @Nullable BlobId after, int limit) {
            return rows.stream()
                    .filter(row -> row.slot.equals(slot))
                    .map(Row::blob)
                    .filter(blob -> after == null || blob.id().compareTo(after) > 0)
                    .limit(limit)
                    .toList();
        }

        @Override
        public boolean refers(SlotId slot, BlobId blob, PartRef part) {
            return rows.stream().anyMatch(row -> row.blob.id().equals(blob));
        }

        @Override
        public void uploaded(SlotId slot, Consumer<PartRef> visitor) {
            Optional.ofNullable(uploaded.get(slot)).ifPresent(visitor);
        }

        @Override
        public boolean refers(SlotId slot, BlobId folder) {
            return uploaded.containsKey(slot)
                    && uploaded.get(slot).place().folder().equals(folder);
        }
    }

    PartCatchUpTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        here = store("here");
        there = store("there");
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private FilePartStore store(String name) throws IOException {
        return new FilePartStore(
                new PartLayout(List.of(Files.createDirectories(folder.resolve(name)))),
                new FilePartStore.Settings(0, 0),
                _ -> new SpaceProbe.Space(1_000_000_000, 1_000_000_000),
                Clock.systemUTC(),
                StoreListener.NONE);
    }

    private PartRef add(SlotId slot, int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        BlobId id = ids.next();
        try (PartStore.Staging staging = there.stage(slot, id, Durability.NONE);
                PartWriter writer = staging.next()) {
            writer.write(ByteBuffer.wrap(bytes));
            PartRef part = writer.seal(0, 0);
            staging.keep();
            listed.rows.add(new Listed.Row(slot, new ExpectedParts.Blob(id, List.of(part))));
            return part;
        }
    }

    private void fetch(SlotId slot, PartRef part) {
        if (nowhere.contains(part)) {
            there.discard(slot, part.place().folder());
        }
        try (PartReader copy = there.open(slot, part)) {
            here.restore(slot, part, copy);
        }
        fetched.add(part);
    }

    private PartCatchUp catchUp(BiConsumer<SlotId, PartRef> fetch) {
        return catchUp(fetch, Long.MAX_VALUE / 2);
    }

    private PartCatchUp catchUp(BiConsumer<SlotId, PartRef> fetch, long bytesPerSecond) {
        return new PartCatchUp(
                new PartCatchUp.Ports(
                        listed,
                        slot -> slot.value() != 1,
                        here::holds,
                        fetch,
                        new CatchUpPlace(folder.resolve("catch-up.place")),
                        timer),
                new PartCatchUp.Settings(Duration.ofMillis(20), bytesPerSecond));
    }

    @Test
    void aSlotIsCompleteOnceWhatUploadsHaveIsHereToo() {
        PartRef committed = add(SLOTS.get(0), 10);
        PartRef uploaded = add(SLOTS.get(0), 20);
        listed.rows.removeLast();
        listed.uploaded.put(SLOTS.get(0), uploaded);
        PartCatchUp catchUp = catchUp(this::fetch);
        assertThat(catchUp.complete(List.of(SLOTS.get(0)))).isTrue();
        assertThat(fetched).containsExactly(committed, uploaded);

        PartRef lost = add(SLOTS.get(0), 30);
        nowhere.add(lost);
        assertThat(catchUp.complete(List.of(SLOTS.get(0)))).isFalse();
    }

    @Test
    void whatIsMissingComesInOrderAndOnlyOnce() {
        List<PartRef> expected = new ArrayList<>();
        for (int i = 1; i <= 150; i++) {
            expected.add(add(SLOTS.get(0), i));
        }
        PartRef notOurs = add(SLOTS.get(1), 1000);
        expected.add(add(SLOTS.get(2), 300_000));
        PartCatchUp catchUp = catchUp(this::fetch);
        PartCatchUp.Progress done = catchUp.runOnce();
        assertThat(fetched).isEqualTo(expected);
        assertThat(done.fetched()).isEqualTo(151);
        assertThat(done.fetchedBytes()).isEqualTo(150 * 151 / 2 + 300_000);
        assertThat(here.holds(SLOTS.get(1), notOurs)).isFalse();
        assertThat(expected.subList(0, 150)).allMatch(part -> here.holds(SLOTS.get(0), part));
        assertThat(catchUp.runOnce().fetched()).isEqualTo(151);
        assertThat(folder.resolve("catch-up.place")).doesNotExist();
    }

    @Test
    void oneThatNobodyHasStopsNoOther() {
        add(SLOTS.get(0), 10);
        nowhere.add(add(SLOTS.get(0), 20));
        PartRef last = add(SLOTS.get(0), 30);
        PartCatchUp.Progress done = catchUp(this::fetch).runOnce();
        assertThat(done.fetched()).isEqualTo(2);
        assertThat(done.failed()).isEqualTo(1);
        assertThat(here.holds(SLOTS.get(0), last)).isTrue();
    }

    @Test
    void whatWasDeletedMeanwhileIsNotAskedFor() {
        add(SLOTS.get(0), 10);
        add(SLOTS.get(0), 20);
        PartCatchUp.Progress done = catchUp((slot, part) -> {
                    fetch(slot, part);
                    listed.rows.clear();
                })
                .runOnce();
        assertThat(done.fetched()).isEqualTo(1);
        assertThat(done.failed()).isZero();
    }

    @Test
    void aPassThatWasBrokenOffGoesOnWhereItWas() {
        List<PartRef> expected = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            expected.add(add(SLOTS.get(0), i));
        }
        PartCatchUp[] broken = new PartCatchUp[1];
        broken[0] = catchUp((slot, part) -> {
            fetch(slot, part);
            if (fetched.size() == 130) {
                broken[0].close();
            }
        });
        broken[0].runOnce();
        assertThat(fetched).hasSize(130);
        PartCatchUp.Progress rest = catchUp(this::fetch).runOnce();
        assertThat(fetched).isEqualTo(expected);
        assertThat(rest.looked())
                .as("two batches of 64 are not looked at again")
                .isEqualTo(72);
    }

    @Test
    void itIsAsSlowAsItIsToldToBe() {
        add(SLOTS.get(0), 50_000);
        add(SLOTS.get(0), 50_000);
        long began = System.nanoTime();
        catchUp(this::fetch, 1_000_000).runOnce();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(100));
    }

    @Test
    void itRunsByItself() throws Exception {
        PartRef part = add(SLOTS.get(2), 10_000);
        try (PartCatchUp catchUp = catchUp(this::fetch)) {
            catchUp.start();
            long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
            while (catchUp.progress().fetched() == 0) {
                assertThat(System.nanoTime() - end).isNegative();
                Thread.onSpinWait();
            }
        }
        assertThat(here.holds(SLOTS.get(2), part)).isTrue();
    }
}
