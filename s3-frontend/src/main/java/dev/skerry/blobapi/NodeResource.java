package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The calls on nodes: this one's health, and who is there. */
final class NodeResource {
    private static final String OK = "ok";

    private final NodeView view;

    NodeResource(NodeView view) {
        this.view = view;
    }

    ApiResponse health() {
        ObjectNode document = Json.object();
        document.put("status", view.status());
        document.put("node_id", view.nodeId());
        document.put("group_id", view.groupId());
        return new ApiResponse.Document(view.status().equals(OK) ? 200 : 503, Map.of(), document);
    }

    ApiResponse nodes() {
        ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
        for (NodeView.Node node : view.nodes()) {
            ObjectNode item = nodes.addObject();
            item.put("node_id", node.nodeId());
            item.put("address", node.address());
            item.put("status", node.status());
        }
        return ApiResponse.Document.ok(nodes);
    }
}
