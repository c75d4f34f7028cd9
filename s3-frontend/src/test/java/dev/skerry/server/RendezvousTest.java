package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.registry.NodeRecord;
import dev.skerry.cluster.registry.Registration;
import dev.skerry.cluster.registry.Registry;
import dev.skerry.cluster.topology.Admission;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import dev.skerry.config.SettingsReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private final Kept kept = new Kept();

    /** A registry in memory, whose leases do not end. */
    private static final class Kept implements Registry {
        private final Map<String, NodeRecord> nodes = new TreeMap<>();
        private byte @Nullable [] document;

        @Override
        public synchronized Registration register(NodeRecord node, Duration lease) {
            NodeRecord other = nodes.get(node.id().value());
            if (other != null && !other.address().equals(node.address())) {
                return new Registration.Taken(other);
            }
            nodes.put(node.id().value(), node);
            return new Registration.Listed();
        }

        @Override
        public synchronized void leave(NodeId node) {
            nodes.remove(node.value());
        }

        @Override
        public synchronized List<NodeRecord> nodes() {
            return List.copyOf(nodes.values());
        }

        @Override
        public void watch(Runnable changed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized byte[] document(byte[] ifAbsent) {
            if (document == null) {
                document = ifAbsent.clone();
            }
            return document.clone();
        }

        @Override
        public synchronized Optional<byte[]> document() {
            return Optional.ofNullable(document);
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    @Test
    void ofNodesThatComeAtOnceOneClusterIsFormed() throws Exception {
        List<Future<Arrival>> arriving = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String id : List.of("e", "d", "c", "b", "a")) {
                arriving.add(threads.submit(() -> meet(id, 5, RendezvousTest::nobody)));
            }
            List<Topology> topologies = new ArrayList<>();
            for (Future<Arrival> arrival : arriving) {
                assertThat(arrival.get()).isInstanceOf(Arrival.Forms.class);
                topologies.add(arrival.get().topology());
            }
            assertThat(topologies).containsOnly(topologies.getFirst());
            assertThat(topologies.getFirst().nodes())
                    .extracting(NodeId::value)
                    .containsExactly("a", "b", "c", "d", "e");
        }
    }

    @Test
    void whoComesLateIsLetInByThoseWhoAreThere() {
        Topology formed = formed("a", "b", "c");
        kept.document(MapsJson.write(formed).getBytes(StandardCharsets.UTF_8));
        kept.register(new NodeRecord(new NodeId("f"), "host-f:9000", "x", 1, formed.clusterId()), Duration.ofDays(1));
        List<HostPort> asked = new ArrayList<>();
        Arrival arrival = meet("d", 3, seeds -> {
            asked.addAll(seeds);
            return new Admission.Answer.Admitted(MapsJson.write(formed));
        });
        assertThat(arrival).isEqualTo(new Arrival.Joins(formed));
        assertThat(asked)
                .extracting(HostPort::host)
                .as("those that live first")
                .containsExactly("host-f", "host-a", "host-b", "host-c");
        assertThat(kept.nodes()).as("it is listed once it is in").hasSize(1);
    }

    @Test
    void whoIsRefusedTakesItsNameBack() {
        kept.register(new NodeRecord(new NodeId("b"), "host-b:9000", "x", 1, "cluster-1"), Duration.ofDays(1));
        assertThatThrownBy(() -> meet("d", 1, _ -> new Admission.Answer.Refused("cluster://host-b:9000 refuses: no")))
                .isInstanceOf(StartException.class)
                .hasMessage("cluster.join: cluster://host-b:9000 refuses: no");
        assertThat(kept.nodes()).hasSize(1);
        assertThat(kept.document()).isEmpty();
    }

    @Test
    void anIdThatIsListedElsewhereIsRefused() {
        kept.register(new NodeRecord(new NodeId("a"), "elsewhere:9000", "x", 1), Duration.ofDays(1));
        assertThatThrownBy(() -> meet("a", 2, RendezvousTest::nobody))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("node id a: the registry lists it at elsewhere:9000");
    }

    @Test
    void aNodeOfTheDocumentFormsItsClusterWhereNobodyElseDoesYet() {
        Topology formed = formed("a", "b", "c");
        kept.document(MapsJson.write(formed).getBytes(StandardCharsets.UTF_8));
        assertThat(meet("b", 0, RendezvousTest::nobody)).isEqualTo(new Arrival.Forms(formed));
    }

    @Test
    void anotherListThanTheOneOfTheRegistryIsRefused() {
        Topology formed = formed("a", "b", "c");
        Rendezvous.agree(settings("a", 0), kept, formed);
        Rendezvous.agree(settings("a", 0), kept, formed);
        assertThatThrownBy(() -> Rendezvous.agree(settings("a", 0), kept, formed("a", "b", "d")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("which was formed by the nodes a, b, c");
    }

    @Test
    void aDocumentThatIsNoneIsRefused() {
        kept.document(new byte[] {1, 2});
        assertThatThrownBy(() -> meet("a", 1, RendezvousTest::nobody))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no topology");
    }

    @Test
    void aNodeThatIsToStopWaitsForNobody() {
        assertThatThrownBy(() ->
                        new Rendezvous(settings("a", 2), kept, admission("a"), RendezvousTest::nobody).meet(() -> true))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("stopped");
        assertThat(kept.nodes()).isEmpty();
    }

    private static Admission.Answer nobody(List<HostPort> seeds) {
        return new Admission.Answer.Later("nobody answers at " + seeds);
    }

    private Arrival meet(String id, int founders, Function<List<HostPort>, Admission.Answer> asking) {
        return new Rendezvous(settings(id, founders), kept, admission(id), asking).meet(() -> false);
    }

    private static Admission admission(String id) {
        return new Admission(id, "host-" + id + ":9000", "x", 1, 16, false);
    }

    private static Topology formed(String... ids) {
        StringBuilder nodes = new StringBuilder("[");
        for (String id : ids) {
            nodes.append("{id: ")
                    .append(id)
                    .append(", address: 'host-")
                    .append(id)
                    .append(":9000'},");
        }
        Map<String, String> flags = Map.of(
                "cluster.secret", "0123456789abcdef0123456789abcdef", "cluster.initial_cluster.nodes", nodes + "]");
        return Formation.of(read(flags), new NodeId(ids[0]), 16);
    }

    private static ClusterSettings settings(String id, int founders) {
        Map<String, String> flags = new HashMap<>(Map.of(
                "cluster.secret",
                "0123456789abcdef0123456789abcdef",
                "cluster.address",
                "host-" + id + ":9000",
                "cluster.join",
                "etcd://registry:2379"));
        flags.put("cluster.initial_cluster.size", Integer.toString(founders));
        return read(flags);
    }

    private static ClusterSettings read(Map<String, String> flags) {
        return Objects.requireNonNull(
                SettingsReader.read(null, Map.of(), flags).settings().cluster());
    }
}
