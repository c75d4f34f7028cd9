package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * How a group looks from this node.
 *
 * @param leads whether this node leads it
 * @param leader who leads it as far as this node knows, or null
 * @param term the newest this node has heard of
 * @param appliedIndex of the newest entry this node has applied; -1 for none
 * @param committedIndex of the newest entry that this node knows to be on disk at a majority
 * @param members who votes; the first leads by preference
 * @param matched up to which index each of the others has the log; empty on a node that does not lead
 */
public record GroupStatus(
        boolean leads,
        @Nullable NodeId leader,
        long term,
        long appliedIndex,
        long committedIndex,
        List<NodeId> members,
        Map<NodeId, Long> matched) {
    public GroupStatus {
        members = List.copyOf(members);
        matched = Map.copyOf(matched);
    }

    static GroupStatus of(RaftServer.Division division) {
        DivisionInfo info = division.getInfo();
        RaftPeerId leader = info.getLeaderId();
        return new GroupStatus(
                info.isLeader(),
                leader == null ? null : new NodeId(leader.toString()),
                info.getCurrentTerm(),
                info.getLastAppliedIndex(),
                division.getRaftLog().getLastCommittedIndex(),
                division.getRaftConf().getCurrentPeers().stream()
                        .sorted(Comparator.comparingInt(RaftPeer::getPriority)
                                .reversed()
                                .thenComparing(peer -> peer.getId().toString()))
                        .map(peer -> new NodeId(peer.getId().toString()))
                        .toList(),
                matched(info));
    }

    /** The two lists that Ratis has of the others are in the same order; between them a change may come. */
    private static Map<NodeId, Long> matched(DivisionInfo info) {
        long[] indexes = info.getFollowerMatchIndices();
        if (indexes == null) {
            return Map.of();
        }
        List<ServerRpcProto> others = info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
        if (indexes.length != others.size()) {
            return Map.of();
        }
        return IntStream.range(0, indexes.length)
                .boxed()
                .collect(Collectors.toMap(
                        i -> new NodeId(others.get(i).getId().getId().toStringUtf8()), i -> indexes[i]));
    }
}
