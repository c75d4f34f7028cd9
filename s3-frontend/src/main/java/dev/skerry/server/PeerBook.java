package dev.skerry.server;

import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import java.util.Optional;

/**
 * Where this node reaches the others: where its own configuration says, as it may see them behind a proxy, and else
 * where the topology does; so it is with a node whose id another machine has taken over since.
 */
final class PeerBook {
    private final ClusterSettings settings;
    private final PeerAddresses addresses;

    PeerBook(ClusterSettings settings, PeerAddresses addresses) {
        this.settings = settings;
        this.addresses = addresses;
    }

    /** Knows the nodes of that topology from now on; those that have left it as well, so that they are told so. */
    void take(Topology topology) {
        for (Member member : topology.members().members()) {
            address(member)
                    .ifPresent(at -> addresses.put(member.id(), new PeerAddresses.Address(at.host(), at.port())));
        }
    }

    private Optional<HostPort> address(Member member) {
        return settings.node(member.id().value())
                .filter(_ -> member.incarnation() == 0)
                .map(ClusterSettings.Node::address)
                .or(() -> HostPort.parse(member.address()));
    }
}
