package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the replicas of a slot or of the catalog, all as they are after the same entry of its log, while it is read
 * and written. One that is not what the majority has is fetched from another node. Safe for use by many threads, but
 * each is compared once at a time: of two comparisons the one that began before comes to nothing.
 */
public final class ReplicaComparison {
    private static final Logger log = LoggerFactory.getLogger(ReplicaComparison.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final RaftMember member;
    private final Function<SlotId, RaftMember.Group> groups;
    private final Supplier<RaftMember.Group> catalog;
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

    /** Which log changes what at each moment. */
    ReplicaComparison(
            RaftMember member,
            Function<SlotId, RaftMember.Group> groups,
            Supplier<RaftMember.Group> catalog,
            NodeCalls calls,
            Patience patience) {
        this.member = member;
        this.groups = groups;
        this.catalog = catalog;
        this.calls = calls;
        this.patience = patience;
    }

    /**
     * Compares a slot, and has replicas that differ from the majority set aside. Blocks until all replicas are added
     * up, for a quarter of an hour at most.
     *
     * @throws StoreException where nobody leads its log
     */
    public Verdict compare(SlotId slot) throws InterruptedException {
        TakenDigests.About about = new TakenDigests.About(slot, mark());
        RaftMember.Group group = groups.apply(slot);
        CommandCodec.Compared compared = new CommandCodec.Compared(about.slot(), about.mark());
        byte[] answer = bringIntoLog(group, entries.encode(new CommandCodec.Entry(List.of(), List.of(compared))));
        if (CommandCodec.isElsewhere(answer)) {
            throw RaftFailures.translate(new SharedEntries.LogEndedException());
        }
        byte[] message = messages.write(about);
        Verdict verdict = Verdict.of(gather(TakenDigests.DIGEST, message, group.nodes()));
        act("slot " + slot, verdict, node -> tell(node, TakenDigests.DIFFERS, message));
        return verdict;
    }

    /**
     * Compares the catalog in the same way. A copy that differs goes on with that of a node that has what the majority
     * has.
     *
     * @throws StoreException where nobody leads its log
     */
    public Verdict compareCatalog() throws InterruptedException {
        String mark = mark();
        RaftMember.Group group = catalog.get();
        bringIntoLog(group, entries.encode(new CatalogReplica.Entry.Compare(mark)));
        Verdict verdict = Verdict.of(
                gather(CatalogDigests.DIGEST, messages.write(new CatalogDigests.About(mark)), group.nodes()));
        act("catalog", verdict, node -> {
            String right = verdict.same().getFirst().value();
            tell(node, CatalogDigests.DIFFERS, messages.write(new CatalogDigests.Odd(mark, right)));
        });
        return verdict;
    }

    private static String mark() {
        return UUID.randomUUID().toString();
    }

    private byte[] bringIntoLog(RaftMember.Group group, byte[] entry) {
        try {
            return member.submit(group, entry).join();
        } catch (CompletionException e) {
            throw RaftFailures.translate(e.getCause() == null ? e : e.getCause());
        }
    }

    /** What each of the nodes says in the end. */
    private Map<NodeId, DigestWord> gather(String service, byte[] about, List<NodeId> nodes)
            throws InterruptedException {
        long begun = System.nanoTime();
        Map<NodeId, Long> heard = new HashMap<>();
        Map<NodeId, DigestWord> words = new HashMap<>();
        while (true) {
            for (NodeId node : nodes) {
                if (words.containsKey(node)) {
                    continue;
                }
                Optional<DigestWord> word = ask(node, service, about);
                long now = System.nanoTime();
                if (word.isPresent()) {
                    heard.put(node, now);
                    if (!word.get().equals(DigestWord.NOT_YET)) {
                        words.put(node, word.get());
                    }
                } else if (now - heard.getOrDefault(node, begun) > patience.unreachable.toNanos()) {
                    words.put(node, DigestWord.silent("it does not answer"));
                }
            }
            if (System.nanoTime() - begun > patience.behind.toNanos()) {
                nodes.forEach(node -> words.putIfAbsent(node, DigestWord.silent("it has not come as far")));
            }
            if (words.size() == nodes.size()) {
                return words;
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    private Optional<DigestWord> ask(NodeId node, String service, byte[] about) {
        try {
            return Optional.of(messages.read(calls.call(node, service, about).join(), DigestWord.class));
        } catch (CompletionException e) {
            log.debug("a node is not heard of its replica node={} question={}", node.value(), service, e);
            return Optional.empty();
        }
    }

    private interface Telling {
        void tell(NodeId node);
    }

    /** Has those that differ told, where it is clear which those are. */
    private static void act(String what, Verdict verdict, Telling telling) {
        if (verdict.settled()) {
            verdict.differing().forEach((node, slotlets) -> {
                log.error(
                        "a replica is not what the majority has, and is fetched anew replica={} node={} slotlets={}",
                        what,
                        node.value(),
                        slotlets);
                telling.tell(node);
            });
        } else if (!verdict.differing().isEmpty()) {
            log.error(
                    "replicas differ and none is what a majority has replica={} same={} differing={} silent={}",
                    what,
                    verdict.same(),
                    verdict.differing().keySet(),
                    verdict.silent());
        }
    }

    private void tell(NodeId node, String service, byte[] about) {
        try {
            calls.call(node, service, about).join();
        } catch (CompletionException e) {
            throw new StoreException(
                    new StoreFailure.Busy("node " + node.value() + " was not told that its replica differs"), e);
        }
    }
}
