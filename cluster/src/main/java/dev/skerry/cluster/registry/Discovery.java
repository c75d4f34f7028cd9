package dev.skerry.cluster.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node in a registry, and what the registry said last of the others: a registry that is lost takes nobody
 * away. Its loss is logged once, as is its return, and it is asked again with growing pauses. All calls are made by one
 * thread.
 */
public final class Discovery implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    private final Registry registry;
    private final NodeRecord own;
    private final Settings settings;
    private final Cluster cluster;
    private final Thread thread;
    private final Semaphore hints = new Semaphore(0);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final LongAdder failures = new LongAdder();
    private volatile boolean reachable;
    private volatile List<NodeRecord> nodes = List.of();
    private volatile Registration.@Nullable Taken taken;

    /** The document that was last heard of; of the thread that asks. */
    private byte @Nullable [] kept;

    /** The cluster, as the node knows it that registers. Called by one thread; must not block. */
    public interface Cluster {
        /** The document that is left in the registry where it has none, as after its own loss. */
        byte[] document();

        /** The registry has this document, which is the first that was heard of or differs from the one before. */
        void found(byte[] document);

        /** The list differs from the one before. */
        void listed(List<NodeRecord> nodes);
    }

    /**
     * The rhythm.
     *
     * @param lease how long a node stays listed that is silent; asked three times as often
     * @param maxPause the longest pause between two tries while the registry is lost
     */
    public record Settings(Duration lease, Duration maxPause) {
        private static final int ASKED_PER_LEASE = 3;
        private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

        Duration interval() {
            return lease.dividedBy(ASKED_PER_LEASE);
        }
    }

    /** Of this node, which is one of that cluster. */
    public Discovery(Registry registry, NodeRecord own, Settings settings, Cluster cluster, ThreadFactory threads) {
        this.registry = registry;
        this.own = own;
        this.settings = settings;
        this.cluster = cluster;
        this.thread = threads.newThread(this::run);
    }

    /** Begins to register and to ask. */
    public void start() {
        thread.start();
    }

    /** What the registry said last; empty before it said anything. */
    public List<NodeRecord> nodes() {
        return nodes;
    }

    /** Whether the registry answered when it was last asked. */
    public boolean reachable() {
        return reachable;
    }

    /** How often it did not. */
    public long failures() {
        return failures.sum();
    }

    /**
     * Waits until the registry has said whether this node's id is free.
     *
     * @return empty where it did not say in time
     */
    public Optional<Registration> awaitRegistration(Duration timeout) throws InterruptedException {
        if (!settled.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.empty();
        }
        Registration.Taken by = taken;
        return Optional.of(by == null ? new Registration.Listed() : by);
    }

    /** Leaves the list where the registry can be reached, and ends. */
    @Override
    public void close() {
        closing.countDown();
        hints.release();
        if (thread.getState() == Thread.State.NEW) {
            registry.close();
            return;
        }
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = Settings.FIRST_PAUSE;
        try {
            while (closing.getCount() > 0) {
                if (ask()) {
                    pause = Settings.FIRST_PAUSE;
                    awaitHint(settings.interval());
                } else {
                    closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                    pause = shorter(pause.multipliedBy(2), settings.maxPause());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** True where the registry answered. */
    private boolean ask() {
        Registration registration;
        List<NodeRecord> now;
        byte[] document;
        try {
            registration = registry.register(own, settings.lease());
            document = registry.document(cluster.document());
            now = registry.nodes();
        } catch (IOException | RuntimeException failure) {
            failures.increment();
            if (reachable || failures.sum() == 1) {
                log.warn("the registry is lost, what it said last holds nodes={}", nodes.size(), failure);
            }
            reachable = false;
            return false;
        }
        if (!reachable) {
            log.info("the registry answers nodes={}", now.size());
            // a watch may have ended with the connection
            registry.watch(hints::release);
            reachable = true;
        }
        remember(registration);
        if (!Arrays.equals(document, kept)) {
            kept = document;
            tell(() -> cluster.found(document));
        }
        if (!now.equals(nodes)) {
            nodes = now;
            tell(() -> cluster.listed(now));
        }
        return true;
    }

    private void remember(Registration registration) {
        Registration.Taken by = registration instanceof Registration.Taken other ? other : null;
        if (by != null && taken == null) {
            log.error(
                    "the registry lists this node's id at another address, until that lease ends node={} address={}",
                    own.id().value(),
                    by.by().address());
        }
        taken = by;
        settled.countDown();
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException failure) {
            log.error("what the registry says was not taken up", failure);
        }
    }

    /** Waits for the time to ask again, which a change of the list cuts short. */
    private void awaitHint(Duration time) throws InterruptedException {
        if (hints.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)) {
            hints.drainPermits();
        }
    }

    private void end() {
        try {
            if (reachable && taken == null) {
                registry.leave(own.id());
            }
        } catch (IOException | RuntimeException failure) {
            log.debug("not taken off the registry's list, its lease will end", failure);
        } finally {
            registry.close();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
