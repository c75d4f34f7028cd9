package dev.skerry.cluster.placement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The maps, and the topology that has them, as JSON. Fields that are not known are left out, so that an older node
 * reads what a newer one wrote.
 */
public final class MapsJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private MapsJson() {}

    /** A topology as text. */
    public static String write(Topology topology) {
        ObjectNode root =
                JSON.createObjectNode().put("cluster_id", topology.clusterId()).put("replicas", topology.replicas());
        root.set("members", tree(topology.members()));
        root.set("map", tree(topology.map()));
        Target target = topology.target();
        if (target != null) {
            ObjectNode wanted = root.putObject("target").put("steps", target.steps());
            ArrayNode groups = wanted.putArray("groups");
            for (List<NodeId> replicas : target.replicas()) {
                ArrayNode group = groups.addObject().putArray("replicas");
                replicas.forEach(node -> group.add(node.value()));
            }
        }
        Upgrade upgrade = topology.upgrade();
        if (upgrade != null) {
            ObjectNode running = root.putObject("upgrade");
            if (upgrade.version() != null) {
                running.put("version", upgrade.version());
            }
        }
        return new String(bytes(root), StandardCharsets.UTF_8);
    }

    /**
     * Reads a topology.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static Topology topology(String text) {
        JsonNode root = root(text.getBytes(StandardCharsets.UTF_8));
        return new Topology(
                text(root, "cluster_id"),
                Math.toIntExact(number(root, "replicas", Integer.MAX_VALUE)),
                clusterMap(root.path("members")),
                slotMap(root.path("map")),
                root.has("target") ? target(root.path("target")) : null,
                root.has("upgrade") ? upgrade(root.path("upgrade")) : null);
    }

    private static Upgrade upgrade(JsonNode root) {
        return new Upgrade(root.has("version") ? text(root, "version") : null);
    }

    private static Target target(JsonNode root) {
        List<List<NodeId>> replicas = new ArrayList<>();
        for (JsonNode group : array(root, "groups")) {
            replicas.add(nodes(group, "replicas"));
        }
        return new Target(replicas, Math.toIntExact(number(root, "steps", Integer.MAX_VALUE)));
    }

    /** The bytes of a cluster map. */
    public static byte[] write(ClusterMap map) {
        return bytes(tree(map));
    }

    private static ObjectNode tree(ClusterMap map) {
        ObjectNode root = JSON.createObjectNode().put("version", map.version());
        ArrayNode nodes = root.putArray("nodes");
        for (Member member : map.members()) {
            ObjectNode node = nodes.addObject()
                    .put("id", member.id().value())
                    .put("address", member.address())
                    .put("zone", member.zone())
                    .put("weight", member.weight())
                    .put("state", member.state().name().toLowerCase(Locale.ROOT));
            if (member.incarnation() > 0) {
                node.put("incarnation", member.incarnation());
            }
        }
        return root;
    }

    /**
     * Reads a cluster map.
     *
     * @throws IllegalArgumentException if the bytes are none
     */
    public static ClusterMap clusterMap(byte[] bytes) {
        return clusterMap(root(bytes));
    }

    private static ClusterMap clusterMap(JsonNode root) {
        List<Member> members = new ArrayList<>();
        for (JsonNode node : array(root, "nodes")) {
            members.add(new Member(
                    new NodeId(text(node, "id")),
                    text(node, "address"),
                    text(node, "zone"),
                    Math.toIntExact(number(node, "weight", Integer.MAX_VALUE)),
                    state(node),
                    node.has("incarnation") ? Math.toIntExact(number(node, "incarnation", Integer.MAX_VALUE)) : 0));
        }
        return new ClusterMap(number(root, "version", Long.MAX_VALUE), members);
    }

    private static State state(JsonNode node) {
        return node.has("state") ? State.valueOf(text(node, "state").toUpperCase(Locale.ROOT)) : State.ACTIVE;
    }

    /** The bytes of a slot map. */
    public static byte[] write(SlotMap map) {
        return bytes(tree(map));
    }

    private static ObjectNode tree(SlotMap map) {
        ObjectNode root = JSON.createObjectNode()
                .put("version", map.version())
                .put("slots", map.groups().slots());
        if (map.logs() != SlotMap.Logs.OWN) {
            root.put("logs", map.logs().name().toLowerCase(Locale.ROOT));
        }
        ArrayNode groups = root.putArray("groups");
        for (Assignment assignment : map.assignments()) {
            ObjectNode group = groups.addObject().put("epoch", assignment.epoch());
            ArrayNode replicas = group.putArray("replicas");
            assignment.replicas().forEach(node -> replicas.add(node.value()));
            ArrayNode learners = group.putArray("learners");
            assignment.learners().forEach(node -> learners.add(node.value()));
        }
        return root;
    }

    /**
     * Reads a slot map.
     *
     * @throws IllegalArgumentException if the bytes are none
     */
    public static SlotMap slotMap(byte[] bytes) {
        return slotMap(root(bytes));
    }

    private static SlotMap slotMap(JsonNode root) {
        List<Assignment> assignments = new ArrayList<>();
        for (JsonNode group : array(root, "groups")) {
            assignments.add(new Assignment(
                    new PlacementGroup(assignments.size()),
                    nodes(group, "replicas"),
                    nodes(group, "learners"),
                    number(group, "epoch", Long.MAX_VALUE)));
        }
        Groups groups = new Groups(Math.toIntExact(number(root, "slots", Integer.MAX_VALUE)), assignments.size());
        SlotMap.Logs logs =
                root.has("logs") ? SlotMap.Logs.valueOf(text(root, "logs").toUpperCase(Locale.ROOT)) : SlotMap.Logs.OWN;
        return new SlotMap(number(root, "version", Long.MAX_VALUE), groups, assignments, logs);
    }

    private static byte[] bytes(ObjectNode root) {
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree without cycles can be written", e);
        }
    }

    private static JsonNode root(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException("map: not JSON: " + bytes.length + " bytes", e);
        }
    }

    private static List<NodeId> nodes(JsonNode of, String field) {
        List<NodeId> nodes = new ArrayList<>();
        for (JsonNode node : array(of, field)) {
            if (!node.isTextual()) {
                throw new IllegalArgumentException(field + ": " + node + " (expected: node ids)");
            }
            nodes.add(new NodeId(node.textValue()));
        }
        return nodes;
    }

    private static JsonNode array(JsonNode of, String field) {
        JsonNode found = of.path(field);
        if (!found.isArray()) {
            throw new IllegalArgumentException(field + ": " + found + " (expected: a list)");
        }
        return found;
    }

    private static String text(JsonNode of, String field) {
        JsonNode found = of.path(field);
        if (!found.isTextual()) {
            throw new IllegalArgumentException(field + ": " + found + " (expected: a text)");
        }
        return found.textValue();
    }

    private static long number(JsonNode of, String field, long maximum) {
        JsonNode found = of.path(field);
        if (!found.isIntegralNumber() || !found.canConvertToLong() || found.longValue() > maximum) {
            throw new IllegalArgumentException(field + ": " + found + " (expected: a whole number)");
        }
        return found.longValue();
    }
}
