package dev.skerry.cluster.failure;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every other node once an interval whether it is there. An answer counts, not a question that comes: what matters
 * is whom this node can reach. Questions to a node that does not answer are bounded.
 */
public final class Heartbeats implements AutoCloseable {
    /** The name of the service. */
    public static final String SERVICE = "heartbeat";

    private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);

    /** Unanswered at a time: enough to notice within an interval that a node is back, though some wait in vain. */
    private static final int MAX_UNANSWERED = 4;

    private final Heartbeat own;
    private final NodeCalls calls;
    private final FailureDetector detector;
    private final DetectorSettings settings;
    private final ScheduledExecutorService timer;
    private final Map<NodeId, AtomicInteger> unanswered = new ConcurrentHashMap<>();
    private final Map<NodeId, Long> lives = new ConcurrentHashMap<>();
    private final LongAdder strangers = new LongAdder();
    private volatile Set<NodeId> peers = Set.of();
    private volatile boolean strangerTold;

    /** Guarded by this. */
    private @Nullable ScheduledFuture<?> ticking;

    /**
     * Heartbeats of a node.
     *
     * @param life another number each time the node is started
     * @param timer ticks; owned by the caller
     */
    public Heartbeats(
            NodeId own,
            long life,
            NodeCalls calls,
            FailureDetector detector,
            DetectorSettings settings,
            ScheduledExecutorService timer) {
        this.own = new Heartbeat(own, life);
        this.calls = calls;
        this.detector = detector;
        this.settings = settings;
        this.timer = timer;
    }

    /** Asks these nodes from now on and no others. This node may be among them and is passed over. */
    public void watch(Set<NodeId> nodes) {
        peers = nodes.stream().filter(node -> !node.equals(own.node())).collect(Collectors.toUnmodifiableSet());
        detector.watch(peers);
        unanswered.keySet().retainAll(peers);
        lives.keySet().retainAll(peers);
    }

    /** Answers others, and begins to ask. */
    public synchronized void start() {
        answerOthers();
        long millis = settings.interval().toMillis();
        ticking = timer.scheduleWithFixedDelay(this::tick, 0, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    /** How many heartbeats came that speak in this node's own name, or from where another node should be. */
    public long strangers() {
        return strangers.sum();
    }

    void answerOthers() {
        calls.serve(SERVICE, this::answer);
    }

    void tick() {
        try {
            peers.forEach(this::ask);
            detector.tellChanges();
        } catch (RuntimeException failure) {
            // a timer that sees one never ticks again, and everyone would look down
            log.error("heartbeats could not be sent", failure);
        }
    }

    private void ask(NodeId peer) {
        AtomicInteger waiting = unanswered.computeIfAbsent(peer, _ -> new AtomicInteger());
        if (waiting.incrementAndGet() > MAX_UNANSWERED) {
            waiting.decrementAndGet();
            return;
        }
        CompletableFuture<byte[]> answer;
        try {
            answer = calls.call(peer, SERVICE, own.toBytes());
        } catch (RuntimeException failure) {
            answer = CompletableFuture.failedFuture(failure);
        }
        var _ = answer.whenComplete((bytes, failure) -> {
            waiting.decrementAndGet();
            if (failure == null) {
                heard(peer, bytes);
            } else {
                log.debug("no heartbeat node={}", peer.value(), failure);
            }
        });
    }

    private void heard(NodeId peer, byte[] bytes) {
        try {
            Heartbeat from = Heartbeat.of(bytes);
            if (!from.node().equals(peer)) {
                stranger("another node answers where one should be", peer, from);
                return;
            }
            Long before = lives.put(peer, from.life());
            if (before != null && before != from.life()) {
                log.info("a node was started anew node={}", peer.value());
            }
            detector.heartbeat(peer);
        } catch (IllegalArgumentException malformed) {
            log.debug("no heartbeat node={}", peer.value(), malformed);
        }
    }

    private CompletableFuture<byte[]> answer(byte[] bytes) {
        try {
            Heartbeat from = Heartbeat.of(bytes);
            if (from.node().equals(own.node()) && from.life() != own.life()) {
                stranger("another process speaks in the name of this node", own.node(), from);
            }
            return CompletableFuture.completedFuture(own.toBytes());
        } catch (IllegalArgumentException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private void stranger(String what, NodeId expected, Heartbeat from) {
        strangers.increment();
        if (!strangerTold) {
            strangerTold = true;
            log.error(
                    "{} expected={} node={}",
                    what,
                    expected.value(),
                    from.node().value());
        }
    }
}
