package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digest that the catalog's log asked for last, for the node that compares them; and what that node makes of them:
 * a copy that most others differ from is fetched anew. Safe for use by many threads.
 */
final class CatalogDigests {
    static final String DIGEST = "catalog-digest";
    static final String DIFFERS = "catalog-differs";

    private static final Logger log = LoggerFactory.getLogger(CatalogDigests.class);

    private final RecordCodec codec = new RecordCodec();
    private volatile @Nullable Taken last;

    private record Taken(String mark, CatalogReplica.Result result) {}

    /** What a node is asked. */
    record About(String mark) {}

    /**
     * What it is told.
     *
     * @param right a node that has what the majority has
     */
    record Odd(String mark, String right) {}

    /** Answers from now on; {@code fetchAnew} is given the node to fetch from, and does not block. */
    CatalogDigests(NodeCalls calls, Consumer<NodeId> fetchAnew) {
        calls.serve(
                DIGEST,
                request -> CompletableFuture.completedFuture(codec.write(word(codec.read(request, About.class)))));
        calls.serve(DIFFERS, request -> {
            Odd told = codec.read(request, Odd.class);
            Taken taken = last;
            if (taken != null && taken.mark.equals(told.mark)) {
                log.error("the catalog is not what most other nodes have, and is fetched anew from={}", told.right);
                fetchAnew.accept(new NodeId(told.right));
            }
            return CompletableFuture.completedFuture(new byte[0]);
        });
    }

    /** What came of an entry that asked for one. */
    void keep(String mark, CatalogReplica.Result result) {
        last = new Taken(mark, result);
    }

    private DigestWord word(About asked) {
        Taken taken = last;
        if (taken == null || !taken.mark.equals(asked.mark)) {
            // the log comes to it in time, unless it has come to a later one
            return DigestWord.NOT_YET;
        }
        return switch (taken.result) {
            case CatalogReplica.Result.Digested(var digest) -> DigestWord.of(digest);
            case CatalogReplica.Result.Refused(var failure) ->
                DigestWord.failed(failure, String.valueOf(new StoreException(failure).getMessage()));
            case CatalogReplica.Result other ->
                DigestWord.silent(
                        "the catalog answered with " + other.getClass().getSimpleName());
        };
    }
}
