package dev.skerry.cluster.failure;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the other nodes answer. A hint and no more: another node may see it differently, and what is safe never
 * depends on it. Safe for many threads; no method blocks.
 */
public final class FailureDetector {
    private static final Logger log = LoggerFactory.getLogger(FailureDetector.class);

    private final DetectorSettings settings;
    private final LongSupplier nanoClock;

    /** Guarded by this. */
    private final Map<NodeId, Watched> watched = new HashMap<>();

    /**
     * A detector that watches nobody yet.
     *
     * @param nanoClock never goes back
     */
    public FailureDetector(DetectorSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
    }

    /** One node. */
    private static final class Watched {
        private final PhiAccrual phi;
        private boolean heard;
        private Liveness told = Liveness.SUSPECT;

        Watched(PhiAccrual phi) {
            this.phi = phi;
        }
    }

    /** Watches these nodes from now on and no others; what is known of those that stay is kept. */
    public synchronized void watch(Set<NodeId> nodes) {
        watched.keySet().retainAll(nodes);
        long now = nanoClock.getAsLong();
        nodes.forEach(node -> watched.computeIfAbsent(node, _ -> new Watched(new PhiAccrual(settings, now))));
    }

    /** A node was heard; one that is not watched is passed over. */
    public synchronized void heartbeat(NodeId node) {
        Watched of = watched.get(node);
        if (of == null) {
            return;
        }
        long now = nanoClock.getAsLong();
        of.phi.heartbeat(now);
        of.heard = true;
        tell(node, of, now);
    }

    /** What a node looks like; one that is not watched is down. */
    public synchronized Liveness of(NodeId node) {
        Watched of = watched.get(node);
        return of == null ? Liveness.DOWN : liveness(of, nanoClock.getAsLong());
    }

    /** What every watched node looks like, in the order of their ids. */
    public synchronized Map<NodeId, Liveness> all() {
        long now = nanoClock.getAsLong();
        Map<NodeId, Liveness> all = new TreeMap<>(Comparator.comparing(NodeId::value));
        watched.forEach((node, of) -> all.put(node, liveness(of, now)));
        return all;
    }

    /** How surprising a node's silence is; 0 for one that is not watched. */
    public synchronized double phi(NodeId node) {
        Watched of = watched.get(node);
        return of == null ? 0 : of.phi.phi(nanoClock.getAsLong());
    }

    /** Says in the log who has come or gone since it was last called. */
    public synchronized void tellChanges() {
        long now = nanoClock.getAsLong();
        watched.forEach((node, of) -> tell(node, of, now));
    }

    private Liveness liveness(Watched of, long now) {
        boolean silent = !of.heard || of.phi.phi(now) >= settings.threshold();
        if (!silent) {
            return Liveness.UP;
        }
        return of.phi.silentMillis(now) >= settings.downAfter().toMillis() ? Liveness.DOWN : Liveness.SUSPECT;
    }

    private void tell(NodeId node, Watched of, long now) {
        Liveness is = liveness(of, now);
        Liveness was = of.told;
        of.told = is;
        if (is == was) {
            return;
        }
        switch (is) {
            case UP -> log.info("a node answers node={}", node.value());
            case SUSPECT -> log.info("a node is silent node={} silent_ms={}", node.value(), of.phi.silentMillis(now));
            case DOWN -> log.warn("a node is down node={} silent_ms={}", node.value(), of.phi.silentMillis(now));
        }
    }
}
