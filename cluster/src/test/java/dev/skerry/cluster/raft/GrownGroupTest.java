package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that begins with one node, which has had rows before it had a log. */
class GrownGroupTest {
    private static final SlotId FIRST = new SlotId(0);
    private static final SlotId SECOND = new SlotId(1);
    private static final Duration ENOUGH = Duration.ofMinutes(3);

    private final Commands commands = new Commands();

    @TempDir
    private Path folder;

    @Test
    void whatANodeHadBeforeItsLogBeganIsFetched() throws Exception {
        try (Trio nodes = Trio.ofOne(folder, "a")) {
            Trio.Node first = nodes.node("a");
            BlobMeta before = putAlone(first);
            SlotGroup.beginAfter(List.of(FIRST, SECOND), first.replicas);
            first.start();
            BlobMeta after = put(first, FIRST);
            first.stop();
            first.start();

            for (String name : List.of("b", "c")) {
                Trio.Node joining = nodes.add(name);
                joining.enter();
                first.member().changeMembers(nodes.group, upTo(name), ENOUGH);
                assertThat(joining.replicas.replaced.get()).as(name).isEqualTo(Trio.SLOTS);
            }

            BlobMeta last = put(nodes.node("b"), SECOND);
            for (Trio.Node node : nodes.all()) {
                node.member().catchUp(nodes.group.id()).get();
                assertThat(has(node, FIRST, before))
                        .as("before, on %s", node.id)
                        .isTrue();
                assertThat(has(node, FIRST, after)).as("after, on %s", node.id).isTrue();
                assertThat(has(node, SECOND, last)).as("last, on %s", node.id).isTrue();
            }
            first.stop();
            RaftMember.Group all = new RaftMember.Group(nodes.group.id(), upTo("c"));
            put(new RaftCommitLog(nodes.node("c").member(), _ -> all, new CommandCodec()), FIRST);
        }
    }

    /** As where a cluster of one node lost its logs: entries of the new log must not count as those of the old. */
    @Test
    void aLogBeginsBehindTheFurthestOfItsSlots() {
        try (Trio nodes = Trio.ofOne(folder, "a")) {
            Trio.Node alone = nodes.node("a");
            alone.replicas.sync(SECOND, new LogPosition(4, 7));
            SlotGroup.beginAfter(List.of(FIRST, SECOND), alone.replicas);
            assertThat(alone.replicas.position(FIRST)).isEqualTo(new LogPosition(0, 8));
            assertThat(alone.replicas.position(SECOND)).isEqualTo(new LogPosition(0, 8));
            alone.start();
            BlobMeta put = put(alone, SECOND);
            assertThat(has(alone, SECOND, put)).isTrue();
            assertThat(alone.replicas.position(SECOND).index()).isGreaterThan(8);
        }
    }

    private BlobMeta putAlone(Trio.Node node) {
        return ((Written) new FakeCommitLog(node.slots, _ -> {})
                        .commit(FIRST, commands.put(Commands.path("alone"), "text", Versioning.ENABLED)))
                .meta();
    }

    private BlobMeta put(Trio.Node through, SlotId slot) {
        return put(through.log(), slot);
    }

    private BlobMeta put(RaftCommitLog log, SlotId slot) {
        return ((Written) log.commit(slot, commands.put(Commands.path("together"), "text", Versioning.ENABLED))).meta();
    }

    private static List<NodeId> upTo(String last) {
        return Stream.of("a", "b", "c")
                .filter(name -> name.compareTo(last) <= 0)
                .map(NodeId::new)
                .toList();
    }

    private static boolean has(Trio.Node node, SlotId slot, BlobMeta meta) {
        return new FakeMetadataStore(node.slots)
                .find(slot, meta.path(), new VersionSelector.ByBlobId(meta.blobId()))
                .isPresent();
    }
}
