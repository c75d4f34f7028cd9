package dev.skerry.blob.upkeep;

import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.store.StoreFixture;
import dev.skerry.blob.upkeep.Scrubber.Damage;
import dev.skerry.blob.upkeep.Scrubber.Position;
import dev.skerry.blob.upkeep.Scrubber.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubberTest {
    private static final long FAST = Long.MAX_VALUE;

    @TempDir
    Path data;

    private StoreFixture fixture;
    private Scrubber scrubber;

    @BeforeEach
    void fill() {
        fixture = new StoreFixture(data);
        fixture.bucket("bucket", Versioning.OFF);
        for (int i = 0; i < 40; i++) {
            fixture.put("bucket", "key-" + i, bytes(i, 10_000 + i * 20_000));
        }
        scrubber = new Scrubber(fixture.metadata, fixture.parts, fixture.time, StoreListener.NONE);
    }

    @Test
    void everyPartIsReadInSlicesAndDamageIsFound() throws Exception {
        List<Path> files = fixture.files();
        byte[] flipped = Files.readAllBytes(files.get(3));
        flipped[5] ^= 1;
        Files.write(files.get(3), flipped);
        Files.delete(files.get(17));
        List<Damage> damaged = new ArrayList<>();
        long parts = 0;
        Position at = Position.START;
        while (at != null) {
            Progress progress = scrubber.scrub(at, 100_000, FAST, new Pace());
            damaged.addAll(progress.damaged());
            parts += progress.parts();
            at = progress.reached();
        }
        assertThat(parts).isEqualTo(files.size());
        assertThat(damaged).hasSize(2);
    }

    @Test
    void aFileThatCannotBeReadIsDamageAndKeepsNoOtherFromBeingRead() throws Exception {
        Path unreadable = fixture.files().get(5);
        Files.delete(unreadable);
        Files.createSymbolicLink(unreadable, unreadable);
        Progress progress = scrubber.scrub(Position.START, Long.MAX_VALUE, FAST, new Pace());
        assertThat(progress.reached()).isNull();
        assertThat(progress.parts()).isEqualTo(fixture.files().size() + 1);
        assertThat(progress.damaged())
                .singleElement()
                .satisfies(damage -> assertThat(damage.detail()).contains(unreadable.toString()));
    }

    @Test
    void whatIsFoundDamagedStaysAsItIs() throws Exception {
        Path file = fixture.files().get(3);
        byte[] damaged = bytes(99, (int) Files.size(file));
        Files.write(file, damaged);
        for (int round = 0; round < 2; round++) {
            assertThat(scrubber.scrub(Position.START, Long.MAX_VALUE, FAST, new Pace())
                            .damaged())
                    .hasSize(1);
            assertThat(file).hasBinaryContent(damaged);
        }
    }

    @Test
    void aStoppedScrubGoesOnWhereItWas() {
        Pace stopped = new Pace();
        stopped.stop();
        Progress progress = scrubber.scrub(Position.START, Long.MAX_VALUE, FAST, stopped);
        assertThat(progress.reached()).isNotNull();
        assertThat(progress.parts()).isZero();
    }

    @Test
    void upkeepRunsOnDemandAndCloses() {
        GarbageCollector collector = new GarbageCollector(
                new GarbageCollector.Ports(
                        fixture.metadata, fixture.log, fixture.parts, fixture.placement, fixture.clock),
                UpkeepSettings.DEFAULT,
                StoreListener.NONE);
        try (ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
                Upkeep upkeep = new Upkeep(
                        new Upkeep.Ports(
                                collector, scrubber, new ScrubPlace(data.resolve("place")), executor, fixture.time),
                        UpkeepSettings.DEFAULT,
                        StoreListener.NONE)) {
            upkeep.start();
            assertThat(upkeep.runOnce().failedSlots()).isZero();
        }
        assertThat(fixture.read("bucket", "key-7")).isEqualTo(bytes(7, 150_000));
    }
}
