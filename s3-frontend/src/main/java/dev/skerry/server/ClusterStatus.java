package dev.skerry.server;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.failure.FailureDetector;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.placement.Upgrade;
import dev.skerry.cluster.topology.NodeReport;
import dev.skerry.cluster.topology.NodeReports;
import dev.skerry.cluster.topology.SharedTopology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the cluster looks from this node, as the document of {@code admin/v1/cluster}: its nodes, its logs with who leads
 * them and who is behind, its slots. Asks every node; one that does not answer is shown without what only it knows.
 *
 * @param detector who is up
 * @param registry in which the node is listed, or null
 */
record ClusterStatus(
        NodeId self,
        SharedTopology topology,
        NodeReports reports,
        FailureDetector detector,
        @Nullable RegistryEntry registry) {
    private static final String CATALOG = "catalog";

    /** The document. Blocks for as long as a node is waited for. */
    Map<String, Object> document() {
        Topology now = topology.get();
        List<NodeId> others =
                now.nodes().stream().filter(node -> !node.equals(self)).toList();
        Map<NodeId, NodeReport> heard = new LinkedHashMap<>(reports.ask(others));
        heard.put(self, reports.own());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("cluster_id", now.clusterId());
        document.put("revision", topology.revision());
        document.put("replicas", now.replicas());
        if (registry != null) {
            document.put("registry", registry.document());
        }
        Upgrade upgrade = now.upgrade();
        if (upgrade != null) {
            document.put("upgrade", upgrade.version() == null ? Map.of() : Map.of("version", upgrade.version()));
        }
        document.put(
                "nodes",
                now.members().members().stream()
                        .map(member -> node(member, heard))
                        .toList());
        List<Map<String, Object>> logs = new ArrayList<>();
        logs.add(log(CATALOG, now.nodes(), List.of(), heard));
        for (Assignment assignment : now.map().assignments()) {
            Map<String, Object> log = log(
                    String.valueOf(assignment.group().value()), assignment.replicas(), assignment.learners(), heard);
            log.put("epoch", assignment.epoch());
            logs.add(log);
        }
        document.put("logs", logs);
        document.put("slots", slots(now, heard));
        return document;
    }

    private Map<String, Object> node(Member member, Map<NodeId, NodeReport> heard) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("id", member.id().value());
        node.put("address", member.address());
        node.put("zone", member.zone());
        node.put("weight", member.weight());
        node.put("state", word(member.state()));
        boolean own = member.id().equals(self);
        node.put("seen", own ? "up" : word(detector.of(member.id())));
        node.put("phi", own ? 0.0 : Math.round(detector.phi(member.id()) * 10) / 10.0);
        NodeReport report = heard.get(member.id());
        if (report != null) {
            node.put("version", report.version());
            node.put("revision", report.revision());
            node.put("parts_fetched", report.catchUp().parts());
            node.put("parts_missing", report.catchUp().failed());
        }
        return node;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A log as its leader has it, where that answers; and how far the others are behind that. */
    private static Map<String, Object> log(
            String name, List<NodeId> replicas, List<NodeId> learners, Map<NodeId, NodeReport> heard) {
        Map<NodeId, NodeReport.Log> known = new LinkedHashMap<>();
        heard.forEach((node, report) ->
                report.logs().stream().filter(each -> each.name().equals(name)).forEach(each -> known.put(node, each)));
        // where two think they lead, the later one does
        Optional<NodeReport.Log> leading = known.values().stream()
                .filter(NodeReport.Log::leads)
                .max((one, other) -> Long.compare(one.term(), other.term()));
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("log", name);
        leading.ifPresent(each -> {
            log.put("leader", each.leader() == null ? "" : each.leader().value());
            log.put("term", each.term());
            log.put("committed", each.committedIndex());
        });
        log.put(
                "replicas",
                replicas.stream().map(node -> replica(node, known, leading)).toList());
        if (!learners.isEmpty()) {
            log.put(
                    "learners",
                    learners.stream().map(node -> replica(node, known, leading)).toList());
        }
        return log;
    }

    private static Map<String, Object> replica(
            NodeId node, Map<NodeId, NodeReport.Log> known, Optional<NodeReport.Log> leading) {
        Map<String, Object> replica = new LinkedHashMap<>();
        replica.put("node", node.value());
        NodeReport.Log own = known.get(node);
        if (own != null) {
            replica.put("applied", own.appliedIndex());
            leading.ifPresent(
                    leader -> replica.put("lag_commands", Math.max(0, leader.committedIndex() - own.appliedIndex())));
            replica.put("lag_seconds", own.behindMillis() / 1000.0);
        }
        return replica;
    }

    private static List<Map<String, Object>> slots(Topology now, Map<NodeId, NodeReport> heard) {
        Map<Integer, Map<String, Object>> scrubbed = new TreeMap<>();
        heard.forEach((node, report) -> report.slots().forEach(slot -> {
            Map<String, Object> ofSlot = scrubbed.computeIfAbsent(slot.slot(), _ -> new TreeMap<>());
            Long seconds = slot.scrubbedSeconds();
            if (seconds != null) {
                ofSlot.put(node.value(), seconds);
            }
        }));
        List<Map<String, Object>> slots = new ArrayList<>();
        for (int number = 0; number < now.map().groups().slots(); number++) {
            PlacementGroup group = now.map().groups().of(new SlotId(number));
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("slot", number);
            document.put("group", group.value());
            document.put("epoch", now.map().of(group).epoch());
            document.put("scrubbed_seconds_ago", scrubbed.getOrDefault(number, Map.of()));
            slots.add(document);
        }
        return slots;
    }
}
