package dev.skerry.blob.upkeep;

import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.store.StoreFixture;
import dev.skerry.blob.upkeep.ScrubPlace.Kept;
import dev.skerry.blob.upkeep.ScrubPlace.Round;
import dev.skerry.blob.upkeep.Scrubber.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds of the scrub over restarts: each {@link #restarted} is a process of its own over the same files. */
@Timeout(60)
class ScrubRoundsTest {
    private static final Duration WEEK = Duration.ofDays(7);

    /** In a nanosecond one byte, so that a slice is one part. */
    private static final long BYTES_PER_SECOND = 1_000_000_000;

    private static final Duration ONE_PART = Duration.ofNanos(1);

    @TempDir
    Path data;

    @TempDir
    Path node;

    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
    private final Seen seen = new Seen();
    private StoreFixture fixture;
    private Path file;
    private int stored;
    private Scrubber scrubber;

    /** Counts what is read, and says to stop when so much was. */
    private static final class Seen implements StoreListener {
        private int parts;
        private int slices;
        private int stopAt = Integer.MAX_VALUE;
        private Pace pace = new Pace();

        @Override
        public void upkeep(UpkeepKind kind, long count, long bytes) {
            parts++;
            if (parts == stopAt) {
                pace.stop();
            }
        }

        @Override
        public void upkeepPass(String name, Duration took, boolean failed) {
            slices++;
        }
    }

    @BeforeEach
    void fill() {
        fixture = new StoreFixture(data);
        fixture.bucket("bucket", Versioning.OFF);
        for (int i = 0; i < 24; i++) {
            fixture.put("bucket", "key-" + i, bytes(i, 10_000 + i * 50_000));
        }
        file = node.resolve("scrub.place");
        stored = fixture.files().size();
        scrubber = new Scrubber(fixture.metadata, fixture.parts, fixture.time, seen);
    }

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private ScrubRounds restarted() {
        return restarted(ONE_PART);
    }

    private ScrubRounds restarted(Duration slice) {
        GarbageCollector collector = new GarbageCollector(
                new GarbageCollector.Ports(
                        fixture.metadata, fixture.log, fixture.parts, fixture.placement, fixture.clock),
                UpkeepSettings.DEFAULT,
                StoreListener.NONE);
        scrubber = new Scrubber(fixture.metadata, fixture.parts, fixture.time, seen);
        seen.pace = new Pace();
        ScrubRounds rounds = new ScrubRounds(
                new Upkeep.Ports(collector, scrubber, new ScrubPlace(file), executor, fixture.time),
                settings(slice),
                WEEK,
                seen,
                seen.pace);
        rounds.start();
        return rounds;
    }

    private static UpkeepSettings settings(Duration slice) {
        UpkeepSettings usual = UpkeepSettings.DEFAULT;
        return new UpkeepSettings(
                slice,
                usual.hiddenGrace(),
                usual.pressedGrace(),
                usual.readerGrace(),
                usual.stagedGrace(),
                usual.sweepInterval(),
                usual.tombstoneRetention(),
                usual.eventRetention(),
                usual.maxEvents(),
                usual.batch(),
                usual.pause(),
                WEEK,
                BYTES_PER_SECOND);
    }

    private Round kept() {
        return new ScrubPlace(file).read().orElseThrow().round();
    }

    @Test
    void aNodeThatIsKilledAfterEveryPartReadsThemAllOnce() {
        int starts = 1;
        while (restarted().slice()) {
            starts++;
            assertThat(starts).isLessThanOrEqualTo(stored);
        }
        assertThat(seen.parts).isEqualTo(stored);
        assertThat(kept().at()).isNull();
    }

    @Test
    void whatIsStoppedWithinALargeBlobGoesOnWithinIt() {
        for (int stopAt = 1; stopAt <= stored; stopAt++) {
            seen.stopAt = stopAt;
            restarted().goOn();
            assertThat(seen.parts).isEqualTo(stopAt);
        }
        restarted().goOn();
        assertThat(seen.parts).isEqualTo(stored);
        assertThat(kept().at()).isNull();
    }

    @Test
    void theSlicesOfARoundFollowEachOther() {
        restarted().goOn();
        assertThat(seen.parts).isEqualTo(stored);
        assertThat(seen.slices).isGreaterThan(stored / 2);
    }

    @Test
    void aRoundThatIsOverIsFollowedByAnotherAnIntervalAfterItBegan() {
        restarted().slice();
        fixture.advance(Duration.ofDays(2));
        restarted().goOn();
        assertThat(seen.parts).isEqualTo(stored);

        fixture.advance(Duration.ofDays(5).minusMillis(1));
        restarted().goOn();
        assertThat(seen.parts).as("before the interval is over").isEqualTo(stored);

        fixture.advance(Duration.ofMillis(1));
        restarted().goOn();
        assertThat(seen.parts).as("after it").isEqualTo(2 * stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "yesterday\nin time\n1 - - 0\n",
                "1767323045000\nin time\n",
                "1767323045000\nin time\n-1 - - 0\n",
                "1767323045000\nin time\n3 - -\n",
                "1767323045000\nin time\n3 nothing - 0\n",
                "1767323045000\nin time\n3 - - 99999999999\n",
                "1767323045000\nin time\nover\n3\n",
                "1767323045000\nin time\nover\n3 soon\n"
            })
    void withADamagedFileARoundBeginsAnew(String damaged) throws Exception {
        Files.writeString(file, damaged);
        restarted().goOn();
        assertThat(seen.parts).isEqualTo(stored);
        assertThat(kept().at()).isNull();
    }

    @Test
    void aFileThatIsNoTextOrNoFileBeginsARoundAnew() throws Exception {
        Files.write(file, bytes(1, 300));
        restarted().goOn();
        assertThat(seen.parts).isEqualTo(stored);

        Files.delete(file);
        Files.createDirectories(file.resolve("something in it"));
        ScrubRounds rounds = restarted(Duration.ofSeconds(1));
        rounds.goOn();
        rounds.goOn();
        assertThat(seen.parts)
                .as("where the place cannot be kept it is remembered")
                .isEqualTo(2 * stored);
    }

    @Test
    void whatTheFileNamesNeedNotBeThere() {
        SlotId slot = fixture.metadata.slots().get(1);
        BlobId first =
                fixture.metadata.contents(slot, null, 1).getFirst().meta().blobId();
        BlobId gone = new BlobId("00000000000000000000000000");
        assertThat(readFrom(new Position(1, gone, gone, 2))).isEqualTo(partsBehind(slot, null));
        assertThat(readFrom(new Position(1, first, gone, 2))).isEqualTo(partsBehind(slot, first));
        assertThat(readFrom(new Position(1, null, first, Integer.MAX_VALUE))).isEqualTo(partsBehind(slot, first));
        assertThat(readFrom(new Position(99, first, null, 0))).isZero();
    }

    private int readFrom(Position place) {
        new ScrubPlace(file).keep(new Kept(new Round(fixture.time.instant(), false, place), Map.of()));
        int before = seen.parts;
        restarted().goOn();
        return seen.parts - before;
    }

    private int partsBehind(SlotId begun, @Nullable BlobId after) {
        return fixture.metadata.slots().stream()
                .filter(slot -> slot.compareTo(begun) >= 0)
                .flatMap(slot -> fixture.metadata.contents(slot, slot.equals(begun) ? after : null, 1000).stream())
                .mapToInt(blob -> blob.content() instanceof BlobContent.Parts parts
                        ? parts.parts().size()
                        : 0)
                .sum();
    }

    @Test
    void aRoundThatTakesLongerThanItsIntervalIsSaidToBeLate() {
        restarted().slice();
        fixture.advance(WEEK);
        restarted().slice();
        assertThat(kept().late()).as("within its interval").isFalse();

        fixture.advance(Duration.ofMillis(1));
        restarted().slice();
        assertThat(kept().late()).as("under way after it").isTrue();
        fixture.advance(Duration.ofDays(-1));
        restarted().slice();
        assertThat(kept().late()).as("said once, whatever the clock does").isTrue();
        fixture.advance(Duration.ofDays(1));
        restarted().goOn();
        assertThat(kept()).satisfies(round -> {
            assertThat(round.late()).as("once it is over").isTrue();
            assertThat(round.at()).isNull();
        });

        restarted().goOn();
        assertThat(kept().late()).as("the next, which was due").isFalse();
        assertThat(seen.parts).isEqualTo(2 * stored);
    }

    @Test
    void whenASlotWasReadIsKnownAfterARestart() {
        List<SlotId> slots = fixture.metadata.slots();
        ScrubRounds rounds = restarted();
        while (scrubber.sinceEndOf(slots.getFirst()).isEmpty()) {
            assertThat(rounds.slice()).isTrue();
        }
        fixture.advance(Duration.ofDays(1));
        restarted();
        assertThat(scrubber.sinceEndOf(slots.getFirst())).contains(Duration.ofDays(1));
        assertThat(scrubber.sinceEndOf(slots.getLast())).isEmpty();
    }

    @Test
    void theFileIsTheOwnersAndHasRoomForEverySlotThereCanBe() throws Exception {
        Map<SlotId, Instant> ends = new HashMap<>();
        for (int slot = 0; slot < 1024; slot++) {
            ends.put(new SlotId(slot), fixture.time.instant());
        }
        Round round = new Round(fixture.time.instant(), true, null);
        new ScrubPlace(file).keep(new Kept(round, ends));
        assertThat(new ScrubPlace(file).read()).contains(new Kept(round, ends));
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }
}
