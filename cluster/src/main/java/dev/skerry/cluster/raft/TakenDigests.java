package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.cluster.peer.NodeCalls;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digest that each slot's log asked for last, for the node that compares them; and what that node makes of them: a
 * replica that most others differ from is set aside, and fetched anew. Safe for use by many threads.
 */
final class TakenDigests {
    static final String DIGEST = "slot-digest";
    static final String DIFFERS = "slot-differs";

    private static final Logger log = LoggerFactory.getLogger(TakenDigests.class);

    private final SlotReplicas replicas;
    private final Map<SlotId, Taken> taken = new ConcurrentHashMap<>();
    private final RecordCodec codec = new RecordCodec();

    private record Taken(String mark, CompletableFuture<RowDigest> digest) {}

    /** What a node is asked, or told. */
    record About(SlotId slot, String mark) {}

    /** Answers from now on; {@code executor} runs what blocks. */
    TakenDigests(SlotReplicas replicas, NodeCalls calls, Executor executor) {
        this.replicas = replicas;
        calls.serve(
                DIGEST,
                request -> CompletableFuture.completedFuture(codec.write(word(codec.read(request, About.class)))));
        calls.serve(
                DIFFERS,
                request -> CompletableFuture.supplyAsync(
                        () -> {
                            setAside(codec.read(request, About.class));
                            return new byte[0];
                        },
                        executor));
    }

    /** The log has come to where the slot's replicas are to be compared. */
    void take(SlotId slot, String mark) {
        taken.put(slot, new Taken(mark, replicas.digest(slot)));
    }

    private DigestWord word(About asked) {
        Taken last = taken.get(asked.slot);
        if (!replicas.inService(asked.slot)) {
            return new DigestWord(null, "the slot is out of service there", false);
        }
        if (last == null || !last.mark.equals(asked.mark) || !last.digest.isDone()) {
            // the log comes to it in time, unless it has come to a later one
            return DigestWord.NOT_YET;
        }
        try {
            return new DigestWord(last.digest.join(), null, false);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return DigestWord.failed(
                    cause instanceof StoreException failed ? failed.failure() : null,
                    String.valueOf(cause.getMessage()));
        }
    }

    private void setAside(About told) {
        Taken last = taken.get(told.slot);
        if (last != null && last.mark.equals(told.mark) && replicas.inService(told.slot)) {
            log.error("a slot is not what most other replicas have, and is fetched anew slot={}", told.slot);
            replicas.setAside(told.slot, "it is not what most other replicas have");
        }
    }
}
