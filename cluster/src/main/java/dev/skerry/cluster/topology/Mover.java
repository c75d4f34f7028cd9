package dev.skerry.cluster.topology;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.heal.GroupParts;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the groups where the topology's target wants them, one step at a time, and has the logs' voters agree with the
 * topology. Done by whoever leads the catalog. It keeps nothing of its own: each look makes the next step out of the
 * topology and what the logs and the nodes say, so that whoever leads next goes on.
 *
 * <p>A node that comes is a learner in the topology first, so that new parts are written to it too; then a voter in the
 * log, once it has the log open; then a replica in the topology. A node that goes is no replica in the topology first,
 * so that nobody reads from it, and only then no voter. Before that every other replica has said that it has every
 * part, and so has each before the target counts as reached. At every moment the voters are those of the topology, or
 * that and one more.
 *
 * <p>Groups that share a log come and go together. Before they go different ways it is ended, and nothing moves until
 * all nodes that answer have gone on to the groups' own.
 */
public final class Mover implements AutoCloseable {
    /** How a node names the catalog's log. */
    static final String CATALOG = "catalog";

    private static final Logger log = LoggerFactory.getLogger(Mover.class);

    /** A node that is behind a log for longer does not have to lead it; less than it takes to hand over by itself. */
    private static final Duration STUCK = Duration.ofSeconds(1);

    private final Ports ports;
    private final Settings settings;

    /** What it waits for or does, for people. */
    private volatile String saying = "";

    // Of the timer's thread.
    private @Nullable ScheduledFuture<?> looking;
    private long settledRevision = -1;
    private long nextStepNanos;
    private long strangerSinceNanos = -1;

    /**
     * What it works with.
     *
     * @param keeper changes the topology for all nodes; blocks
     * @param reports what nodes say of themselves, of those that answer; blocks
     * @param up whether a node answers, as far as this one knows
     * @param leads whether this node leads the catalog
     */
    public record Ports(
            SharedTopology topology,
            SharedTopology.Keeper keeper,
            GroupVoters voters,
            GroupParts parts,
            Function<Collection<NodeId>, Map<NodeId, NodeReport>> reports,
            Predicate<NodeId> up,
            BooleanSupplier leads,
            LongSupplier nanoClock) {}

    /**
     * Its rhythm.
     *
     * @param look between one look and the next
     * @param pause after a replica was moved
     * @param farewell how long a node that left is told so before it is no voter of the catalog any more
     */
    public record Settings(Duration look, Duration pause, Duration farewell) {}

    /** Does nothing yet. */
    public Mover(Ports ports, Settings settings) {
        this.ports = ports;
        this.settings = settings;
        this.nextStepNanos = ports.nanoClock.getAsLong();
    }

    /** Begins to look, on the timer's thread. */
    public void start(ScheduledExecutorService timer) {
        looking = timer.scheduleWithFixedDelay(
                this::look, settings.look.toMillis(), settings.look.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What it does or waits for; empty where there is nothing to be done, or another node does it. */
    public String saying() {
        return saying;
    }

    /** One look; does at most one step. */
    void look() {
        try {
            if (!ports.leads.getAsBoolean()) {
                settledRevision = -1;
                saying = "";
                return;
            }
            Topology now = ports.topology.get();
            long revision = ports.topology.revision();
            if (revision > 0 && revision != settledRevision && new Look(now).isSettled()) {
                settledRevision = revision;
                saying = "";
            }
        } catch (IOException | StoreException | IllegalStateException e) {
            say("tried again: " + e.getMessage());
        } catch (RuntimeException e) {
            log.error("groups cannot be moved, it is tried again", e);
            saying = "failed, see the log of this node: " + e;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String text) {
        if (!text.equals(saying)) {
            log.info("{}", text);
            saying = text;
        }
    }

    private void change(UnaryOperator<Topology> change) {
        ports.topology.change(ports.keeper, change);
    }

    /** Changes a group, unless somebody else did since the look. */
    private void change(Assignment seen, UnaryOperator<SlotMap> change) {
        change(topology ->
                topology.map().of(seen.group()).equals(seen) ? topology.with(change.apply(topology.map())) : topology);
    }

    /** What is found at one look. */
    private final class Look {
        private final Topology now;
        private final Map<NodeId, NodeReport> reports;

        /** Whether a log is not led by the node that leads it by preference, because that one is stuck. */
        private boolean leadElsewhere;

        Look(Topology now) {
            this.now = now;
            this.reports =
                    ports.reports.apply(now.nodes().stream().filter(ports.up).toList());
        }

        /** Does what is next; true where nothing is. */
        boolean isSettled() throws IOException, InterruptedException {
            if (now.map().logs() == SlotMap.Logs.SPLITTING) {
                split();
                return false;
            }
            for (Assignment assignment : now.map().eachLog()) {
                if (!agrees(assignment)) {
                    return false;
                }
            }
            List<NodeId> keepers = ports.voters.voters(null);
            if (!catalogAgrees(keepers)) {
                return false;
            }
            Target target = now.target();
            if (target != null) {
                return arrived(target);
            }
            // one that has not come as far as the catalog's log yet is looked for again, as is one that is stuck
            return keepers.containsAll(now.nodes()) && !leadElsewhere;
        }

        // who votes

        /** Whether those vote that hold the group; has them vote where they do not. */
        private boolean agrees(Assignment assignment) throws IOException, InterruptedException {
            PlacementGroup group = assignment.group();
            List<NodeId> voters = ports.voters.voters(group);
            Optional<NodeId> filled =
                    assignment.learners().stream().filter(voters::contains).findFirst();
            if (filled.isPresent()) {
                change(assignment, map -> map.voting(group, filled.get()));
                return false;
            }
            List<NodeId> replicas = assignment.replicas().stream()
                    .filter(node -> voters.contains(node) || isOpen(node, name(group)))
                    .toList();
            if (replicas.isEmpty()) {
                return true;
            }
            List<NodeId> wanted = ledByOneThatCan(replicas, name(group));
            boolean handedOver = !isLedByOneThatGoes(name(group)) || !mayLead(wanted.getFirst());
            return (isSame(voters, wanted) && handedOver) || revote(group, wanted);
        }

        /** Whether a node leads that is to be stopped or leaves. */
        private boolean isLedByOneThatGoes(String logName) {
            return reports.values().stream().anyMatch(report -> report.leads(logName) && !mayLead(report.node()));
        }

        private boolean revote(@Nullable PlacementGroup group, List<NodeId> wanted)
                throws IOException, InterruptedException {
            say(named(group) + ": " + text(wanted) + " vote, "
                    + wanted.getFirst().value() + " leads by preference");
            ports.voters.change(group, wanted);
            return false;
        }

        private boolean catalogAgrees(List<NodeId> voters) throws IOException, InterruptedException {
            boolean stranger = !now.nodes().containsAll(voters);
            if (!stranger) {
                strangerSinceNanos = -1;
            } else if (strangerSinceNanos == -1) {
                strangerSinceNanos = ports.nanoClock.getAsLong();
            }
            if (stranger && !passed(strangerSinceNanos + settings.farewell.toNanos())) {
                say("catalog: a node that left is told so");
                return false;
            }
            List<NodeId> wanted = new ArrayList<>(now.nodes());
            wanted.removeIf(node -> !voters.contains(node) && !isOpen(node, CATALOG));
            NodeId first = voters.getFirst();
            if (!mayLead(first)) {
                wanted.stream().filter(this::mayLead).findFirst().ifPresent(leader -> {
                    wanted.remove(leader);
                    wanted.addFirst(leader);
                });
            } else if (wanted.remove(first)) {
                wanted.addFirst(first);
            }
            boolean handedOver = !isLedByOneThatGoes(CATALOG) || !mayLead(wanted.getFirst());
            if (!isSame(voters, wanted) || !handedOver) {
                return revote(null, wanted);
            }
            return true;
        }

        private boolean mayLead(NodeId node) {
            return now.members()
                            .member(node)
                            .filter(member -> member.state() == State.ACTIVE)
                            .isPresent()
                    && ports.up.test(node);
        }

        /**
         * The replicas, of which the first leads by preference. Where that one cannot apply what the log has, whoever
         * leads in its place comes first, or another that may lead; then the next look sees whether it can.
         */
        private List<NodeId> ledByOneThatCan(List<NodeId> replicas, String logName) {
            if (!isStuck(replicas.getFirst(), logName)) {
                return replicas;
            }
            leadElsewhere = true;
            NodeId next = replicas.stream()
                    .filter(node -> mayLead(node) && !isStuck(node, logName))
                    .min(Comparator.comparing(node -> !leads(node, logName)))
                    .orElseGet(() -> replicas.stream()
                            .filter(node -> leads(node, logName))
                            .findFirst()
                            .orElse(replicas.getFirst()));
            List<NodeId> wanted = new ArrayList<>(replicas);
            wanted.remove(next);
            wanted.addFirst(next);
            return wanted;
        }

        private boolean leads(NodeId node, String logName) {
            NodeReport report = reports.get(node);
            return report != null && report.leads(logName);
        }

        /** Whether a node that answers cannot apply what the log has, or not even write it. */
        private boolean isStuck(NodeId node, String logName) {
            NodeReport report = reports.get(node);
            return report != null && (!report.hasLog(logName) || report.behindMillis(logName) > STUCK.toMillis());
        }

        private boolean isOpen(NodeId node, String logName) {
            NodeReport report = reports.get(node);
            return report != null && report.hasLog(logName);
        }

        // where groups are

        private boolean arrived(Target target) throws InterruptedException, IOException {
            if (target.splits(now.map())) {
                beginToSplit(now.map().assignments().getFirst());
                return false;
            }
            Set<NodeId> down =
                    now.nodes().stream().filter(node -> !ports.up.test(node)).collect(Collectors.toSet());
            RebalancePlan plan = target.plan(now.map(), down);
            if (!plan.steps().isEmpty()) {
                if (passed(nextStepNanos)) {
                    step(plan.steps().getFirst());
                }
                return false;
            }
            if (!plan.blocked().isEmpty()) {
                RebalancePlan.Blocked blocked = plan.blocked().getFirst();
                say(named(blocked.group()) + " waits: " + blocked.reason());
                return false;
            }
            List<PlacementGroup> toBeLed = target.toBeLed(now.map());
            if (!toBeLed.isEmpty()) {
                PlacementGroup group = toBeLed.getFirst();
                say(named(group) + ": " + target.leader(group).value() + " leads by preference");
                change(now.map().of(group), map -> map.led(group, target.leader(group)));
                return false;
            }
            if (isEverythingThere() && dismissed()) {
                change(topology -> target.equals(topology.target()) ? topology.towards(null) : topology);
                log.info("all groups are where they should be");
            }
            return false;
        }

        private void beginToSplit(Assignment shared) {
            if (shared.learners().isEmpty()) {
                say("the log that all groups share is to end");
                change(shared, SlotMap::splitting);
            } else {
                NodeId learner = shared.learners().getFirst();
                say("all groups leave " + learner.value() + ", where they were on their way to together");
                change(shared, map -> map.without(shared.group(), learner));
            }
        }

        /** All that answer go on to the groups' own logs, and more than half of those that keep them. */
        private void split() throws IOException {
            List<NodeId> keepers = now.map().assignments().getFirst().replicas();
            List<NodeId> waiting = keepers.stream()
                    .filter(node -> ports.up.test(node) && !hasOwnLogs(node))
                    .toList();
            long gone = keepers.stream()
                    .filter(node -> ports.up.test(node) && !waiting.contains(node))
                    .count();
            if (gone == 0) {
                say("the log that all groups share is ended");
                ports.voters.split(keepers);
            } else if (!waiting.isEmpty()) {
                say("each group gets a log of its own: waiting for " + text(waiting));
            } else if (2 * gone <= keepers.size()) {
                say("each group gets a log of its own: more than half of " + text(keepers) + " would have to be up");
            } else {
                say("each group has a log of its own");
                change(topology -> topology.map().equals(now.map())
                        ? topology.with(topology.map().split())
                        : topology);
            }
        }

        private boolean hasOwnLogs(NodeId node) {
            NodeReport report = reports.get(node);
            return report != null
                    && !report.hasLog(NodeReport.COMMON)
                    && now.map().assignments().stream().allMatch(each -> report.hasLog(name(each.group())));
        }

        private void step(RebalancePlan.Step step) throws IOException, InterruptedException {
            Assignment assignment = now.map().of(step.group());
            switch (step) {
                case RebalancePlan.Add(PlacementGroup group, NodeId node) -> add(assignment, group, node);
                case RebalancePlan.Remove(PlacementGroup group, NodeId node) -> remove(assignment, group, node);
            }
        }

        private void add(Assignment assignment, PlacementGroup group, NodeId node)
                throws IOException, InterruptedException {
            NodeReport report = reports.get(node);
            String what = moved(group) + " to " + node.value();
            if (report == null) {
                say(what + ": waiting for its answer");
            } else if (!assignment.learners().contains(node)) {
                if (now.map().sharing(group).stream()
                        .anyMatch(each -> report.leftovers().contains(each.value()))) {
                    say(what + ": waiting until it has cleared away what it had of it before");
                } else {
                    say(what);
                    change(assignment, map -> map.learning(group, node));
                }
            } else if (!report.hasLog(name(group))) {
                say(what + ": waiting until it has its log open");
            } else {
                say(what + ": it is brought up to date");
                List<NodeId> voters = new ArrayList<>(ledByOneThatCan(assignment.replicas(), name(group)));
                voters.add(node);
                ports.voters.change(group, voters);
                change(assignment, map -> map.voting(group, node));
            }
        }

        private void remove(Assignment assignment, PlacementGroup group, NodeId node)
                throws IOException, InterruptedException {
            String what = moved(group) + " from " + node.value();
            if (assignment.learners().contains(node)) {
                say(what);
                change(assignment, map -> map.without(group, node));
                return;
            }
            List<NodeId> staying = assignment.replicas().stream()
                    .filter(each -> !each.equals(node))
                    .toList();
            NodeId first = assignment.replicas().getFirst();
            boolean leads = leads(node, name(group));
            if (first.equals(node) || (leads && (!ports.up.test(first) || isStuck(first, name(group))))) {
                NodeId next = staying.stream()
                        .filter(ports.up)
                        .min(Comparator.comparing(each -> isStuck(each, name(group))))
                        .orElse(staying.getFirst());
                say(what + ": " + next.value() + " is to lead it");
                change(assignment, map -> map.led(group, next));
            } else if (leads) {
                say(what + ": waiting until " + first.value() + " leads it");
                ports.voters.change(group, assignment.replicas());
            } else if (arePartsThere(staying, group, what, "before " + node.value() + " " + assignment.epoch())) {
                say(what);
                change(assignment, map -> map.without(group, node));
                nextStepNanos = ports.nanoClock.getAsLong() + settings.pause.toNanos();
            }
        }

        private boolean arePartsThere(List<NodeId> nodes, PlacementGroup group, String what, String ticket)
                throws InterruptedException {
            for (PlacementGroup each : now.map().sharing(group)) {
                for (NodeId node : nodes) {
                    if (ports.up.test(node) && !ports.parts.isWhole(node, each, ticket)) {
                        say(what + ": waiting until " + node.value() + " has every part of " + named(each));
                        return false;
                    }
                }
            }
            return true;
        }

        /** What moves where a group does. */
        private String moved(PlacementGroup group) {
            int together = now.map().sharing(group).size();
            return together == 1 ? named(group) + " moves" : "all " + together + " groups move";
        }

        /**
         * Whether every replica has every part: until then a node that was lost might take the only copy along. All are
         * asked at each look, so that they fetch side by side.
         */
        private boolean isEverythingThere() throws InterruptedException {
            String lacking = "";
            for (Assignment each : now.map().assignments()) {
                for (NodeId node : each.replicas()) {
                    if (ports.up.test(node) && !ports.parts.isWhole(node, each.group(), "at the end " + each.epoch())) {
                        lacking = "waiting until " + node.value() + " has every part of " + named(each.group());
                    }
                }
            }
            if (!lacking.isEmpty()) {
                say(lacking);
            }
            return lacking.isEmpty();
        }

        /** Whether no node is left that is to go; has one go that holds nothing any more. */
        private boolean dismissed() {
            for (Member member : now.members().members()) {
                if (member.state() == State.LEAVING
                        && now.map().groupsOn(member.id()).isEmpty()) {
                    dismiss(member.id());
                    return false;
                }
            }
            return true;
        }

        private void dismiss(NodeId node) {
            NodeReport report = reports.get(node);
            if (report == null && ports.up.test(node)) {
                say("node " + node.value() + " leaves: waiting for its answer");
            } else if (report != null && !report.leftovers().isEmpty()) {
                say("node " + node.value() + " leaves: waiting until what it held is elsewhere, groups "
                        + report.leftovers());
            } else if (report != null && report.leads(CATALOG)) {
                say("node " + node.value() + " leaves: waiting until another node leads the catalog");
            } else {
                say("node " + node.value() + " leaves");
                change(topology -> topology.with(topology.members().without(node)));
            }
        }
    }

    private boolean passed(long nanos) {
        return ports.nanoClock.getAsLong() - nanos >= 0;
    }

    private static boolean isSame(List<NodeId> voters, List<NodeId> wanted) {
        return voters.getFirst().equals(wanted.getFirst()) && new HashSet<>(voters).equals(new HashSet<>(wanted));
    }

    private static String name(PlacementGroup group) {
        return String.valueOf(group.value());
    }

    private static String named(@Nullable PlacementGroup group) {
        return group == null ? CATALOG : "group " + group.value();
    }

    private static String text(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        ScheduledFuture<?> now = looking;
        if (now != null) {
            now.cancel(true);
        }
    }
}
