package dev.skerry.cluster.raft;

import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.CommitLogContract;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every commit log, at one node of three: reads are of that node, once it has caught up. */
class RaftCommitLogTest extends CommitLogContract {
    @TempDir
    @Nullable
    Path folder;

    private @Nullable Trio trio;
    private @Nullable CommitLog log;

    @BeforeEach
    void start() {
        trio = new Trio(java.util.Objects.requireNonNull(folder));
        log = node().log();
    }

    @AfterEach
    void stop() {
        trio().close();
    }

    private Trio trio() {
        return java.util.Objects.requireNonNull(trio);
    }

    private Trio.Node node() {
        return trio().node("a");
    }

    private void catchUp() {
        node().member().catchUp(trio().group.id()).join();
    }

    @Override
    protected CommitLog log() {
        return java.util.Objects.requireNonNull(log);
    }

    @Override
    protected MetadataStore store() {
        catchUp();
        return new FakeMetadataStore(node().slots);
    }

    @Override
    protected void reopen() {
        trio().all().forEach(Trio.Node::stop);
        trio().start();
        log = node().log();
    }

    @Override
    protected List<SequencedEvent> told() {
        catchUp();
        return node().told;
    }
}
