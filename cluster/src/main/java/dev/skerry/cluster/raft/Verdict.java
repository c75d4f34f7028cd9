package dev.skerry.cluster.raft;

import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a comparison of replicas came to.
 *
 * @param same the nodes whose replicas are what the majority has, or all that answered where they agree
 * @param differing the nodes whose replicas are not, and the numbers of the slotlets in which they differ, none where a
 *     row is damaged; without a majority, those that differ from {@code same}, of which nobody knows who is right
 * @param silent the nodes that gave no digest, and why
 * @param settled whether a majority agrees
 * @param rows how many rows those in {@code same} have
 */
public record Verdict(
        List<NodeId> same,
        Map<NodeId, List<Integer>> differing,
        Map<NodeId, String> silent,
        boolean settled,
        long rows) {
    private static final Comparator<NodeId> BY_NAME = Comparator.comparing(NodeId::value);

    /** Whether all replicas were compared and are equal. */
    public boolean allEqual() {
        return settled && differing.isEmpty() && silent.isEmpty();
    }

    /** The digest that most have; where two are had by as many, that of the node that is first by its name. */
    static Verdict of(Map<NodeId, DigestWord> words) {
        Map<NodeId, DigestWord> sorted = new TreeMap<>(BY_NAME);
        sorted.putAll(words);
        Map<RowDigest, List<NodeId>> agreeing = new LinkedHashMap<>();
        sorted.forEach((node, word) -> {
            if (word.digest() != null) {
                agreeing.computeIfAbsent(word.digest(), _ -> new ArrayList<>()).add(node);
            }
        });
        RowDigest right = null;
        List<NodeId> same = List.of();
        for (Map.Entry<RowDigest, List<NodeId>> each : agreeing.entrySet()) {
            if (each.getValue().size() > same.size()) {
                right = each.getKey();
                same = each.getValue();
            }
        }
        Map<NodeId, List<Integer>> differing = new TreeMap<>(BY_NAME);
        Map<NodeId, String> silent = new TreeMap<>(BY_NAME);
        for (Map.Entry<NodeId, DigestWord> each : sorted.entrySet()) {
            DigestWord word = each.getValue();
            RowDigest digest = word.digest();
            if (word.damaged()) {
                differing.put(each.getKey(), List.of());
            } else if (digest == null || right == null) {
                silent.put(each.getKey(), String.valueOf(word.failure()));
            } else if (!digest.equals(right)) {
                differing.put(each.getKey(), digest.differing(right));
            }
        }
        boolean settled = same.size() > words.size() / 2;
        return new Verdict(same, differing, silent, settled, right == null ? 0 : right.rows());
    }
}
