package dev.skerry.server;

import dev.skerry.admin.Metrics;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.failure.DetectorSettings;
import dev.skerry.cluster.failure.FailureDetector;
import dev.skerry.cluster.failure.Heartbeats;
import dev.skerry.cluster.failure.Liveness;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.topology.Sighting;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Which of the other nodes answer: asks each once a second, and shows it.
 *
 * @param detector who is up, for others to ask
 * @param measured nodes that have gauges, which they keep
 * @param incarnations of the nodes that are watched: which of the machines that had an id
 */
record PeerWatch(
        NodeId self,
        FailureDetector detector,
        Heartbeats heartbeats,
        ScheduledExecutorService timer,
        Metrics metrics,
        Set<NodeId> measured,
        Map<NodeId, Integer> incarnations)
        implements AutoCloseable {
    /**
     * Begins to ask and to answer.
     *
     * @param nodes of the cluster; this one may be among them
     * @param random gives the number that tells one life of this node from the next
     */
    static PeerWatch start(
            NodeId self,
            ClusterMap nodes,
            NodeCalls calls,
            DetectorSettings settings,
            Metrics metrics,
            RandomGenerator random) {
        FailureDetector detector = new FailureDetector(settings, System::nanoTime);
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(Assembly.platformThreads("heartbeat"));
        Heartbeats heartbeats = new Heartbeats(self, random.nextLong(), calls, detector, settings, timer);
        PeerWatch watch = new PeerWatch(
                self, detector, heartbeats, timer, metrics, ConcurrentHashMap.newKeySet(), new ConcurrentHashMap<>());
        watch.watch(nodes);
        metrics.total(
                "skerry.peer.strangers",
                "Heartbeats in this node's own name, or from where another node should be",
                Tags.empty(),
                heartbeats::strangers);
        heartbeats.start();
        return watch;
    }

    /** Asks these nodes from now on and no others; this one may be among them. */
    void watch(ClusterMap nodes) {
        Set<NodeId> peers = nodes.members().stream()
                .map(Member::id)
                .filter(node -> !node.equals(self))
                .collect(Collectors.toUnmodifiableSet());
        // what was heard of the machine before says nothing of the one that took over
        heartbeats.watch(peers.stream()
                .filter(node -> incarnations.getOrDefault(node, nodes.incarnation(node)) == nodes.incarnation(node))
                .collect(Collectors.toUnmodifiableSet()));
        peers.forEach(node -> incarnations.put(node, nodes.incarnation(node)));
        heartbeats.watch(peers);
        peers.stream().filter(measured::add).forEach(this::measure);
    }

    /** What is known of another node. */
    Sighting sighting(NodeId node) {
        // first: it must not be newer than what was heard
        int incarnation = incarnations.getOrDefault(node, 0);
        return new Sighting(detector.of(node), incarnation);
    }

    private void measure(NodeId peer) {
        Tags labels = Tags.of("peer", peer.value());
        metrics.gauge(
                "skerry.peer.up",
                "1 while another node answers, 0.5 while it is suspect, 0 while it is down",
                labels,
                () -> level(detector.of(peer)));
        metrics.gauge(
                "skerry.peer.phi",
                "How surprising its silence is; from 8 on it is suspect",
                labels,
                () -> detector.phi(peer));
    }

    private static double level(Liveness liveness) {
        return switch (liveness) {
            case UP -> 1;
            case SUSPECT -> 0.5;
            case DOWN -> 0;
        };
    }

    @Override
    public void close() {
        heartbeats.close();
        timer.shutdownNow();
    }
}
