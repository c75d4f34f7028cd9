package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.placement.Upgrade;
import dev.skerry.cluster.topology.NodeReport;
import dev.skerry.http.RequestTarget.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What root may have done to bring the nodes to another version of the program, one after the other, as
 * {@code admin/v1/cluster/upgrade/...}. That an upgrade runs stands in the topology: until it is finished, groups stay
 * where they are and nobody comes or goes.
 *
 * @param orders drain and resume a node, and know the cluster
 */
record UpgradeOrders(TopologyOrders orders) {
    static final String UPGRADE = "cluster/upgrade";
    static final String START = UPGRADE + "/start";
    static final String DRAIN = UPGRADE + "/drain";
    static final String RESUME = UPGRADE + "/resume";
    static final String FINISH = UPGRADE + "/finish";

    static final String VERSION = "version";

    private static final int MAX_VERSION_LENGTH = 100;

    /** Whether an upgrade runs, and which node has which version. */
    Map<String, AdminApi.Question> questions() {
        return Map.of(UPGRADE, _ -> document(orders.topology().get()));
    }

    /** Its steps. */
    Map<String, AdminApi.Question> steps() {
        return Map.of(
                START, parameters -> done(before -> start(before, version(parameters))),
                DRAIN, parameters -> done(before -> orders.drain(running(before), TopologyOrders.node(parameters))),
                RESUME, parameters -> done(before -> resume(running(before), TopologyOrders.node(parameters))),
                FINISH, _ -> done(before -> finish(running(before))));
    }

    private Map<String, Object> done(UnaryOperator<Topology> change) {
        return document(orders.change(change));
    }

    private static Topology running(Topology before) {
        if (before.upgrade() == null) {
            throw new IllegalArgumentException("no upgrade runs (expected: skerry cluster upgrade start before)");
        }
        return before;
    }

    /** Of one that runs already it changes the version, as where it is to be taken back. */
    private Topology start(Topology before, @Nullable String version) {
        if (before.target() != null
                || before.map().assignments().stream()
                        .anyMatch(each -> !each.learners().isEmpty())) {
            throw new IllegalArgumentException(
                    "groups are being moved (expected: that it is over: skerry cluster rebalance --status)");
        }
        for (Member member : before.members().members()) {
            requireUp(member.id());
            requireActive(member);
        }
        return before.during(new Upgrade(version));
    }

    private Topology resume(Topology before, NodeId node) {
        requireUp(node);
        // once more, where nobody heard that it was done
        return TopologyOrders.member(before, node).state() == State.ACTIVE ? before : orders.resume(before, node);
    }

    private Topology finish(Topology before) {
        Map<NodeId, NodeReport> reports = reports(before);
        Map<String, List<String>> nodes = new TreeMap<>();
        for (Member member : before.members().members()) {
            requireActive(member);
            NodeReport report = reports.get(member.id());
            if (report == null) {
                throw doesNotAnswer(member.id());
            }
            nodes.merge(report.version(), List.of(member.id().value()), UpgradeOrders::joined);
        }
        Upgrade upgrade = before.upgrade();
        String wanted = upgrade == null ? null : upgrade.version();
        if (nodes.size() > 1 || (wanted != null && !nodes.containsKey(wanted))) {
            throw new IllegalArgumentException("the nodes by their versions: " + nodes + " (expected: all of "
                    + (wanted == null ? "one version" : wanted + "; or, for another, upgrade start --to anew")
                    + ")");
        }
        return before.during(null);
    }

    private static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private void requireUp(NodeId node) {
        if (!orders.up().test(node)) {
            throw doesNotAnswer(node);
        }
    }

    private static IllegalArgumentException doesNotAnswer(NodeId node) {
        return new IllegalArgumentException(
                "node " + node.value() + ": does not answer (expected: that it is started and ready)");
    }

    private static void requireActive(Member member) {
        if (member.state() != State.ACTIVE) {
            throw new IllegalArgumentException("node " + member.id().value() + ": is "
                    + member.state().name().toLowerCase(Locale.ROOT)
                    + (member.state() == State.DRAINING
                            ? " (expected: skerry cluster resume before)"
                            : " (expected: that it has left)"));
        }
    }

    private Map<NodeId, NodeReport> reports(Topology now) {
        return orders.reports().ask(now.nodes().stream().filter(orders.up()).toList());
    }

    private Map<String, Object> document(Topology now) {
        Map<NodeId, NodeReport> reports = reports(now);
        Map<String, Object> document = new LinkedHashMap<>();
        Upgrade upgrade = now.upgrade();
        document.put("under_way", upgrade != null);
        if (upgrade != null && upgrade.version() != null) {
            document.put(VERSION, upgrade.version());
        }
        document.put(
                "nodes",
                now.members().members().stream()
                        .map(member -> node(member, reports.get(member.id())))
                        .toList());
        return document;
    }

    private Map<String, Object> node(Member member, @Nullable NodeReport report) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("id", member.id().value());
        node.put("state", member.state().name().toLowerCase(Locale.ROOT));
        node.put("up", orders.up().test(member.id()));
        if (report != null) {
            node.put(VERSION, report.version());
        }
        return node;
    }

    private static @Nullable String version(List<Parameter> parameters) {
        String version = TopologyOrders.given(parameters, VERSION);
        if (version != null && (version.isBlank() || version.length() > MAX_VERSION_LENGTH)) {
            throw new IllegalArgumentException("version: of " + version.length() + " characters (expected: 1 to "
                    + MAX_VERSION_LENGTH + ", as skerry version shows it)");
        }
        return version;
    }
}
