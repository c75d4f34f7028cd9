package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose logs go back for no more than some hundred entries. */
class FetchedSlotsTest {
    private static final Duration ENOUGH = Duration.ofMinutes(3);
    private static final String TEXT = "some of the 64 KiB of a segment ".repeat(100);
    private static final int MANY = 400;

    private final WrittenBlobs blobs = new WrittenBlobs(TEXT);

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

    private void putMany(String node) throws IOException {
        for (int i = 0; i < MANY; i++) {
            blobs.put(trio().node(node));
        }
        long deadline = System.nanoTime() + ENOUGH.toNanos();
        while (hasBeginning("a") || hasBeginning("b")) {
            assertThat(System.nanoTime())
                    .as("the beginning of the log is deleted")
                    .isLessThan(deadline);
            blobs.put(trio().node(node));
        }
    }

    /** Whether the node's log has its first entry. */
    private boolean hasBeginning(String node) throws IOException {
        return !trio().node(node).logFiles("log_0-\\d+|log_inprogress_0").isEmpty();
    }

    @Test
    void oneThatWasAwayForLongFetchesTheSlots() throws Exception {
        blobs.put(trio().node("c"));
        trio().node("c").stop();
        putMany("a");

        trio().node("c").start();
        blobs.put(trio().node("c"));

        blobs.requireOn(trio().nodes("c"));
        assertThat(trio().node("c").replicas.replaced.get()).isPositive();
        trio().node("a").stop();
        blobs.put(trio().node("c"));
        blobs.requireOn(trio().nodes("b", "c"));
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

        blobs.put(fourth);
        blobs.requireOn(trio().nodes("d"));
        assertThat(fourth.replicas.replaced.get()).isPositive();
        trio().node("d").stop();
        trio().node("d").start();
        blobs.put(fourth);
        blobs.requireOn(trio().nodes("d"));
    }

    /** Its votes are gone with its log; what its slots have is not. */
    @Test
    void oneThatForgotItsVotesBecomesAMemberAnew() throws Exception {
        blobs.put(trio().node("c"));
        trio().node("c").stop();
        Files.write(trio().node("c").logFiles("raft-meta").getFirst(), new byte[0]);

        trio().node("c").start(Objects.requireNonNull(folder).resolve("c"));

        blobs.put(trio().node("c"));
        blobs.requireOn(trio().nodes("c"));
        trio().node("a").stop();
        blobs.put(trio().node("c"));
        blobs.requireOn(trio().nodes("b"));
    }
}
