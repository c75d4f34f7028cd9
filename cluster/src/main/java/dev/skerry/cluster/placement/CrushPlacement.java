package dev.skerry.cluster.placement;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.cluster.placement.ClusterMap.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Placement by CRUSH: for each group the zones draw straws, and inside of each its nodes. The replicas take turns over
 * the zones, so that they span as many as there are. It says where replicas should be; where they are, the
 * {@link SlotMap} says.
 */
public final class CrushPlacement implements PlacementPolicy {
    private final SlotHash slotHash;
    private final Groups groups;
    private final List<List<NodeId>> nodes;

    /**
     * Placement over the nodes of a map.
     *
     * @param replicas how many nodes hold a group; all, where there are fewer
     */
    public CrushPlacement(ClusterMap map, Groups groups, int replicas) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: 1 or more)");
        }
        Map<String, List<Member>> zones = map.members().stream()
                .filter(member -> member.share() > 0)
                .collect(Collectors.groupingBy(Member::zone, TreeMap::new, Collectors.toList()));
        if (zones.isEmpty()) {
            throw new IllegalArgumentException("nodes: " + map.members() + " (expected: one that takes a share)");
        }
        this.groups = groups;
        this.slotHash = new SlotHash(groups.slots());
        this.nodes = IntStream.range(0, groups.count())
                .mapToObj(group -> choose(new PlacementGroup(group), zones, replicas))
                .toList();
    }

    @Override
    public Placement computePlacement(BlobPath path) {
        SlotId slot = slotHash.slotOf(path);
        return groups.placement(slot, nodesForGroup(groupOf(slot)));
    }

    @Override
    public PlacementGroup groupOf(SlotId slot) {
        return groups.of(slot);
    }

    @Override
    public List<NodeId> nodesForGroup(PlacementGroup group) {
        groups.check(group);
        return nodes.get(group.value());
    }

    private static List<NodeId> choose(PlacementGroup group, Map<String, List<Member>> zones, int replicas) {
        List<List<Member>> drawn = byStraw(
                        zones.keySet(),
                        zone -> Straw.length(group, "zone", zone, weight(zones.getOrDefault(zone, List.of()))))
                .stream()
                .map(zone -> byStraw(
                        zones.getOrDefault(zone, List.of()),
                        member -> Straw.length(group, "node", member.id().value(), member.share())))
                .toList();
        int largestZone = drawn.stream().mapToInt(List::size).max().orElse(0);
        List<NodeId> chosen = new ArrayList<>();
        for (int turn = 0; turn < largestZone; turn++) {
            for (List<Member> zone : drawn) {
                if (turn < zone.size() && chosen.size() < replicas) {
                    chosen.add(zone.get(turn).id());
                }
            }
        }
        return List.copyOf(chosen);
    }

    private static long weight(List<Member> zone) {
        return zone.stream().mapToLong(Member::share).sum();
    }

    /** The longest first. Equal ones keep the order they come in, which is that of the names. */
    private static <T> List<T> byStraw(Iterable<T> items, ToDoubleFunction<T> length) {
        List<Drawn<T>> drawn = new ArrayList<>();
        items.forEach(item -> drawn.add(new Drawn<>(item, length.applyAsDouble(item))));
        return drawn.stream()
                .sorted(Comparator.comparingDouble((Drawn<T> each) -> each.length)
                        .reversed())
                .map(each -> each.item)
                .toList();
    }

    private record Drawn<T>(T item, double length) {}
}
