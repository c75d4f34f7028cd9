package dev.skerry.cluster.remote;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a replica of a slot, and the next where one does not answer or cannot; each once. Whoever answered last is asked
 * first. A replica answers only once it is as far as the slot's log was when it was asked, so any will do. Safe for use
 * by many threads.
 */
public final class RemoteMetadata {
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final NodeId self;
    private final NodeCalls calls;
    private final Function<SlotId, List<NodeId>> replicas;
    private final Executor executor;
    private final Map<SlotId, NodeId> answering = new ConcurrentHashMap<>();

    /**
     * Asks over {@code calls}.
     *
     * @param replicas the nodes that vote in the log of a slot's group, at each moment
     * @param executor takes up what follows an answer
     */
    public RemoteMetadata(NodeId self, NodeCalls calls, Function<SlotId, List<NodeId>> replicas, Executor executor) {
        this.self = self;
        this.calls = calls;
        this.replicas = replicas;
        this.executor = executor;
    }

    /** What a replica says; fails with a {@link StoreException}. Does not block. */
    CompletableFuture<Answer> ask(Question question) {
        return ask(question, MetadataMessages.write(question), inOrder(question.slot()), null);
    }

    private Deque<NodeId> inOrder(SlotId slot) {
        List<NodeId> nodes = new ArrayList<>(replicas.apply(slot));
        nodes.remove(self);
        NodeId last = answering.get(slot);
        if (last != null && nodes.remove(last)) {
            nodes.addFirst(last);
        }
        return new ArrayDeque<>(nodes);
    }

    private CompletableFuture<Answer> ask(
            Question question, byte[] request, Deque<NodeId> left, @Nullable StoreException before) {
        NodeId node = left.poll();
        if (node == null) {
            return CompletableFuture.failedFuture(
                    before == null ? busy("slot " + question.slot() + " has no replica elsewhere", null) : before);
        }
        return calls.call(node, MetadataMessages.SERVICE, request)
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(MetadataMessages::answer)
                .handleAsync((answer, failure) -> judge(question, node, answer, failure), executor)
                .thenCompose(judged -> switch (judged) {
                    case Judged.Answered(Answer answer) -> CompletableFuture.completedFuture(answer);
                    case Judged.Final(StoreException failure) -> CompletableFuture.failedFuture(failure);
                    case Judged.Next(StoreException failure) -> ask(question, request, left, failure);
                });
    }

    /** What becomes of the question. */
    private sealed interface Judged {
        record Answered(Answer answer) implements Judged {}

        /** Another replica would say the same. */
        record Final(StoreException failure) implements Judged {}

        /** Another replica may know better. */
        record Next(StoreException failure) implements Judged {}
    }

    private Judged judge(Question question, NodeId node, @Nullable Answer answer, @Nullable Throwable failure) {
        if (answer == null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return new Judged.Next(busy("node " + node.value() + " does not answer: " + cause, cause));
        }
        return switch (answer) {
            case Answer.Elsewhere _ ->
                new Judged.Next(busy("node " + node.value() + " holds no replica of slot " + question.slot(), null));
            case Answer.Failed(StoreFailure said) -> {
                StoreException told = new StoreException(said);
                yield ofThatNodeAlone(said) ? new Judged.Next(told) : new Judged.Final(told);
            }
            default -> {
                answering.put(question.slot(), node);
                yield new Judged.Answered(answer);
            }
        };
    }

    /** What is wrong with one replica need not be with another. */
    private static boolean ofThatNodeAlone(StoreFailure failure) {
        return failure instanceof StoreFailure.Busy
                || failure instanceof StoreFailure.Quarantined
                || failure instanceof StoreFailure.Corrupt
                || failure instanceof StoreFailure.StorageFault;
    }

    private static StoreException busy(String detail, @Nullable Throwable cause) {
        return new StoreException(new StoreFailure.Busy(detail), cause);
    }
}
