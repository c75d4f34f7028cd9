package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * Where a member of a group stands at a moment.
 *
 * @param term the newest it has heard of
 * @param leading what it knows where it leads in that term, and has committed an entry of it
 */
record Standing(long term, @Nullable Leading leading) {
    /**
     * What a leader knows.
     *
     * @param committed the index of the last entry that is committed
     * @param voters whose majority decides
     * @param votersBefore whose majority must agree as well while they change; else empty
     */
    record Leading(long committed, Set<NodeId> voters, Set<NodeId> votersBefore) {
        Leading {
            voters = Set.copyOf(voters);
            votersBefore = Set.copyOf(votersBefore);
        }
    }

    /** Of this node's part in a group. */
    static Standing of(RaftServer.Division division) {
        DivisionInfo info = division.getInfo();
        long term = info.getCurrentTerm();
        if (!info.isLeader() || !info.isLeaderReady()) {
            return new Standing(term, null);
        }
        Leading leading = new Leading(
                division.getRaftLog().getLastCommittedIndex(),
                nodes(division.getRaftConf().getCurrentPeers()),
                nodes(division.getRaftConf().getPreviousPeers()));
        // terms only grow: what was read in between was of that one
        return info.getCurrentTerm() == term ? new Standing(term, leading) : new Standing(term, null);
    }

    private static Set<NodeId> nodes(Collection<RaftPeer> peers) {
        Set<NodeId> nodes = new HashSet<>();
        peers.forEach(peer -> nodes.add(new NodeId(peer.getId().toString())));
        return nodes;
    }

    static byte[] encode(Map<RaftGroupId, Standing> standings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeShort(standings.size());
            for (Map.Entry<RaftGroupId, Standing> entry : standings.entrySet()) {
                UUID group = entry.getKey().getUuid();
                out.writeLong(group.getMostSignificantBits());
                out.writeLong(group.getLeastSignificantBits());
                entry.getValue().write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out) throws IOException {
        out.writeLong(term);
        out.writeBoolean(leading != null);
        if (leading != null) {
            out.writeLong(leading.committed);
            for (Set<NodeId> nodes : List.of(leading.voters, leading.votersBefore)) {
                out.writeShort(nodes.size());
                for (NodeId node : nodes) {
                    out.writeUTF(node.value());
                }
            }
        }
    }

    static Map<RaftGroupId, Standing> decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Map<RaftGroupId, Standing> standings = new HashMap<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                RaftGroupId group = RaftGroupId.valueOf(new UUID(in.readLong(), in.readLong()));
                long term = in.readLong();
                standings.put(group, new Standing(term, in.readBoolean() ? leading(in) : null));
            }
            return standings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Leading leading(DataInputStream in) throws IOException {
        return new Leading(in.readLong(), nodes(in), nodes(in));
    }

    private static Set<NodeId> nodes(DataInputStream in) throws IOException {
        Set<NodeId> nodes = new HashSet<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            nodes.add(new NodeId(in.readUTF()));
        }
        return nodes;
    }
}
