package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Calls between nodes of one process, over links that tests cut. */
final class LoopCalls {
    private final Executor executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<NodeId, Map<String, Function<byte[], CompletableFuture<byte[]>>>> services =
            new ConcurrentHashMap<>();
    private final Set<NodeId> cut = ConcurrentHashMap.newKeySet();
    private final Map<NodeId, LongAdder> unheard = new ConcurrentHashMap<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Map<NodeId, LongAdder> impossible = new ConcurrentHashMap<>();

    /** The calls as that node makes them. */
    NodeCalls of(NodeId from) {
        return new NodeCalls() {
            @Override
            public CompletableFuture<byte[]> call(NodeId node, String service, byte[] request) {
                LongAdder tried = impossible.get(node);
                if (tried != null) {
                    tried.increment();
                    throw new IllegalStateException("nothing can be sent to " + node);
                }
                CompletableFuture<byte[]> answer = new CompletableFuture<>();
                executor.execute(() -> carry(from, node, service, request, answer));
                return answer;
            }

            @Override
            public void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler) {
                services.computeIfAbsent(from, _ -> new ConcurrentHashMap<>()).put(service, handler);
            }
        };
    }

    private void carry(NodeId from, NodeId to, String service, byte[] request, CompletableFuture<byte[]> answer) {
        Function<byte[], CompletableFuture<byte[]>> handler =
                services.getOrDefault(to, Map.of()).get(service);
        if (handler == null || lost.contains(service) || apart(from, to)) {
            unheard.computeIfAbsent(to, _ -> new LongAdder()).add(request.length);
            answer.completeExceptionally(new IOException(to + " cannot be reached"));
            return;
        }
        CompletableFuture<byte[]> _ = handler.apply(request).whenComplete((bytes, failure) -> {
            if (failure != null || apart(from, to)) {
                answer.completeExceptionally(new IOException(to + " failed", failure));
            } else {
                answer.complete(bytes);
            }
        });
    }

    private boolean apart(NodeId from, NodeId to) {
        return !from.equals(to) && (cut.contains(from) || cut.contains(to));
    }

    /** Nothing reaches the node or comes from it. */
    void cut(NodeId node) {
        cut.add(node);
    }

    /** How much was sent to that node in vain. */
    long unheardBytes(NodeId node) {
        return unheard.getOrDefault(node, new LongAdder()).sum();
    }

    /** No call to the node can be made: whoever tries fails before it has anything to wait for. */
    void makeImpossible(NodeId node) {
        impossible.put(node, new LongAdder());
    }

    /** How often such a call was tried. */
    long impossibleCalls(NodeId node) {
        return impossible.getOrDefault(node, new LongAdder()).sum();
    }

    /** Nothing for these services reaches any node. */
    void lose(Set<String> services) {
        lost.addAll(services);
    }

    /** All links are whole. */
    void heal() {
        lost.clear();
        cut.clear();
        impossible.clear();
    }

    /** The node answers nothing until it serves anew. */
    void gone(NodeId node) {
        services.remove(node);
    }
}
