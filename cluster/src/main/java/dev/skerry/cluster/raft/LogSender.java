package dev.skerry.cluster.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.Timestamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a leader's entries to one follower: as many as there are in one message, one such message at a time, so that
 * the next takes along what came up meanwhile. Heartbeats travel beside it, since a follower answers them without its
 * disk. A commit that the follower does not know of, whose reads wait for it, goes along with the next entries; by
 * itself where there are none, or those under way take long. A follower that needs what the log no longer has is told
 * to fetch the state from this node.
 *
 * <p>Ratis has an appender for transports like this one. It puts everything in one line, its sleep misses a wake-up
 * that comes just before (half an election timeout then passes), and it knows snapshots as files only.
 */
final class LogSender extends LogAppenderBase {
    private static final Logger log = LoggerFactory.getLogger(LogSender.class);
    private static final int MAX_HEARTBEATS = 2;
    private static final int WORD_EVERY = 1000;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int MAX_PAUSES = 4;
    private static final Duration NEWS_WAIT = Duration.ofMillis(50);
    private static final Duration NOTIFY_EVERY = Duration.ofMillis(250);

    private final AtomicLong callIds = new AtomicLong();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean entriesUnderWay;

    /** When entries were last sent, by {@link System#nanoTime}; of the appender's thread. */
    private long entriesSent;

    /** The highest commit that a message to the follower has named since one was lost. */
    private volatile long toldCommit = RaftLog.INVALID_LOG_INDEX;

    /** Until when nothing is sent after a failure, by {@link System#nanoTime}. */
    private volatile long pausedUntil = System.nanoTime();

    /** When the follower was last told to fetch the state; of the appender's thread. */
    private long notified = System.nanoTime() - NOTIFY_EVERY.toNanos();

    LogSender(RaftServer.Division server, LeaderState leader, FollowerInfo follower) {
        super(server, leader, follower);
        if (server.getStateMachine() instanceof GroupMachine machine) {
            machine.whenCommitted(this::notifyLogAppender, this::isRunning);
        }
    }

    @Override
    public long getCallId() {
        return callIds.get();
    }

    @Override
    public Comparator<Long> getCallIdComparator() {
        return Long::compare;
    }

    /** Keeps a wake-up for a thread that is about to sleep. */
    @Override
    public void notifyLogAppender() {
        if (wake.availablePermits() == 0) {
            wake.release();
        }
    }

    @Override
    public void run() throws InterruptedException, IOException {
        while (isRunning()) {
            if (pausedUntil - System.nanoTime() <= 0) {
                send();
            }
            getLeaderState().checkHealth(getFollower());
            if (wake.tryAcquire(Math.max(1, sleepMillis()), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    /** Whatever can be sent has been; answers, entries and commits wake before it is over. */
    private long sleepMillis() {
        long paused = TimeUnit.NANOSECONDS.toMillis(pausedUntil - System.nanoTime());
        if (paused > 0) {
            return paused;
        }
        long untilDue = getHeartbeatWaitTimeMs();
        return commitIsNews() ? Math.min(untilDue, NEWS_WAIT.toMillis()) : untilDue;
    }

    private void send() throws IOException {
        TermIndex firstThere = shouldNotifyToInstallSnapshot();
        if (firstThere != null) {
            tellToFetch(firstThere);
        }
        boolean due = getHeartbeatWaitTimeMs() <= 0;
        // who does not answer is asked without: entries that are read again and again take the place in memory of what
        // Ratis would drop next, and it keeps everything after them
        if (firstThere == null && hasAppendEntries() && !entriesUnderWay && !due && failures.get() == 0) {
            AppendEntriesRequestProto request = newAppendEntriesRequest(callIds.getAndIncrement(), false);
            if (request != null && request.getEntriesCount() > 0) {
                entriesUnderWay = true;
                entriesSent = System.nanoTime();
                send(request);
            }
        }
        if ((due || commitIsToBeTold()) && heartbeats.get() < MAX_HEARTBEATS) {
            heartbeats.incrementAndGet();
            resetHeartbeatTrigger();
            send(newAppendEntriesRequest(callIds.getAndIncrement(), true));
            if (due) {
                // the entries that gave way
                notifyLogAppender();
            }
        }
    }

    /** Entries take it along, unless they take their time: a disk may hang, and reads do not wait for it. */
    private boolean commitIsToBeTold() {
        return commitIsNews() && (!entriesUnderWay || System.nanoTime() - entriesSent > NEWS_WAIT.toNanos());
    }

    /** A follower cannot commit what it is not known to have. */
    private boolean commitIsNews() {
        FollowerInfo follower = getFollower();
        return Math.min(getRaftLog().getLastCommittedIndex(), follower.getMatchIndex())
                > Math.max(toldCommit, follower.getCommitIndex());
    }

    private void send(AppendEntriesRequestProto request) {
        boolean heartbeat = request.getEntriesCount() == 0;
        Timestamp sent = Timestamp.currentTime();
        getFollower().updateLastRpcSendTime(heartbeat);
        toldCommit = Math.max(toldCommit, request.getLeaderCommit());
        CompletableFuture<AppendEntriesReplyProto> asked;
        try {
            asked = getServerRpc().async().appendEntriesAsync(request);
        } catch (IOException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<?> _ = asked.whenComplete((reply, failure) -> {
            try {
                if (failure == null) {
                    answered(request, reply, sent);
                } else {
                    failed(failure);
                }
            } finally {
                if (heartbeat) {
                    heartbeats.decrementAndGet();
                } else {
                    entriesUnderWay = false;
                }
                notifyLogAppender();
            }
        });
    }

    private void failed(Throwable failure) {
        toldCommit = RaftLog.INVALID_LOG_INDEX;
        int count = failures.incrementAndGet();
        pausedUntil = System.nanoTime()
                + PAUSE.multipliedBy(Math.min(count, MAX_PAUSES)).toNanos();
        if (count % WORD_EVERY == 1) {
            log.warn(
                    "a follower does not answer follower={} failures={} reason={}",
                    this,
                    count,
                    String.valueOf(failure));
        }
    }

    private void answered(AppendEntriesRequestProto request, AppendEntriesReplyProto reply, Timestamp sent) {
        failures.set(0);
        FollowerInfo follower = getFollower();
        follower.updateLastRpcResponseTime();
        follower.updateLastRespondedAppendEntriesSendTime(sent);
        getLeaderState().onFollowerCommitIndex(follower, reply.getFollowerCommit());
        boolean heartbeat = request.getEntriesCount() == 0;
        switch (reply.getResult()) {
            case SUCCESS -> {
                if (!heartbeat && reply.getNextIndex() > follower.getNextIndex()) {
                    follower.updateMatchIndex(reply.getNextIndex() - 1);
                    follower.increaseNextIndex(reply.getNextIndex());
                    getLeaderState().onFollowerSuccessAppendEntries(follower);
                }
            }
            case NOT_LEADER -> onFollowerTerm(reply.getTerm());
            case INCONSISTENCY -> {
                toldCommit = RaftLog.INVALID_LOG_INDEX;
                // of a heartbeat beside entries, their answer says more
                if (!heartbeat || !entriesUnderWay) {
                    long first = heartbeat
                            ? RaftLog.INVALID_LOG_INDEX
                            : request.getEntries(0).getIndex();
                    follower.setNextIndex(getNextIndexForInconsistency(first, reply.getNextIndex()));
                }
            }
            default -> log.warn("an answer that is not known follower={} result={}", this, reply.getResult());
        }
        getLeaderState().onAppendEntriesReply(this, reply);
    }

    private void tellToFetch(TermIndex firstThere) {
        if (System.nanoTime() - notified < NOTIFY_EVERY.toNanos()) {
            return;
        }
        notified = System.nanoTime();
        getFollower().updateLastRpcSendTime(false);
        try {
            fetching(getServerRpc().installSnapshot(newInstallSnapshotNotificationRequest(firstThere)));
        } catch (IOException e) {
            failed(e);
        }
    }

    private void fetching(InstallSnapshotReplyProto reply) {
        FollowerInfo follower = getFollower();
        follower.updateLastRpcResponseTime();
        switch (reply.getResult()) {
            case SUCCESS, SNAPSHOT_UNAVAILABLE -> follower.setAttemptedToInstallSnapshot();
            case SNAPSHOT_INSTALLED, ALREADY_INSTALLED -> {
                long index = reply.getSnapshotIndex();
                log.info("a follower has fetched the state follower={} index={}", this, index);
                follower.setSnapshotIndex(index);
                follower.setAttemptedToInstallSnapshot();
                getLeaderState().onFollowerCommitIndex(follower, index);
                getLeaderState().onFollowerSuccessAppendEntries(follower);
            }
            case NOT_LEADER -> onFollowerTerm(reply.getTerm());
            case IN_PROGRESS -> log.debug("a follower fetches the state follower={}", this);
            default -> log.warn("a follower cannot fetch the state follower={} result={}", this, reply.getResult());
        }
    }
}
