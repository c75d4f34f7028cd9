package dev.skerry.cluster.placement;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The nodes of a cluster, in the order of their ids. A value: each change is another one with the next version.
 *
 * @param version raised by every change, from 1
 */
public record ClusterMap(long version, List<Member> members) {
    private static final int MAX_MEMBERS = 256;

    public ClusterMap {
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: 1 or more)");
        }
        if (members.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException("nodes: " + members.size() + " (expected: at most " + MAX_MEMBERS + ")");
        }
        members = members.stream()
                .sorted(Comparator.comparing(member -> member.id().value()))
                .toList();
        Set<NodeId> ids = new HashSet<>();
        members.forEach(member -> {
            if (!ids.add(member.id())) {
                throw new IllegalArgumentException("node id: " + member.id().value() + " (expected: once)");
            }
        });
    }

    /**
     * A node.
     *
     * @param address where others reach it, unless they know better
     * @param zone what it shares with others that fail along with it
     * @param weight how much it takes beside the others; 0 for nothing
     * @param state whether it takes any at present
     * @param incarnation how often another machine has taken over its id, so that one that comes back knows it has none
     */
    public record Member(NodeId id, String address, String zone, int weight, State state, int incarnation) {
        public Member {
            if (weight < 0) {
                throw new IllegalArgumentException("weight: " + weight + " (expected: 0 or more)");
            }
            if (incarnation < 0) {
                throw new IllegalArgumentException("incarnation: " + incarnation + " (expected: 0 or more)");
            }
        }

        /** One that takes what is its share. */
        public Member(NodeId id, String address, String zone, int weight) {
            this(id, address, zone, weight, State.ACTIVE, 0);
        }

        /** What it should take: nothing, while it is to be emptied. */
        public int share() {
            return state == State.ACTIVE ? weight : 0;
        }

        /** The same in another state. */
        public Member in(State newState) {
            return new Member(id, address, zone, weight, newState, incarnation);
        }

        /** The same with another weight. */
        public Member weighing(int newWeight) {
            return new Member(id, address, zone, newWeight, state, incarnation);
        }

        /** The same id on another machine. */
        public Member takenOver(String newAddress, String newZone) {
            return new Member(id, newAddress, newZone, weight, state, incarnation + 1);
        }
    }

    /** What is meant to become of a node. */
    public enum State {
        /** It holds its share. */
        ACTIVE,
        /** It is to hold nothing, and stays. */
        DRAINING,
        /** It is to hold nothing, and goes once it does. */
        LEAVING
    }

    /** The first map of a cluster. */
    public static ClusterMap of(List<Member> members) {
        return new ClusterMap(1, members);
    }

    /** What is known of a node. */
    public Optional<Member> member(NodeId id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /** How often another machine has taken over that id; 0 for one that is no node. */
    public int incarnation(NodeId id) {
        return member(id).map(Member::incarnation).orElse(0);
    }

    /** The map with that node, in place of what was known of it. */
    public ClusterMap with(Member member) {
        return new ClusterMap(
                version + 1,
                Stream.concat(others(member.id()), Stream.of(member)).toList());
    }

    /** The map without that node. */
    public ClusterMap without(NodeId id) {
        return new ClusterMap(version + 1, others(id).toList());
    }

    private Stream<Member> others(NodeId id) {
        return members.stream().filter(member -> !member.id().equals(id));
    }
}
