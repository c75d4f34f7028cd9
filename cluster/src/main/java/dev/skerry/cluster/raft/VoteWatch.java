package dev.skerry.cluster.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees where the votes of a log in use could not be written, of which Ratis tells nobody:
 *
 * <ul>
 *   <li>the file is {@link VoteFile forgotten}, and who ends now has to become a member anew;
 *   <li>the file stands at an earlier term than the log. Then an election broke off there, and with it whoever ran it:
 *       the node stands for election for ever, asks nobody, and as the one that leads by preference keeps the others
 *       from leading.
 * </ul>
 */
final class VoteWatch {
    private static final Logger log = LoggerFactory.getLogger(VoteWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long ROOM_BYTES = 1024 * 1024;

    private final RaftServer.Division division;
    private final Path folder;
    private final Executor executor;

    /** The term that the last look found unwritten; one look alone may see it on its way to the disk. */
    private volatile long unwritten = -1;

    /**
     * Looks after a log from {@link #begin} on.
     *
     * @param folder where it is
     */
    VoteWatch(RaftServer.Division division, Path folder, Executor executor) {
        this.division = division;
        this.folder = folder;
        this.executor = executor;
    }

    /**
     * Tells every second for as long as they are not written: where an election broke off at once, for without this
     * node the others can hold theirs; else as soon as the disk has room, for until then it may follow. Does not block.
     *
     * @param inUse whether the log is looked at any longer
     */
    void begin(BooleanSupplier inUse, Runnable told) {
        CompletableFuture.delayedExecutor(LOOK.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(() -> {
                    if (inUse.getAsBoolean()) {
                        if (isUnwritten()) {
                            told.run();
                        }
                        begin(inUse, told);
                    }
                });
    }

    private boolean isUnwritten() {
        try {
            boolean behind = isBehind();
            if (behind && division.getInfo().isCandidate()) {
                return true;
            }
            return (behind || new VoteFile(folder).isForgotten())
                    && Files.getFileStore(folder).getUsableSpace() > ROOM_BYTES;
        } catch (IOException | IllegalStateException e) {
            // the latter is what Ratis throws of a log that is being opened
            log.debug("the votes cannot be read log={}", folder, e);
            return false;
        }
    }

    private boolean isBehind() throws IOException {
        long term = division.getInfo().getCurrentTerm();
        boolean behind = division.getRaftLog().loadMetadata().getTerm() < term;
        boolean still = behind && term == unwritten;
        unwritten = behind ? term : -1;
        return still;
    }
}
