package dev.skerry.cluster.raft;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader that Ratis closes since it is no member any more. It does so on the leader's own thread, which holds the
 * lock of the log, and waits there, for a day, for requests of clients that wait for that lock. {@link MemberChange}
 * has another lead first; who was elected in the middle of a change may come to this all the same.
 */
final class ClosingLeader {
    private static final Logger log = LoggerFactory.getLogger(ClosingLeader.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private ClosingLeader() {}

    /**
     * Waits until a log that closes by itself is closed, and ends the wait of its thread where that takes long. Does
     * nothing with one that is open or closed. Blocks for some seconds at most.
     */
    static void free(RaftServer.@Nullable Division division) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (division != null && division.getInfo().getLifeCycleState() == LifeCycle.State.CLOSING) {
            if (System.nanoTime() - deadline >= 0) {
                interrupt(division.getMemberId() + "-LeaderStateImpl");
                return;
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private static void interrupt(String name) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(name)) {
                log.warn(
                        "a leader that is no member any more waits for its own lock and is interrupted thread={}",
                        name);
                thread.interrupt();
            }
        }
    }
}
