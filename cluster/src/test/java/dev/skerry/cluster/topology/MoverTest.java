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
import java.util.function.BooleanSupplier;
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
    private final Set<NodeId> stuck = new HashSet<>();
    private final AtomicLong nanos = new AtomicLong();
    private final List<RebalancePlan.Step> done = new ArrayList<>();

    /** What another one does while nodes are asked. */
    private Runnable meanwhile = () -> {};

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

    /** The same cluster, with one log for all groups. */
    private void beginWithOneLog() {
        topology.change(catalog::keep, before -> before.with(before.map().withCommonLog()));
        copy.catchUp();
        logs.shared = topology.get().map().assignments().getFirst().replicas();
    }

    /** The logs' voters; a change may fail, and may have been made nevertheless. */
    private final class Logs implements GroupVoters {
        private final Map<PlacementGroup, List<NodeId>> voters = new HashMap<>();
        private List<NodeId> catalog = List.of();
        private @Nullable Random failing;

        /** Of the log that all groups share; nobody where there never was one. */
        private List<NodeId> shared = List.of();

        /** With which keepers it was ended, each time. */
        private final List<List<NodeId>> splits = new ArrayList<>();

        /** Who has not come to its end, and who is held back from it. */
        private final Set<NodeId> behind = new HashSet<>();

        private final Set<NodeId> staying = new HashSet<>();

        @Override
        public List<NodeId> voters(@Nullable PlacementGroup group) {
            if (group == null) {
                return catalog;
            }
            return isShared() ? shared : Objects.requireNonNull(voters.get(group));
        }

        private boolean isShared() {
            return !shared.isEmpty() && splits.isEmpty();
        }

        @Override
        public void change(@Nullable PlacementGroup group, List<NodeId> wanted) throws IOException {
            mayFail("not done");
            if (group == null) {
                catalog = wanted;
            } else {
                changed(group, wanted);
            }
            mayFail("done, and nobody said so");
        }

        private void mayFail(String how) throws IOException {
            Random random = failing;
            if (random != null && random.nextInt(3) == 0) {
                throw new IOException(how);
            }
        }

        @Override
        public void split(List<NodeId> keepers) throws IOException {
            mayFail("not done");
            assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.SPLITTING);
            if (isShared()) {
                assertThat(keepers).containsExactlyInAnyOrderElementsOf(shared);
                behind.addAll(shared);
                GROUPS.all().forEach(group -> voters.put(group, SlotMap.ledInTurn(keepers, group)));
            }
            splits.add(keepers);
            mayFail("done, and nobody said so");
        }

        /** Nodes come to the end of the log that all groups shared, and have the groups' own from then on. */
        private void goOn() {
            Random random = failing;
            behind.removeIf(node ->
                    !down.contains(node) && !staying.contains(node) && (random == null || random.nextInt(3) == 0));
        }

        private void changed(PlacementGroup group, List<NodeId> wanted) {
            assertThat(topology.get().map().logs()).isEqualTo(isShared() ? SlotMap.Logs.COMMON : SlotMap.Logs.OWN);
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
            if (isShared()) {
                shared = wanted;
            } else {
                voters.put(group, wanted);
            }
        }
    }

    private Map<NodeId, NodeReport> reports(Collection<NodeId> asked) {
        Runnable others = meanwhile;
        meanwhile = () -> {};
        others.run();
        Map<NodeId, NodeReport> reports = new HashMap<>();
        for (NodeId node : asked) {
            List<NodeReport.Log> open = new ArrayList<>(List.of(log("catalog", logs.catalog, node)));
            boolean late = logs.behind.contains(node);
            if (late || (logs.isShared() && holds(topology.get().map().of(PlacementGroup.ZERO), node))) {
                open.add(log(NodeReport.COMMON, logs.shared, node));
            }
            for (Assignment each : topology.get().map().assignments()) {
                if (late || holds(each, node)) {
                    List<NodeId> voters = late ? logs.shared : logs.voters(each.group());
                    open.add(log(String.valueOf(each.group().value()), voters, node));
                }
            }
            reports.put(
                    node,
                    new NodeReport(node, "1", 1, open, List.of(), new NodeReport.Fetched(0, 0, 0), List.of(), ""));
        }
        return reports;
    }

    private static boolean holds(Assignment assignment, NodeId node) {
        return assignment.replicas().contains(node) || assignment.learners().contains(node);
    }

    /** The first leads. */
    private NodeReport.Log log(String name, List<NodeId> voters, NodeId node) {
        long behind = stuck.contains(node) ? 4_000 : 0;
        return new NodeReport.Log(name, voters.getFirst().equals(node), voters.getFirst(), 1, 1, 1, behind, voters);
    }

    private boolean isWhole(NodeId node, PlacementGroup group, String ticket) {
        return !tickets.add(node + " " + group + " " + ticket);
    }

    private Mover mover() {
        return new Mover(
                new Mover.Ports(
                        topology,
                        catalog::keep,
                        logs,
                        this::isWhole,
                        this::reports,
                        node -> !down.contains(node),
                        () -> true,
                        nanos::get),
                AT_ONCE);
    }

    private void look() {
        look(mover());
    }

    private void look(Mover mover) {
        copy.catchUp();
        nanos.addAndGet(1_000_000_000);
        SlotMap before = topology.get().map();
        logs.goOn();
        mover.look();
        copy.catchUp();
        assertGoesOnFrom(before);
        for (Assignment each : topology.get().map().assignments()) {
            assertThat(logs.voters(each.group()).stream()
                            .filter(node -> !each.replicas().contains(node))
                            .count())
                    .as("voters of %s that hold nothing", each)
                    .isLessThanOrEqualTo(1);
        }
    }

    /** From one log to the others nothing moves, and it is done where all that answer have come to its end. */
    private void assertGoesOnFrom(SlotMap before) {
        SlotMap after = topology.get().map();
        if (before.logs() == SlotMap.Logs.SPLITTING) {
            assertThat(after).isIn(before, before.split());
        } else if (before.logs() != after.logs()) {
            assertThat(after).isEqualTo(before.splitting());
            assertThat(after.of(PlacementGroup.ZERO).learners()).isEmpty();
        }
        if (before.logs() == SlotMap.Logs.SPLITTING && after.logs() == SlotMap.Logs.OWN) {
            assertThat(logs.splits).isNotEmpty();
            assertThat(down).containsAll(logs.behind);
        }
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            look();
        }
    }

    private void lookTwice(Mover mover) {
        look(mover);
        look(mover);
    }

    private void lookUntil(BooleanSupplier reached) {
        for (int i = 0; i < ENOUGH && !reached.getAsBoolean(); i++) {
            look();
        }
        assertThat(reached.getAsBoolean()).isTrue();
    }

    private void lookUntilDone() {
        for (int i = 0; i < ENOUGH && topology.get().target() != null; i++) {
            look();
        }
        look(10);
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
        logs.catalog = Stream.concat(logs.catalog.stream(), Stream.of(id("d"))).toList();
        return towardsPlacement();
    }

    private Target towardsPlacement() {
        Target target = Target.of(topology.get());
        topology.change(catalog::keep, before -> before.towards(target));
        return target;
    }

    private void put(String node, State state) {
        topology.change(
                catalog::keep,
                before -> before.with(before.members()
                        .with(before.members().member(id(node)).orElseThrow().in(state))));
    }

    /** One comes and another goes, all at once. */
    private Target fourthInPlaceOfTheFirst() {
        fourth();
        put("a", State.LEAVING);
        return towardsPlacement();
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
        put("a", State.DRAINING);
        look(10);
        assertThat(logs.catalog).hasSize(3).endsWith(id("c")).startsWith(id("b"));
    }

    @Test
    void aNodeThatIsStuckIsNotGivenItsLogBackBeforeItIsWell() throws IOException {
        List<NodeId> replicas = topology.get().map().of(PlacementGroup.ZERO).replicas();
        stuck.add(replicas.getFirst());
        logs.change(PlacementGroup.ZERO, replicas.reversed());
        Mover mover = mover();
        lookTwice(mover);
        assertThat(logs.voters(PlacementGroup.ZERO)).startsWith(replicas.getLast());
        put(replicas.getLast().value(), State.DRAINING);
        lookTwice(mover);
        assertThat(logs.voters(PlacementGroup.ZERO)).startsWith(replicas.get(1));
        stuck.clear();
        lookTwice(mover);
        assertThat(logs.voters(PlacementGroup.ZERO)).startsWith(replicas.getFirst());
    }

    @Test
    void theLogOfAllGroupsEndsBeforeTheyGoDifferentWays() {
        beginWithOneLog();
        logs.staying.add(id("c"));
        SlotMap together = topology.get().map();
        Target target = fourth();
        assertThat(target.splits(together)).isTrue();
        List<RebalancePlan.Step> planned = target.plan(together, Set.of()).steps();
        look(20);
        assertThat(logs.splits).containsExactly(together.of(PlacementGroup.ZERO).replicas());
        assertThat(done).isEmpty();
        assertThat(topology.get().map()).isEqualTo(together.splitting());
        logs.staying.clear();
        lookUntilDone();
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.OWN);
        assertThat(done).isEqualTo(planned).isNotEmpty();
        assertThat(logs.splits).hasSize(1);
        assertArrived(target);
    }

    private void assertArrived(Target target) {
        assertThat(topology.get().map().assignments())
                .allSatisfy(each -> assertThat(each.replicas())
                        .containsExactlyInAnyOrderElementsOf(
                                target.replicas().get(each.group().value()))
                        .startsWith(target.leader(each.group())));
    }

    @Test
    void whereNoneHasComeToItsEndTheLogIsEndedOnceMore() {
        beginWithOneLog();
        logs.staying.addAll(logs.shared);
        fourth();
        look(10);
        assertThat(logs.splits)
                .hasSizeGreaterThan(1)
                .containsOnly(topology.get().map().of(PlacementGroup.ZERO).replicas());
        assertThat(done).isEmpty();
    }

    @Test
    void aNodeThatIsDownDoesNotHoldTheEndOfTheLogUp() {
        beginWithOneLog();
        Target target = fourth();
        down.add(id("c"));
        look(10);
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.OWN);
        assertThat(logs.behind).containsExactly(id("c"));
        down.clear();
        lookUntilDone();
        assertArrived(target);
    }

    @Test
    void moreThanHalfOfTheNodesComeToTheEndOfTheLog() {
        beginWithOneLog();
        logs.staying.addAll(List.of(id("b"), id("c")));
        fourth();
        look(5);
        down.addAll(logs.staying);
        look(10);
        assertThat(logs.behind).containsExactlyInAnyOrder(id("b"), id("c"));
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.SPLITTING);
        logs.staying.clear();
        down.remove(id("b"));
        look(5);
        assertThat(logs.behind).containsExactly(id("c"));
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.OWN);
    }

    @Test
    void aNodeInPlaceOfAnotherTakesAllGroupsTogether() {
        beginWithOneLog();
        Target target = fourthInPlaceOfTheFirst();
        assertThat(target.splits(topology.get().map())).isFalse();
        lookUntilDone();
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.COMMON);
        assertThat(topology.get().nodes()).containsExactly(id("b"), id("c"), id("d"));
        assertThat(done)
                .containsExactly(
                        new RebalancePlan.Add(PlacementGroup.ZERO, id("d")),
                        new RebalancePlan.Remove(PlacementGroup.ZERO, id("a")));
        assertThat(logs.splits).isEmpty();
        assertArrived(target);
        for (PlacementGroup group : GROUPS.all()) {
            assertThat(tickets)
                    .as("nothing goes before %s is whole elsewhere", group)
                    .anyMatch(ticket -> ticket.startsWith(id("d") + " " + group + " before a"));
        }
    }

    @Test
    void aLearnerOfAllGroupsIsLetGoBeforeTheLogEnds() {
        beginWithOneLog();
        fourthInPlaceOfTheFirst();
        lookUntil(() -> !topology.get().map().groupsOn(id("d")).isEmpty());
        assertThat(topology.get().map().assignments())
                .allSatisfy(each -> assertThat(each.learners()).containsExactly(id("d")));
        put("a", State.ACTIVE);
        Target target = towardsPlacement();
        look();
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.COMMON);
        assertThat(topology.get().map().groupsOn(id("d"))).isEmpty();
        look();
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.SPLITTING);
        assertThat(done).isEmpty();
        lookUntilDone();
        assertThat(logs.splits).hasSize(1);
        assertArrived(target);
    }

    @Test
    void aNodeThatVotesByThenKeepsTheGroupsOwnLogsAtFirst() {
        beginWithOneLog();
        fourthInPlaceOfTheFirst();
        lookUntil(() -> logs.shared.contains(id("d")));
        assertThat(logs.shared).hasSize(4);
        put("a", State.ACTIVE);
        Target target = towardsPlacement();
        lookUntilDone();
        assertThat(logs.splits)
                .singleElement()
                .satisfies(keepers -> assertThat(keepers).hasSize(4).endsWith(id("d")));
        assertArrived(target);
    }

    /** One that led the catalog before, and has not heard that another does. */
    @Test
    void theLogDoesNotEndOnceMoreForOneThatWasOvertaken() {
        beginWithOneLog();
        Target target = fourth();
        assertThat(target.replicas().getFirst()).as("of the group that stays").doesNotContain(id("d"));
        meanwhile = this::lookUntilDone;
        mover().look();
        lookUntilDone();
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.OWN);
        assertThat(logs.splits).hasSize(1);
        assertArrived(target);
    }

    @RepeatedTest(8)
    void whereChangesFailTheLogOfAllGroupsEndsNevertheless(RepetitionInfo repetition) {
        beginWithOneLog();
        logs.failing = new Random(repetition.getCurrentRepetition());
        Target target = fourth();
        lookUntilDoneWithFailures();
        assertThat(topology.get().map().logs()).isEqualTo(SlotMap.Logs.OWN);
        assertThat(logs.behind).isEmpty();
        assertArrived(target);
    }

    /** Wherever it has come by then: another target, and a node that is there at times. */
    @RepeatedTest(32)
    void whereMindsChangeInBetweenItGoesOn(RepetitionInfo repetition) {
        beginWithOneLog();
        Random random = new Random(repetition.getCurrentRepetition());
        logs.failing = random;
        fourthInPlaceOfTheFirst();
        lookWhileOneComesAndGoes(random, random.nextInt(8));
        put("a", State.ACTIVE);
        towardsPlacement();
        lookWhileOneComesAndGoes(random, random.nextInt(24));
        put("b", State.LEAVING);
        Target target = towardsPlacement();
        lookWhileOneComesAndGoes(random, 24);
        down.clear();
        lookUntilDoneWithFailures();
        assertThat(topology.get().nodes()).containsExactly(id("a"), id("c"), id("d"));
        assertThat(topology.get().map().logs())
                .isEqualTo(logs.splits.isEmpty() ? SlotMap.Logs.COMMON : SlotMap.Logs.OWN);
        assertArrived(target);
    }

    private void lookWhileOneComesAndGoes(Random random, int times) {
        for (int i = 0; i < times; i++) {
            if (random.nextInt(4) == 0 && !down.remove(id("c"))) {
                down.add(id("c"));
            }
            look();
        }
    }
}
