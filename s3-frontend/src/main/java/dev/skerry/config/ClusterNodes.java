package dev.skerry.config;

import dev.skerry.config.ClusterSettings.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The shape of {@code cluster.initial_cluster.nodes}: nodes with their addresses; in a variable it is YAML. */
final class ClusterNodes implements Shape<List<Node>> {
    static final String ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    static final String ID_FORM = "1 to 64 letters, digits or ._-, the first a letter or digit";
    static final String DEFAULT_ZONE = "default";
    static final int MAX_WEIGHT = 10_000;

    private static final int MAX_NODES = 32;
    private static final List<String> FIELDS = List.of("id", "address", "zone", "weight");

    @Override
    public List<Node> read(ConfigNode node) throws BadValue {
        if (!(node instanceof ConfigNode.Sequence sequence)) {
            throw BadValue.of(node, "a list of nodes, each with " + String.join(", ", FIELDS));
        }
        List<ConfigNode> items = sequence.items();
        if (items.size() > MAX_NODES) {
            throw BadValue.inside("", node.where(), items.size() + " nodes (expected: at most " + MAX_NODES + ")");
        }
        List<Node> nodes = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            try {
                Node read = node(items.get(i));
                unique(taken, items.get(i), "id", read.id());
                unique(taken, items.get(i), "address", read.address().toString().toLowerCase(Locale.ROOT));
                nodes.add(read);
            } catch (BadValue bad) {
                throw bad.under("[" + i + "]");
            }
        }
        return List.copyOf(nodes);
    }

    @Override
    public ConfigNode fromText(String text, String where) {
        return YamlFile.text(text, where);
    }

    @Override
    public String show(List<Node> nodes) {
        return nodes.stream()
                .map(node -> "{id: " + node.id() + ", address: \"" + node.address() + "\", zone: " + node.zone()
                        + ", weight: " + node.weight() + "}")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    static Shape<String> zone() {
        return Shape.text(ID, ID_FORM);
    }

    static Shape<Integer> weight() {
        return Shape.number(1, MAX_WEIGHT);
    }

    private static void unique(Set<String> taken, ConfigNode node, String field, String value) throws BadValue {
        if (!taken.add(field + " " + value)) {
            throw BadValue.inside("." + field, node.where(), value + " is another node's (expected: one of its own)");
        }
    }

    private static Node node(ConfigNode node) throws BadValue {
        if (!(node instanceof ConfigNode.Mapping mapping)) {
            throw BadValue.of(node, "named values: " + String.join(", ", FIELDS));
        }
        String id = "";
        HostPort address = null;
        String zone = DEFAULT_ZONE;
        int weight = 1;
        for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
            ConfigNode value = entry.getValue();
            try {
                switch (entry.getKey()) {
                    case "id" -> id = Shape.text(ID, ID_FORM).read(value);
                    case "address" -> address = ReachableAddress.shape().read(value);
                    case "zone" -> zone = zone().read(value);
                    case "weight" -> weight = weight().read(value);
                    default ->
                        throw BadValue.inside(
                                "",
                                value.where(),
                                "unknown field"
                                        + Nearest.to(entry.getKey(), FIELDS)
                                                .map(field -> ", did you mean " + field + "?")
                                                .orElse("")
                                        + " (expected: " + String.join(", ", FIELDS) + ")");
                }
            } catch (BadValue bad) {
                throw bad.under("." + entry.getKey());
            }
        }
        if (id.isEmpty()) {
            throw BadValue.inside(".id", node.where(), "missing (expected: " + ID_FORM + ")");
        }
        if (address == null) {
            throw BadValue.inside(".address", node.where(), "missing (expected: " + ReachableAddress.FORM + ")");
        }
        return new Node(id, address, zone, weight);
    }
}
