package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.SlotDigest;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the replicas of a slot, all as they are after the same entry of its log, while it is read and written. One
 * that is not what the majority has is set aside there, and fetched from another node. Safe for use by many threads,
 * but a slot is compared once at a time: of two comparisons the one that began before comes to nothing.
 */
public final class SlotComparison {
    private static final Logger log = LoggerFactory.getLogger(SlotComparison.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final RaftMember member;
    private final Function<SlotId, RaftMember.Group> groups;
    private final NodeCalls calls;
    private final Patience patience;
    private final CommandCodec entries = new CommandCodec();
    private final RecordCodec messages = new RecordCodec();

    /**
     * How long nodes are waited for.
     *
     * @param unreachable one that does not answer
     * @param behind one that has not come to the entry, or is adding up
     */
    record Patience(Duration unreachable, Duration behind) {
        static final Patience DEFAULT = new Patience(Duration.ofSeconds(10), Duration.ofMinutes(15));
    }

    /**
     * What a comparison came to.
     *
     * @param same the nodes whose replicas are what the majority has, or all that answered where they agree
     * @param differing the nodes whose replicas are not, and the numbers of the slotlets in which they differ; without
     *     a majority, those that differ from {@code same}, of which nobody knows who is right
     * @param silent the nodes that gave no digest, and why
     * @param settled whether a majority agrees
     * @param rows how many rows those in {@code same} have
     */
    public record Result(
            SlotId slot,
            List<NodeId> same,
            Map<NodeId, List<Integer>> differing,
            Map<NodeId, String> silent,
            boolean settled,
            long rows) {
        /** Whether all replicas were compared and are equal. */
        public boolean allEqual() {
            return settled && differing.isEmpty() && silent.isEmpty();
        }
    }

    SlotComparison(RaftMember member, Function<SlotId, RaftMember.Group> groups, NodeCalls calls, Patience patience) {
        this.member = member;
        this.groups = groups;
        this.calls = calls;
        this.patience = patience;
    }

    /**
     * Compares a slot, and has replicas that differ from the majority set aside. Blocks until all replicas are added
     * up, for a quarter of an hour at most.
     *
     * @throws StoreException where nobody leads its log
     */
    public Result compare(SlotId slot) throws InterruptedException {
        TakenDigests.About about =
                new TakenDigests.About(slot, UUID.randomUUID().toString());
        RaftMember.Group group = groups.apply(slot);
        bringIntoLog(about, group);
        Map<NodeId, TakenDigests.Word> words = gather(about, group.nodes());
        Result result = judge(slot, words);
        if (result.settled) {
            result.differing.forEach((node, slotlets) -> tell(node, about, slotlets));
        } else if (!result.differing.isEmpty()) {
            log.error(
                    "replicas of a slot differ and none is what a majority has slot={} same={} differing={} silent={}",
                    slot,
                    result.same,
                    result.differing.keySet(),
                    result.silent);
        }
        return result;
    }

    private void bringIntoLog(TakenDigests.About about, RaftMember.Group group) {
        CommandCodec.Compared compared = new CommandCodec.Compared(about.slot(), about.mark());
        try {
            byte[] answer = member.submit(group, entries.encode(new CommandCodec.Entry(List.of(), List.of(compared))))
                    .join();
            if (CommandCodec.isElsewhere(answer)) {
                throw RaftFailures.translate(new SharedEntries.LogEndedException());
            }
        } catch (CompletionException e) {
            throw RaftFailures.translate(e.getCause() == null ? e : e.getCause());
        }
    }

    /** What each of the nodes says in the end. */
    private Map<NodeId, TakenDigests.Word> gather(TakenDigests.About about, List<NodeId> nodes)
            throws InterruptedException {
        long begun = System.nanoTime();
        Map<NodeId, Long> heard = new HashMap<>();
        Map<NodeId, TakenDigests.Word> words = new HashMap<>();
        while (true) {
            for (NodeId node : nodes) {
                if (words.containsKey(node)) {
                    continue;
                }
                Optional<TakenDigests.Word> word = ask(node, about);
                long now = System.nanoTime();
                if (word.isPresent()) {
                    heard.put(node, now);
                    if (!word.get().equals(TakenDigests.Word.NOT_YET)) {
                        words.put(node, word.get());
                    }
                } else if (now - heard.getOrDefault(node, begun) > patience.unreachable.toNanos()) {
                    words.put(node, silent("it does not answer"));
                }
            }
            if (System.nanoTime() - begun > patience.behind.toNanos()) {
                nodes.forEach(node -> words.putIfAbsent(node, silent("it has not come as far")));
            }
            if (words.size() == nodes.size()) {
                return words;
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    private static TakenDigests.Word silent(String why) {
        return new TakenDigests.Word(null, why, false);
    }

    private Optional<TakenDigests.Word> ask(NodeId node, TakenDigests.About about) {
        try {
            return Optional.of(messages.read(
                    calls.call(node, TakenDigests.DIGEST, messages.write(about)).join(), TakenDigests.Word.class));
        } catch (CompletionException e) {
            log.debug("a node is not heard of a slot node={} slot={}", node.value(), about.slot(), e);
            return Optional.empty();
        }
    }

    /** The digest that most have; where two are had by as many, that of the node that is first by its name. */
    static Result judge(SlotId slot, Map<NodeId, TakenDigests.Word> words) {
        Map<NodeId, TakenDigests.Word> sorted = new TreeMap<>(Comparator.comparing(NodeId::value));
        sorted.putAll(words);
        Map<SlotDigest, List<NodeId>> agreeing = new LinkedHashMap<>();
        sorted.forEach((node, word) -> {
            if (word.digest() != null) {
                agreeing.computeIfAbsent(word.digest(), _ -> new ArrayList<>()).add(node);
            }
        });
        SlotDigest right = null;
        List<NodeId> same = List.of();
        for (Map.Entry<SlotDigest, List<NodeId>> each : agreeing.entrySet()) {
            if (each.getValue().size() > same.size()) {
                right = each.getKey();
                same = each.getValue();
            }
        }
        Map<NodeId, List<Integer>> differing = new TreeMap<>(Comparator.comparing(NodeId::value));
        Map<NodeId, String> silent = new TreeMap<>(Comparator.comparing(NodeId::value));
        for (Map.Entry<NodeId, TakenDigests.Word> each : sorted.entrySet()) {
            TakenDigests.Word word = each.getValue();
            SlotDigest digest = word.digest();
            if (word.damaged()) {
                differing.put(each.getKey(), List.of());
            } else if (digest == null || right == null) {
                silent.put(each.getKey(), String.valueOf(word.failure()));
            } else if (!digest.equals(right)) {
                differing.put(each.getKey(), digest.differing(right));
            }
        }
        boolean settled = same.size() > words.size() / 2;
        return new Result(slot, same, differing, silent, settled, right == null ? 0 : right.rows());
    }

    private void tell(NodeId node, TakenDigests.About about, List<Integer> slotlets) {
        log.error(
                "a replica of a slot is not what the majority has, and is fetched anew slot={} node={} slotlets={}",
                about.slot(),
                node.value(),
                slotlets);
        try {
            calls.call(node, TakenDigests.DIFFERS, messages.write(about)).join();
        } catch (CompletionException e) {
            throw new StoreException(
                    new StoreFailure.Busy("node " + node.value() + " was not told that its replica of slot "
                            + about.slot() + " differs"),
                    e);
        }
    }
}
