package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
    private static final Duration ENOUGH = Duration.ofMinutes(3);
    private static final int WRITERS = 16;

    private final WrittenBlobs blobs = new WrittenBlobs("text");

    @TempDir
    @Nullable
    Path folder;

    private @Nullable Trio running;

    @BeforeEach
    void start() {
        running = new Trio(Objects.requireNonNull(folder));
    }

    @AfterEach
    void stop() {
        trio().close();
    }

    private Trio trio() {
        return Objects.requireNonNull(running);
    }

    private static List<NodeId> ids(String... names) {
        return Stream.of(names).map(NodeId::new).toList();
    }

    /** Who votes, once somebody leads: with the members the leader may change, to the first of them. */
    private List<NodeId> membersAskedOf(String node) throws InterruptedException {
        long deadline = System.nanoTime() + ENOUGH.toNanos();
        while (true) {
            try {
                return trio().node(node).member().members(trio().group);
            } catch (IOException e) {
                assertThat(System.nanoTime()).as("%s", e).isLessThan(deadline);
                Thread.sleep(20);
            }
        }
    }

    /** Clients' requests are on their way to the leader the moment it is no member any more. */
    @Test
    void aLeaderThatIsToGoHandsOverFirst() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        Trio.Node leader = trio().leader();
        List<Trio.Node> staying = trio().others(leader);
        List<CompletableFuture<Void>> writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> CompletableFuture.runAsync(
                        () -> {
                            while (!enough.get()) {
                                blobs.put(staying.get(writer % staying.size()));
                            }
                        },
                        task -> Thread.ofVirtual().start(task)))
                .toList();
        try {
            leader.member()
                    .changeMembers(
                            trio().group, staying.stream().map(node -> node.id).toList(), ENOUGH);
            CompletableFuture.runAsync(() -> leave(leader)).get(ENOUGH.toSeconds(), TimeUnit.SECONDS);
        } finally {
            enough.set(true);
        }
        for (CompletableFuture<Void> writer : writers) {
            writer.get(ENOUGH.toSeconds(), TimeUnit.SECONDS);
        }
        blobs.requireOn(staying);
    }

    private void leave(Trio.Node node) {
        try {
            node.member().leave(trio().group.id());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFourthJoinsAndTheFirstLeavesWhileClientsWrite() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int number = 0; !enough.get(); number++) {
                blobs.put(trio().node(number % 2 == 0 ? "b" : "c"));
            }
        });
        Trio.Node fourth = trio().add("d");
        fourth.enter();

        fourth.member().changeMembers(trio().group, ids("b", "c", "d", "a"), ENOUGH);
        assertThat(membersAskedOf("c")).hasSize(4).startsWith(new NodeId("b")).containsAll(ids("a", "b", "c", "d"));
        trio().node("a").member().changeMembers(trio().group, ids("b", "c", "d"), ENOUGH);
        trio().node("a").member().leave(trio().group.id());
        enough.set(true);
        writer.join();

        assertThat(trio().node("a").member().groups()).isEmpty();
        blobs.put(fourth);
        blobs.requireOn(trio().nodes("b", "c", "d"));
    }

    /** The names that a node is started with are those the group began with. */
    @Test
    void whoIsAMemberIsKnownAfterARestart() throws Exception {
        trio().add("d").enter();
        trio().node("a").member().changeMembers(trio().group, ids("b", "c", "d"), ENOUGH);
        blobs.put(trio().node("b"));
        trio().all().stream().filter(Trio.Node::up).forEach(Trio.Node::stop);

        trio().node("b").start();
        trio().node("d").start();

        blobs.put(trio().node("d"));
        blobs.requireOn(trio().nodes("b", "d"));
        assertThat(membersAskedOf("d")).containsExactlyElementsOf(ids("b", "c", "d"));
    }

    @Test
    void oneThatEnteredDoesNotVote() throws Exception {
        blobs.put(trio().node("a"));
        trio().node("b").stop();
        trio().node("c").stop();
        Trio.Node fourth = trio().add("d");
        fourth.enter();

        assertThatThrownBy(() -> fourth.member().changeMembers(trio().group, ids("a", "d"), Duration.ofSeconds(3)))
                .isInstanceOf(IOException.class);
        assertThat(fourth.member().leads(trio().group.id())).isFalse();

        trio().node("b").start();
        blobs.put(trio().node("b"));
        blobs.requireOn(trio().nodes("a", "b"));
    }

    @Test
    void aChangeThatWasMadeIsMadeAgain() throws Exception {
        trio().node("c").member().changeMembers(trio().group, ids("a", "b"), ENOUGH);
        trio().node("c").member().leave(trio().group.id());
        trio().node("a").member().changeMembers(trio().group, ids("a", "b"), ENOUGH);
        trio().node("c").member().enter(trio().group.id());
        trio().node("a").member().changeMembers(trio().group, ids("a", "b", "c"), ENOUGH);

        blobs.put(trio().node("a"));
        blobs.requireOn(trio().nodes("a", "b", "c"));
        GroupStatus status = trio().leader().member().status(trio().group.id()).orElseThrow();
        assertThat(status.members()).containsExactlyElementsOf(ids("a", "b", "c"));
        assertThat(status.matched()).hasSize(2);
    }

    /** Whoever says so may not know yet who is a member by now. */
    @Test
    void whoIsToLeadIsSaidOfTheMembersThereAreOrRefused() throws Exception {
        blobs.put(trio().node("a"));
        Trio.Node leader = trio().leader();
        List<Trio.Node> others = trio().others(leader);
        NodeId next = others.getFirst().id;

        byte[] refused = leader.member()
                .lead(new MemberChange(trio().group.id(), List.of(next, leader.id)))
                .get(ENOUGH.toSeconds(), TimeUnit.SECONDS);
        assertThat(MemberChange.text(refused)).startsWith("REFUSED");
        assertThat(membersAskedOf(leader.id.value())).hasSize(3);

        byte[] made = leader.member()
                .lead(new MemberChange(trio().group.id(), List.of(next, leader.id, others.getLast().id)))
                .get(ENOUGH.toSeconds(), TimeUnit.SECONDS);
        assertThat(MemberChange.text(made)).isEqualTo("DONE");
        assertThat(membersAskedOf(next.value())).hasSize(3).startsWith(next);
    }

    /** More than half at once could leave nobody who knows what was agreed on. */
    @Test
    void manyAtOnceAreRefused() {
        assertThatThrownBy(() -> trio().node("a").member().changeMembers(trio().group, ids("a", "x", "y", "z"), ENOUGH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
        blobs.put(trio().node("a"));
        blobs.requireOn(trio().nodes("a", "b", "c"));
    }
}
