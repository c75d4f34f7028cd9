package dev.skerry.server;

import dev.skerry.admin.Health;
import dev.skerry.blobapi.NodeView;
import dev.skerry.config.HostPort;
import java.util.List;

/** A node alone: it is the whole cluster. */
final class ThisNode implements NodeView {
    private final NodeFolder folder;
    private final Health health;
    private final HostPort address;

    ThisNode(NodeFolder folder, Health health, HostPort address) {
        this.folder = folder;
        this.health = health;
        this.address = address;
    }

    @Override
    public String nodeId() {
        return folder.nodeId();
    }

    @Override
    public String groupId() {
        return folder.clusterId();
    }

    @Override
    public String status() {
        return switch (health.look().state()) {
            case OK -> "ok";
            case DEGRADED -> "degraded";
            case FAILED -> "failed";
        };
    }

    @Override
    public List<Node> nodes() {
        return List.of(new Node(nodeId(), address.toString(), status()));
    }
}
