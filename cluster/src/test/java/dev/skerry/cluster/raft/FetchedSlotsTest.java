package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose logs go back for no more than some hundred entries. */
class FetchedSlotsTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final Duration ENOUGH = Duration.ofMinutes(3);
    private static final String TEXT = "some of the 64 KiB of a segment ".repeat(100);
    private static final int MANY = 400;

    private final Commands commands = new Commands();
    private final List<Written> written = new ArrayList<>();

    @TempDir
    @Nullable
    Path folder;

    private @Nullable Trio running;

    @BeforeEach
    void start() {
        running = new Trio(Objects.requireNonNull(folder), 100);
    }

    @AfterEach
    void stop() {
        trio().close();
    }

    private Trio trio() {
        return Objects.requireNonNull(running);
    }

    private void put(String node) {
        Trio.Node through = trio().node(node);
        written.add((Written) through.log()
                .commit(SLOT, commands.put(Commands.path("key " + written.size()), TEXT, Versioning.ENABLED)));
    }

    private void putMany(String node) throws IOException {
        for (int i = 0; i < MANY; i++) {
            put(node);
        }
        long deadline = System.nanoTime() + ENOUGH.toNanos();
        while (hasBeginning("a") || hasBeginning("b")) {
            assertThat(System.nanoTime())
                    .as("the beginning of the log is deleted")
                    .isLessThan(deadline);
            put(node);
        }
    }

    /** Whether the node's log has its first entry. */
    private boolean hasBeginning(String node) throws IOException {
        Path logs = Objects.requireNonNull(folder)
                .resolve(node)
                .resolve(trio().group.id().getUuid().toString())
                .resolve("current");
        try (Stream<Path> files = Files.list(logs)) {
            return files.anyMatch(file -> String.valueOf(file.getFileName()).matches("log_0-\\d+|log_inprogress_0"));
        }
    }

    private void requireAllOn(String name) {
        Trio.Node node = trio().node(name);
        node.member().catchUp(trio().group.id()).join();
        FakeMetadataStore store = new FakeMetadataStore(node.slots);
        assertThat(written)
                .allSatisfy(each -> assertThat(store.find(
                                SLOT,
                                each.meta().path(),
                                new VersionSelector.ByBlobId(each.meta().blobId())))
                        .isPresent());
    }

    @Test
    void oneThatWasAwayForLongFetchesTheSlots() throws Exception {
        put("c");
        trio().node("c").stop();
        putMany("a");

        trio().node("c").start();
        put("c");

        requireAllOn("c");
        assertThat(trio().node("c").replicas.replaced.get()).isPositive();
        trio().node("a").stop();
        put("c");
        requireAllOn("b");
        requireAllOn("c");
    }

    @Test
    void oneThatIsNewFetchesTheSlots() throws Exception {
        putMany("b");
        Trio.Node fourth = trio().add("d");
        fourth.enter();

        fourth.member()
                .changeMembers(
                        trio().group,
                        Stream.of("a", "b", "c", "d").map(NodeId::new).toList(),
                        ENOUGH);

        put("d");
        requireAllOn("d");
        assertThat(fourth.replicas.replaced.get()).isPositive();
        trio().node("d").stop();
        trio().node("d").start();
        put("d");
        requireAllOn("d");
    }

    /** Its votes are gone with its log; what its slots have is not. */
    @Test
    void oneThatForgotItsVotesBecomesAMemberAnew() throws Exception {
        put("c");
        trio().node("c").stop();
        Path logs = Objects.requireNonNull(folder).resolve("c");
        Files.write(
                logs.resolve(trio().group.id().getUuid().toString())
                        .resolve("current")
                        .resolve("raft-meta"),
                new byte[0]);

        trio().node("c").start(logs);

        put("c");
        requireAllOn("c");
        trio().node("a").stop();
        put("c");
        requireAllOn("b");
    }
}
