package dev.skerry.cluster.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.CrushPlacement;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.RebalancePlan;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import dev.skerry.cluster.placement.Target;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.raft.GroupVoters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Nodes and logs are played; whoever moves groups is another one at every look, as after a crash. */
class MoverTest {
    private static final int ENOUGH = 2000;
    private static final Groups GROUPS = new Groups(16, 3);
    private static final Mover.Settings AT_ONCE =
            new Mover.Settings(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO);

    private final SharedCatalog catalog = new SharedCatalog();
    private final SharedCatalog.Copy copy = new SharedCatalog.Copy(catalog);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Logs logs = new Logs();
    private final Set<NodeId> down = new HashSet<>();
    private final AtomicLong nanos = new AtomicLong();
    private final List<RebalancePlan.Step> done = new ArrayList<>();

    /** Which parts a node has been asked for; it has them at the second time. */
    private final Set<String> tickets = new HashSet<>();

    private final SharedTopology topology = new SharedTopology(copy, formed(), timer);

    MoverTest() {
        topology.pin(catalog::keep);
        copy.catchUp();
        topology.get().map().assignments().forEach(each -> logs.voters.put(each.group(), each.replicas()));
        logs.catalog = topology.get().nodes();
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private static NodeId id(String name) {
        return new NodeId(name);
    }

    private static Topology formed() {
        ClusterMap members = ClusterMap.of(Stream.of("a", "b", "c")
                .map(name -> new Member(id(name), name + ":1", "x", 1))
                .toList());
        return new Topology("id", 3, members, SlotMap.pin(GROUPS, new CrushPlacement(members, GROUPS, 3)));
    }

    /** The logs' voters; a change may fail, and may have been made nevertheless. */
    private final class Logs implements GroupVoters {
        private final Map<PlacementGroup, List<NodeId>> voters = new HashMap<>();
        private List<NodeId> catalog = List.of();
        private @Nullable Random failing;

        @Override
        public List<NodeId> voters(@Nullable PlacementGroup group) {
            return group == null ? catalog : Objects.requireNonNull(voters.get(group));
        }

        @Override
        public void change(@Nullable PlacementGroup group, List<NodeId> wanted) throws IOException {
            Random random = failing;
            if (random != null && random.nextInt(3) == 0) {
                throw new IOException("not done");
            }
            if (group == null) {
                catalog = wanted;
            } else {
                changed(group, wanted);
            }
            if (random != null && random.nextInt(3) == 0) {
                throw new IOException("done, and nobody said so");
            }
        }

        private void changed(PlacementGroup group, List<NodeId> wanted) {
            List<NodeId> before = voters(group);
            Set<NodeId> both = new HashSet<>(before);
            both.retainAll(wanted);
            assertThat(both.size()).as("%s after %s", wanted, before).isGreaterThanOrEqualTo(2);
            Stream.concat(before.stream(), wanted.stream())
                    .distinct()
                    .filter(node -> !both.contains(node))
                    .forEach(node -> done.add(
                            wanted.contains(node)
                                    ? new RebalancePlan.Add(group, node)
                                    : new RebalancePlan.Remove(group, node)));
            voters.put(group, wanted);
        }
    }

    private Map<NodeId, NodeReport> reports(Collection<NodeId> asked) {
        Map<NodeId, NodeReport> reports = new HashMap<>();
        for (NodeId node : asked) {
            List<NodeReport.Log> open = new ArrayList<>(List.of(log("catalog", logs.catalog, node)));
            for (Assignment each : topology.get().map().assignments()) {
                if (each.replicas().contains(node) || each.learners().contains(node)) {
                    open.add(log(String.valueOf(each.group().value()), logs.voters(each.group()), node));
                }
            }
            reports.put(
                    node,
                    new NodeReport(node, "1", 1, open, List.of(), new NodeReport.Fetched(0, 0, 0), List.of(), ""));
        }
        return reports;
    }

    /** The first leads. */
    private static NodeReport.Log log(String name, List<NodeId> voters, NodeId node) {
        return new NodeReport.Log(name, voters.getFirst().equals(node), voters.getFirst(), 1, 1, 1, 0, voters);
    }

    private boolean isWhole(NodeId node, PlacementGroup group, String ticket) {
        return !tickets.add(node + " " + group + " " + ticket);
    }

    private void look() {
        copy.catchUp();
        nanos.addAndGet(1_000_000_000);
        new Mover(
                        new Mover.Ports(
                                topology,
                                catalog::keep,
                                logs,
                                this::isWhole,
                                this::reports,
                                node -> !down.contains(node),
                                () -> true,
                                nanos::get),
                        AT_ONCE)
                .look();
        copy.catchUp();
        for (Assignment each : topology.get().map().assignments()) {
            assertThat(logs.voters(each.group()).stream()
                            .filter(node -> !each.replicas().contains(node))
                            .count())
                    .as("voters of %s that hold nothing", each)
                    .isLessThanOrEqualTo(1);
        }
    }

    private void lookUntilDone() {
        for (int i = 0; i < ENOUGH && topology.get().target() != null; i++) {
            look();
        }
        for (int i = 0; i < 10; i++) {
            look();
        }
        assertThat(topology.get().target()).isNull();
        assertThat(logs.catalog)
                .containsExactlyInAnyOrderElementsOf(topology.get().nodes());
        topology.get()
                .map()
                .assignments()
                .forEach(each -> assertThat(logs.voters(each.group()))
                        .containsExactlyInAnyOrderElementsOf(each.replicas())
                        .startsWith(each.replicas().getFirst()));
    }

    private Target fourth() {
        topology.change(
                catalog::keep, before -> before.with(before.members().with(new Member(id("d"), "d:1", "x", 1))));
        copy.catchUp();
        List<NodeId> all = new ArrayList<>(logs.catalog);
        all.add(id("d"));
        logs.catalog = all;
        Target target = Target.of(topology.get());
        topology.change(catalog::keep, before -> before.towards(target));
        return target;
    }

    @Test
    void whatIsPlannedIsDoneInItsOrder() {
        Target target = fourth();
        List<RebalancePlan.Step> planned =
                target.plan(topology.get().map(), Set.of()).steps();
        lookUntilDone();
        assertThat(done).isEqualTo(planned).hasSize(target.steps()).isNotEmpty();
        assertThat(topology.get().map().assignments())
                .allSatisfy(each -> assertThat(each.replicas())
                        .isEqualTo(target.replicas().get(each.group().value())));
    }

    @RepeatedTest(8)
    void whereChangesFailOrAreNotHeardOfItGoesOn(RepetitionInfo repetition) {
        logs.failing = new Random(repetition.getCurrentRepetition());
        fourth();
        topology.change(
                catalog::keep,
                before -> before.with(before.members()
                        .with(before.members().member(id("a")).orElseThrow().in(State.LEAVING))));
        topology.change(catalog::keep, before -> before.towards(Target.of(before)));
        lookUntilDoneWithFailures();
        assertThat(topology.get().nodes()).containsExactly(id("b"), id("c"), id("d"));
        assertThat(topology.get().map().groupsOn(id("a"))).isEmpty();
    }

    private void lookUntilDoneWithFailures() {
        for (int i = 0; i < ENOUGH && topology.get().target() != null; i++) {
            look();
        }
        logs.failing = null;
        lookUntilDone();
    }

    @Test
    void aNodeThatIsDownIsNotGivenAnything() {
        down.add(id("d"));
        fourth();
        for (int i = 0; i < 20; i++) {
            look();
        }
        assertThat(done).isEmpty();
        assertThat(topology.get().target()).isNotNull();
        down.clear();
        lookUntilDone();
        assertThat(done).isNotEmpty();
    }

    /** The others get what it has while it cannot be asked. */
    @Test
    void aNodeThatIsDownIsTakenOut() {
        fourth();
        lookUntilDone();
        down.add(id("b"));
        topology.change(
                catalog::keep,
                before -> before.with(before.members()
                        .with(before.members().member(id("b")).orElseThrow().in(State.LEAVING))));
        topology.change(catalog::keep, before -> before.towards(Target.of(before)));
        lookUntilDone();
        assertThat(topology.get().nodes()).containsExactly(id("a"), id("c"), id("d"));
    }

    /** It is elected elsewhere, which the logs see to: they are told whom to prefer. */
    @Test
    void aNodeThatIsDrainedLeadsNothing() {
        topology.change(
                catalog::keep,
                before -> before.with(before.members()
                        .with(before.members().member(id("a")).orElseThrow().in(State.DRAINING))));
        for (int i = 0; i < 10; i++) {
            look();
        }
        assertThat(logs.catalog).hasSize(3).endsWith(id("c")).startsWith(id("b"));
    }
}
