package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.cluster.placement.SlotMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.ratis.util.FileUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups that share a log, and go on by their own: what was acknowledged is there, once, on every node. */
class CommonLogTest {
    private static final int MANY = 400;
    private static final SlotId FIRST = new SlotId(0);
    private static final SlotId OTHER_GROUP = new SlotId(1);

    private final Commands commands = new Commands();
    private final List<Put> acknowledged = new CopyOnWriteArrayList<>();

    @TempDir
    @Nullable
    Path folder;

    private @Nullable CommonTrio running;

    private record Put(SlotId slot, BlobMeta meta) {}

    private CommonTrio start(long logEntries) {
        CommonTrio fresh = new CommonTrio(Objects.requireNonNull(folder), logEntries);
        running = fresh;
        fresh.start();
        return fresh;
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(running).close();
    }

    private void put(CommonTrio.Node through, SlotId slot) {
        acknowledged.add(new Put(slot, through.put(commands, slot, "key " + acknowledged.size() % 7)));
    }

    private void putInAll(CommonTrio.Node through) {
        for (int slot = 0; slot < CommonTrio.GROUPS.slots(); slot++) {
            put(through, new SlotId(slot));
        }
    }

    private void requireAllOn(CommonTrio.Node node) {
        assertThat(acknowledged)
                .as("on %s", node.id)
                .allSatisfy(each -> assertThat(node.has(each.slot, each.meta)).isEqualTo(1));
    }

    /** Until the switch is off; what is refused is written again. */
    private void write(CommonTrio.Node through, AtomicBoolean on) {
        for (int i = 0; on.get(); i++) {
            put(through, new SlotId(i % CommonTrio.GROUPS.slots()));
        }
    }

    @Test
    void writesGoOnWhileTheGroupsGetLogsOfTheirOwn() throws Exception {
        CommonTrio trio = start(20_000);
        AtomicBoolean on = new AtomicBoolean(true);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> writing = Stream.of("a", "b", "c", "a", "b", "c")
                    .map(name -> CompletableFuture.runAsync(() -> write(trio.node(name), on), clients))
                    .toList();
            try {
                CommonTrio.await("first writes", () -> acknowledged.size() > 50);
                trio.split();
                int before = acknowledged.size();
                CommonTrio.await("more writes", () -> acknowledged.size() > before + 50);
                trio.know(SlotMap::split);
                trio.up().forEach(CommonTrio.Node::settle);
            } finally {
                on.set(false);
            }
            for (CompletableFuture<Void> each : writing) {
                each.get(1, TimeUnit.MINUTES);
            }
        }
        trio.up().forEach(this::requireAllOn);
        assertThat(trio.up()).noneMatch(CommonTrio.Node::hasCommonLog);

        trio.up().forEach(CommonTrio.Node::stop);
        trio.start();
        putInAll(trio.node("c"));
        Stream.of("a", "b", "c").map(trio::node).forEach(this::requireAllOn);
    }

    /** A node that has not come to the end yet must not answer by what it has: others have written more since. */
    @Test
    void aNodeThatIsBehindTheEndReadsWhatTheOwnLogsHave() throws Exception {
        CommonTrio trio = start(20_000);
        putInAll(trio.node("a"));
        CommonTrio.Node leader = trio.leader();
        CommonTrio.Node behind =
                trio.up().stream().filter(node -> node != leader).findFirst().orElseThrow();
        List<CommonTrio.Node> others =
                trio.up().stream().filter(node -> node != behind).toList();
        CountDownLatch held = new CountDownLatch(1);
        behind.replicas.hold(FIRST, held);
        try {
            trio.know(SlotMap::splitting);
            put(leader, FIRST);
            leader.raft().logs().split(leader.topology.nodes());
            CommonTrio.await("own logs of the others", () -> others.stream().allMatch(CommonTrio.Node::hasOwnLogs));
            put(leader, FIRST);
            Put last = acknowledged.getLast();

            CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(() -> behind.finds(FIRST, last.meta));
            Thread.sleep(500);
            assertThat(behind.hasOwnLogs()).isFalse();
            assertThat(reading).isNotDone();
            held.countDown();

            assertThat(reading.get(1, TimeUnit.MINUTES)).isTrue();
            requireAllOn(behind);
        } finally {
            held.countDown();
        }
    }

    @Test
    void aNodeThatWasAwayComesToTheEndByTheOthersLog() throws Exception {
        CommonTrio trio = start(20_000);
        putInAll(trio.node("c"));
        trio.node("c").stop();
        putInAll(trio.node("a"));
        trio.split();
        putInAll(trio.node("b"));

        trio.node("c").start();
        CommonTrio.await("own logs", trio.node("c")::hasOwnLogs);
        putInAll(trio.node("c"));
        requireAllOn(trio.node("c"));
        assertThat(trio.node("c").replicas.replaced.get()).isZero();
        trio.node("a").stop();
        putInAll(trio.node("c"));
        requireAllOn(trio.node("b"));
    }

    /** The log of the others does not go back to where it is, and no copy of a slot is of that log any more. */
    @Test
    void aNodeThatWasAwayForLongEntersTheOwnLogs() throws Exception {
        CommonTrio trio = start(100);
        putInAll(trio.node("c"));
        trio.node("c").stop();
        for (int i = 0; i < MANY; i++) {
            put(trio.node("a"), FIRST);
        }
        trio.split();
        putInAll(trio.node("b"));

        trio.node("c").start(false);
        CommonTrio.await("news of the split", () -> {
            trio.node("c").topology = trio.node("a").topology;
            return trio.node("c").hasOwnLogs();
        });
        trio.node("c").awaitCaughtUp();
        putInAll(trio.node("c"));
        requireAllOn(trio.node("c"));
        assertThat(trio.node("c").replicas.replaced.get()).isPositive();
    }

    @Test
    void aNodeThatWasAwayUntilNobodyHasTheLogEntersTheOwnOnes() throws Exception {
        CommonTrio trio = start(20_000);
        putInAll(trio.node("c"));
        trio.node("c").stop();
        trio.split();
        trio.know(SlotMap::split);
        trio.up().forEach(CommonTrio.Node::settle);
        putInAll(trio.node("a"));
        assertThat(trio.up()).noneMatch(CommonTrio.Node::hasCommonLog);

        // it has not heard of it yet when it starts
        trio.node("c").start(false);
        Thread.sleep(500);
        trio.node("c").topology = trio.node("a").topology;
        trio.node("c").awaitCaughtUp();
        putInAll(trio.node("c"));
        requireAllOn(trio.node("c"));
        trio.node("c").stop();
        trio.node("c").start();
        trio.node("b").stop();
        putInAll(trio.node("a"));
        requireAllOn(trio.node("c"));
    }

    @Test
    void aNodeThatLostEverythingAfterTheSplitEntersTheOwnLogs() throws Exception {
        CommonTrio trio = start(20_000);
        putInAll(trio.node("c"));
        trio.split();
        putInAll(trio.node("c"));
        trio.node("c").stop();

        trio.node("c").startEmpty();
        requireAllOn(trio.node("c"));
        trio.know(SlotMap::split);
        trio.node("c").stop();
        trio.node("c").startEmpty();
        putInAll(trio.node("c"));
        requireAllOn(trio.node("c"));
        trio.node("a").stop();
        putInAll(trio.node("c"));
        requireAllOn(trio.node("b"));
    }

    /** What it had is elsewhere by then: that its slots are behind the end is true of it no more. */
    @Test
    void aNodeThatGaveAGroupAwayBeginsWithoutItWhereItTakesItBack() throws Exception {
        CommonTrio trio = start(20_000);
        putInAll(trio.node("c"));
        trio.split();
        trio.know(SlotMap::split);
        trio.up().forEach(CommonTrio.Node::settle);
        CommonTrio.Node giving = trio.node("c");
        giving.stop();
        giving.topology = giving.topology.with(giving.topology.map().without(PlacementGroup.ZERO, giving.id));
        CommonTrio.GROUPS.slotsOf(PlacementGroup.ZERO).forEach(giving.replicas::erase);

        giving.start();
        assertThat(CommonTrio.GROUPS.slotsOf(PlacementGroup.ZERO))
                .allSatisfy(slot -> assertThat(giving.replicas.position(slot)).isEqualTo(LogPosition.START));
    }

    /** One that lost its logs while the others go on enters the own ones once, however it hears of them. */
    @Test
    void aNodeThatLostEverythingDuringTheSplitEntersTheOwnLogs() throws Exception {
        CommonTrio trio = start(20_000);
        putInAll(trio.node("c"));
        trio.node("c").stop();
        CompletableFuture<Void> empty =
                CompletableFuture.runAsync(() -> trio.node("c").startEmpty());
        trio.know(SlotMap::splitting);
        trio.node("c").topology = trio.node("a").topology;
        trio.node("a").raft().logs().split(trio.node("a").topology.nodes());
        empty.get(3, TimeUnit.MINUTES);
        CommonTrio.await("own logs", () -> trio.up().stream().allMatch(CommonTrio.Node::hasOwnLogs));
        putInAll(trio.node("c"));
        trio.know(SlotMap::split);
        trio.up().forEach(CommonTrio.Node::settle);
        trio.node("a").stop();
        putInAll(trio.node("b"));
        requireAllOn(trio.node("c"));
    }

    /** As after a crash between what is written at the end and the own logs. */
    @Test
    void aNodeThatStoppedAtTheEndGoesOnBehindIt() throws Exception {
        CommonTrio trio = start(20_000);
        putInAll(trio.node("a"));
        trio.split();
        trio.up().forEach(CommonTrio.Node::stop);
        for (String name : List.of("a", "b", "c")) {
            for (PlacementGroup group : CommonTrio.GROUPS.all()) {
                RaftMember.Group own = new LogRoutes(() -> trio.node(name).topology).own(group);
                FileUtils.deleteFully(
                        trio.node(name).logs.resolve(own.id().getUuid().toString()));
            }
        }
        assertThat(Files.exists(trio.node("a").logs.resolve("common-log.end"))).isTrue();

        trio.start();
        putInAll(trio.node("b"));
        put(trio.node("c"), OTHER_GROUP);
        trio.up().forEach(this::requireAllOn);
    }
}
