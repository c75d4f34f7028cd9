package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftMemberTest {
    private static final SlotId FIRST = new SlotId(0);
    private static final int MANY = 200;
    private static final SlotId SECOND = new SlotId(1);

    private final Commands commands = new Commands();

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

    private static BlobPath path(int number) {
        return Commands.path("key " + number);
    }

    private Written put(Trio.Node node, BlobPath path, String text) {
        return (Written) node.log().commit(FIRST, commands.put(path, text, Versioning.ENABLED));
    }

    private void requireOnAll(List<Written> written) {
        for (Trio.Node node : trio().all()) {
            node.member().catchUp(trio().group.id()).join();
            FakeMetadataStore store = new FakeMetadataStore(node.slots);
            for (Written each : written) {
                assertThat(store.find(
                                FIRST,
                                each.meta().path(),
                                new VersionSelector.ByBlobId(each.meta().blobId())))
                        .as("%s on %s", each.meta().path(), node.id)
                        .isPresent();
            }
        }
    }

    @Test
    void whatAnyNodeWritesAllNodesRead() {
        List<Written> written = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            written.add(put(trio().all().get(i % 3), path(i), "text"));
        }

        requireOnAll(written);
    }

    @Test
    void theDeathOfALeaderLosesNothing() throws Exception {
        List<Written> written = new ArrayList<>();
        written.add(put(trio().node("a"), path(1), "before"));
        Trio.Node leader = trio().leader();
        Trio.Node left = trio().others(leader).getFirst();
        leader.stop();

        written.add(put(left, path(2), "while it is down"));
        leader.start();
        written.add(put(leader, path(3), "after"));

        requireOnAll(written);
    }

    @Test
    void aMinorityNeitherWritesNorReads() throws Exception {
        Written before = put(trio().node("a"), path(1), "before");
        Trio.Node leader = trio().leader();
        // what was once confirmed must not be taken for confirmed
        leader.member().catchUp(trio().group.id()).join();
        trio().links.cut(leader.id);

        assertThatThrownBy(() -> put(leader, path(2), "alone")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> leader.member().catchUp(trio().group.id()).get(3, TimeUnit.MINUTES))
                .isNotInstanceOf(TimeoutException.class);
        Written meanwhile = put(trio().others(leader).getFirst(), path(3), "of the majority");

        trio().links.heal();
        requireOnAll(List.of(before, meanwhile));
    }

    /** As where the connection to a node cannot even be set up: that fails without anything to wait for. */
    @Test
    void aWriteThatCannotBeSentIsTriedAgain() throws Exception {
        put(trio().node("a"), path(1), "before");
        Trio.Node leader = trio().leader();
        Trio.Node follower = trio().others(leader).getFirst();
        trio().links.makeImpossible(leader.id);

        CompletableFuture<Written> written =
                CompletableFuture.supplyAsync(() -> put(follower, path(2), "while it cannot be sent"));
        CommonTrio.await("a try", () -> trio().links.impossibleCalls(leader.id) > 3);
        trio().links.heal();

        requireOnAll(List.of(written.get(3, TimeUnit.MINUTES)));
    }

    /** What it lacks would be read again and again for it, and held in memory. */
    @Test
    void whoDoesNotAnswerIsAskedWithoutEntries() throws Exception {
        String text = "some text ".repeat(400);
        put(trio().node("a"), path(0), text);
        Trio.Node leader = trio().leader();
        NodeId away = trio().others(leader).getLast().id;
        trio().links.cut(away);

        for (int i = 1; i <= MANY; i++) {
            put(leader, path(i), text);
        }

        assertThat(trio().links.unheardBytes(away)).isPositive().isLessThan((long) MANY * text.length() / 4);
    }

    /** It says that it does not lead, as whoever has logged nothing does. */
    @Test
    void whatALeaderLoggedBeforeItSteppedDownIsNotRefused() throws Exception {
        put(trio().node("a"), path(1), "before");
        Trio.Node leader = trio().leader();
        trio().links.lose(Set.of("raft-append", "raft-vote", "raft-election"));

        assertThatThrownBy(() -> put(leader, path(2), "logged"))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        open -> assertThat(open.failure()).isInstanceOf(StoreFailure.OutcomeUnknown.class));
        assertThatThrownBy(() -> put(leader, path(3), "with nobody who leads"))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(StoreFailure.Busy.class));
    }

    @Test
    void aLeaderThatCannotApplyItsLogHasAnotherLead() throws Exception {
        List<Written> written = new ArrayList<>();
        written.add(put(trio().node("a"), path(1), "before"));
        Trio.Node stuck = trio().leader();
        Trio.Node other = trio().others(stuck).getFirst();
        CountDownLatch room = new CountDownLatch(1);
        try {
            stuck.replicas.hold(FIRST, room);
            written.add(put(other, path(2), "for which the leader has no room"));
            assertThat(stuck.member().leads(trio().group.id())).isFalse();
            written.add(put(other, path(3), "afterwards"));
        } finally {
            room.countDown();
        }
        requireOnAll(written);
    }

    private void awaitAnother(Trio.Node node, GroupMachine former) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (node.member()
                .machine(trio().group.id())
                .filter(machine -> !machine.equals(former))
                .isEmpty()) {
            assertThat(System.nanoTime()).as("the log is opened anew").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void aLogThatCouldNotBeWrittenIsOpenedAnew() throws Exception {
        List<Written> written = new ArrayList<>();
        written.add(put(trio().node("a"), path(1), "before"));
        for (Trio.Node node : trio().all()) {
            GroupMachine broken = node.member().machine(trio().group.id()).orElseThrow();

            broken.notifyLogFailed(new IOException("the disk is gone"), null);
            broken.notifyLogFailed(new IOException("the disk is gone"), null);

            awaitAnother(node, broken);
            written.add(put(node, path(2 + written.size()), "after"));
        }

        requireOnAll(written);
    }

    private VoteFile votes(Trio.Node node) {
        return new VoteFile(Objects.requireNonNull(folder)
                .resolve(node.id.value())
                .resolve(trio().group.id().getUuid().toString()));
    }

    /** As a full disk leaves them, of the process in which they were given and of no other. */
    private void forgetVotes(Trio.Node node) throws IOException {
        Files.write(votes(node).file(), new byte[0]);
    }

    @Test
    void votesThatTheDiskForgotAreRestored() throws Exception {
        List<Written> written = new ArrayList<>();
        written.add(put(trio().node("a"), path(1), "before"));
        for (Trio.Node node : trio().all()) {
            GroupMachine former = node.member().machine(trio().group.id()).orElseThrow();

            forgetVotes(node);

            awaitAnother(node, former);
            assertThat(votes(node).isForgotten()).as("of %s", node.id).isFalse();
            written.add(put(node, path(2 + written.size()), "after"));
        }
        trio().all().forEach(Trio.Node::stop);
        trio().start();

        requireOnAll(written);
    }

    @Test
    void aLogThatCouldNotBeWrittenIsOpenedAnewWithoutItsVotes() throws Exception {
        Written before = put(trio().node("a"), path(1), "before");
        Trio.Node leader = trio().leader();
        GroupMachine broken = leader.member().machine(trio().group.id()).orElseThrow();
        forgetVotes(leader);

        broken.notifyLogFailed(new IOException("the disk is full"), null);

        awaitAnother(leader, broken);
        requireOnAll(List.of(before, put(leader, path(2), "after")));
    }

    /** Where Ratis wants a file on its way to the votes there is a folder, until Ratis opens the log anew. */
    @Test
    void electionsThatCouldNotBeWrittenDownAreHeldAnew() throws Exception {
        Written before = put(trio().node("a"), path(1), "before");
        Trio.Node leader = trio().leader();
        for (Trio.Node other : trio().others(leader)) {
            Files.createDirectory(votes(other).file().resolveSibling("raft-meta.tmp"));
        }

        leader.stop();

        Trio.Node next = trio().leader();
        Written after = put(next, path(2), "after");
        leader.start();
        requireOnAll(List.of(before, after));
    }

    /** Ratis takes the index of any entry that was applied for that of all before it. */
    @Test
    void aReadWaitsForTheSlowerOfTwoSlots() throws Exception {
        put(trio().node("a"), path(0), "warm");
        Trio.Node follower = trio().others(trio().leader()).getFirst();
        CountDownLatch released = new CountDownLatch(1);
        follower.replicas.hold(FIRST, released);

        try {
            Written slow = put(trio().leader(), path(1), "of the slot that is held up");
            trio().leader().log().commit(SECOND, commands.put(path(2), "of the other", Versioning.OFF));

            CompletableFuture<Void> caughtUp =
                    follower.member().catchUp(trio().group.id());
            assertThatThrownBy(() -> caughtUp.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            released.countDown();
            caughtUp.get(3, TimeUnit.MINUTES);
            assertThat(new FakeMetadataStore(follower.slots)
                            .find(FIRST, slow.meta().path(), VersionSelector.CURRENT))
                    .isPresent();
        } finally {
            released.countDown();
        }
    }
}
