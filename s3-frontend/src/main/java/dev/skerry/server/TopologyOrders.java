package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.RebalancePlan;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import dev.skerry.cluster.placement.Target;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.topology.NodeReport;
import dev.skerry.cluster.topology.NodeReports;
import dev.skerry.cluster.topology.SharedTopology;
import dev.skerry.http.RequestTarget.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What root may have done to the topology, as {@code admin/v1/cluster/...}: each changes the document, or refuses; the
 * nodes follow it.
 *
 * @param topology as this node knows it
 * @param keeper changes it for all
 * @param reports what nodes say of themselves
 * @param up whether a node answers; this one does
 */
record TopologyOrders(
        SharedTopology topology, SharedTopology.Keeper keeper, NodeReports reports, Predicate<NodeId> up) {
    static final String REBALANCE = "cluster/rebalance";
    static final String ADD = "cluster/add-node";
    static final String REMOVE = "cluster/remove-node";
    static final String DRAIN = "cluster/drain";
    static final String RESUME = "cluster/resume";

    static final String NODE = "node";
    static final String WEIGHT = "weight";
    static final String FORCE = "force";
    static final String DRY_RUN = "dry_run";

    private static final int MAX_WEIGHT = 1_000_000;

    /** What is left to be done, or would be. */
    Map<String, AdminApi.Question> questions() {
        return Map.of(REBALANCE, parameters -> given(parameters, DRY_RUN) == null ? status() : dryRun());
    }

    /** What can be ordered. */
    Map<String, AdminApi.Question> orders() {
        return Map.of(
                REBALANCE, _ -> ordered(before -> rebalance(outsideOfUpgrades(before))),
                ADD,
                        parameters ->
                                ordered(before -> add(outsideOfUpgrades(before), node(parameters), weight(parameters))),
                REMOVE,
                        parameters -> ordered(before ->
                                remove(outsideOfUpgrades(before), node(parameters), given(parameters, FORCE) != null)),
                DRAIN, parameters -> ordered(before -> drain(before, node(parameters))),
                RESUME, parameters -> ordered(before -> resume(before, node(parameters))));
    }

    private Map<String, Object> ordered(UnaryOperator<Topology> change) {
        return document(change(change), "");
    }

    /**
     * Changes the topology for all. Blocks.
     *
     * @throws IllegalArgumentException where that cannot be at present
     */
    Topology change(UnaryOperator<Topology> change) {
        try {
            return topology.change(keeper, change);
        } catch (StoreException e) {
            throw new IllegalArgumentException("the catalog cannot be changed at present: " + e.getMessage(), e);
        }
    }

    private static Topology outsideOfUpgrades(Topology before) {
        if (before.upgrade() != null) {
            throw new IllegalArgumentException(
                    "an upgrade runs (expected: that it is over: skerry cluster upgrade finish)");
        }
        return before;
    }

    // rebalance

    private Map<String, Object> status() {
        Topology now = topology.get();
        String doing = reports.ask(now.nodes().stream().filter(up).toList()).values().stream()
                .map(NodeReport::moving)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return document(now, doing);
    }

    private Map<String, Object> dryRun() {
        return document(rebalance(topology.get()), "");
    }

    private Topology rebalance(Topology before) {
        before.members().members().stream()
                .filter(member -> member.state() == State.DRAINING)
                .findFirst()
                .ifPresent(member -> {
                    throw new IllegalArgumentException("node " + member.id().value()
                            + ": is drained, and would be emptied (expected: skerry cluster resume before)");
                });
        Target target = Target.of(before);
        Target running = before.target();
        if (running != null && running.replicas().equals(target.replicas())) {
            // where nothing is left to be moved, parts may still be waited for
            return before;
        }
        boolean leaving = before.members().members().stream().anyMatch(member -> member.state() == State.LEAVING);
        boolean there = target.steps() == 0 && target.toBeLed(before.map()).isEmpty() && !leaving;
        return before.towards(there ? null : target);
    }

    private Map<String, Object> document(Topology now, String doing) {
        Map<String, Object> document = new LinkedHashMap<>();
        Target target = now.target();
        document.put("revision", topology.revision());
        document.put("under_way", target != null);
        document.put("doing", doing);
        RebalancePlan plan = target == null
                ? new RebalancePlan(List.of(), List.of())
                : target.plan(
                        now.map(), now.nodes().stream().filter(up.negate()).collect(Collectors.toSet()));
        document.put(
                "steps_of",
                target == null ? 0 : Math.max(target.steps(), plan.steps().size()));
        document.put(
                "steps", plan.steps().stream().map(TopologyOrders::document).toList());
        document.put(
                "blocked",
                plan.blocked().stream()
                        .map(each -> Map.of("group", each.group().value(), "reason", each.reason()))
                        .toList());
        document.put(
                "nodes",
                now.members().members().stream()
                        .map(member -> Map.of(
                                "id",
                                member.id().value(),
                                "weight",
                                member.weight(),
                                "state",
                                member.state().name().toLowerCase(Locale.ROOT)))
                        .toList());
        return document;
    }

    private static Map<String, Object> document(RebalancePlan.Step step) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("group", step.group().value());
        switch (step) {
            case RebalancePlan.Add(PlacementGroup _, NodeId node) -> document.put("add", node.value());
            case RebalancePlan.Remove(PlacementGroup _, NodeId node) -> document.put("remove", node.value());
        }
        return document;
    }

    // members

    private Topology add(Topology before, NodeId node, @Nullable Integer weight) {
        Member member = member(before, node);
        Topology after = before.with(before.members()
                .with(member.in(State.ACTIVE).weighing(weight == null ? Math.max(1, member.weight()) : weight)));
        requireOneThatTakes(after);
        return before.target() == null ? after : after.towards(Target.of(after));
    }

    private Topology remove(Topology before, NodeId node, boolean force) {
        Member member = member(before, node);
        Topology after = before.with(before.members().with(member.in(State.LEAVING)));
        requireOneThatTakes(after);
        long taking = after.members().members().stream()
                .filter(each -> each.share() > 0)
                .count();
        if (taking < before.replicas() && !force) {
            throw new IllegalArgumentException("node " + node.value() + ": without it " + taking + " nodes would hold "
                    + before.replicas() + " replicas of each object (expected: at least " + before.replicas()
                    + " nodes that take their share, or --force, with which there are fewer replicas until a node"
                    + " joins)");
        }
        List<NodeId> staying =
                before.nodes().stream().filter(each -> !each.equals(node)).toList();
        long answering = staying.stream().filter(up).count();
        if (2 * answering <= staying.size()) {
            throw new IllegalArgumentException("node " + node.value() + ": of the " + staying.size() + " others only "
                    + answering + " answer (expected: more than half)");
        }
        return after.towards(Target.of(after));
    }

    private static void requireOneThatTakes(Topology after) {
        if (after.members().members().stream().noneMatch(member -> member.share() > 0)) {
            throw new IllegalArgumentException("no node would be left that takes a share (expected: one or more)");
        }
    }

    // drain

    Topology drain(Topology before, NodeId node) {
        Member member = member(before, node);
        if (before.target() != null) {
            throw new IllegalArgumentException(
                    "groups are being moved (expected: that it is over:" + " skerry cluster rebalance --status)");
        }
        if (member.state() == State.DRAINING) {
            return before;
        }
        requireQuorums(before, node);
        SlotMap map = before.map();
        for (Assignment each : before.map().assignments()) {
            if (each.replicas().getFirst().equals(node)) {
                for (NodeId other : each.replicas()) {
                    if (!other.equals(node) && serves(before, other)) {
                        map = map.led(each.group(), other);
                        break;
                    }
                }
            }
        }
        return before.with(map).with(before.members().with(member.in(State.DRAINING)));
    }

    /** Whether a log would go on without a node that is stopped. */
    private void requireQuorums(Topology before, NodeId node) {
        for (Assignment each : before.map().assignments()) {
            requireQuorum(before, "group " + each.group().value(), each.replicas(), node);
        }
        requireQuorum(before, "the catalog", before.nodes(), node);
    }

    private void requireQuorum(Topology before, String what, List<NodeId> voters, NodeId node) {
        List<NodeId> others = voters.stream()
                .filter(other -> !other.equals(node) && serves(before, other))
                .toList();
        if (voters.contains(node) && 2 * others.size() <= voters.size()) {
            throw new IllegalArgumentException("node " + node.value() + ": of " + what + " only "
                    + others.stream().map(NodeId::value).collect(Collectors.joining(", ", "[", "]"))
                    + " would be left of " + voters.size() + " (expected: more than half; is another node down or"
                    + " drained?)");
        }
    }

    private boolean serves(Topology now, NodeId node) {
        return up.test(node)
                && now.members()
                        .member(node)
                        .filter(member -> member.state() != State.DRAINING)
                        .isPresent();
    }

    Topology resume(Topology before, NodeId node) {
        Member member = member(before, node);
        if (member.state() != State.DRAINING) {
            throw new IllegalArgumentException("node " + node.value() + ": is "
                    + member.state().name().toLowerCase(Locale.ROOT) + " (expected: one that is drained)");
        }
        Topology after = before.with(before.members().with(member.in(State.ACTIVE)));
        SlotMap map = after.map();
        Target target = Target.of(after);
        for (PlacementGroup group : target.toBeLed(map)) {
            if (target.leader(group).equals(node)) {
                map = map.led(group, node);
            }
        }
        return after.with(map);
    }

    // parameters

    static Member member(Topology topology, NodeId node) {
        return topology.members()
                .member(node)
                .orElseThrow(() -> new IllegalArgumentException("node " + node.value() + ": no node of the cluster"
                        + " (expected: one of "
                        + topology.nodes().stream().map(NodeId::value).collect(Collectors.joining(", "))
                        + "; a new one joins by: skerry server --join)"));
    }

    static NodeId node(List<Parameter> parameters) {
        String node = given(parameters, NODE);
        if (node == null || node.isEmpty()) {
            throw new IllegalArgumentException("node: missing (expected: the id of a node)");
        }
        return new NodeId(node);
    }

    private static @Nullable Integer weight(List<Parameter> parameters) {
        String text = given(parameters, WEIGHT);
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + text + " (expected: 0 to " + MAX_WEIGHT + ")");
        }
        return Integer.parseInt(text);
    }

    static @Nullable String given(List<Parameter> parameters, String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .findFirst()
                .orElse(null);
    }
}
