package dev.skerry.cluster.remote;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nodes that hold slots, and one that holds none and asks them. */
final class Replicas implements AutoCloseable {
    private static final NodeId ASKING = new NodeId("asking");
    private static final Set<String> OF_THIS_NODE =
            Set.of("slots", "quarantined", "unchecked", "garbage", "contents", "statistics", "close");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<NodeId, Function<byte[], CompletableFuture<byte[]>>> serving = new ConcurrentHashMap<>();
    private final List<NodeId> asked = new ArrayList<>();
    private final List<NodeId> nodes = new ArrayList<>();

    /** Calls as every node makes them, of whom this one serves. */
    private NodeCalls calls(NodeId self) {
        return new NodeCalls() {
            @Override
            public CompletableFuture<byte[]> call(NodeId node, String service, byte[] request) {
                synchronized (asked) {
                    asked.add(node);
                }
                Function<byte[], CompletableFuture<byte[]>> handler = serving.get(node);
                return handler == null
                        ? CompletableFuture.failedFuture(new IOException(node + " cannot be reached"))
                        : handler.apply(request);
            }

            @Override
            public void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler) {
                serving.put(self, handler);
            }
        };
    }

    /** A node that holds those slots. */
    void add(String name, MetadataStore store, Set<SlotId> slots) {
        NodeId node = new NodeId(name);
        nodes.add(node);
        new MetadataService(store, slots::contains, threads).register(calls(node));
    }

    /** A node that fails whatever it is asked. */
    void addFailing(String name, StoreException failure) {
        add(name, guarded(_ -> true, failure, null), Set.of(new SlotId(0), new SlotId(1)));
    }

    /** A node that does not answer. */
    void addDead(String name) {
        nodes.add(new NodeId(name));
    }

    /** What a node sees that asks them of slot 1; what is its own comes from {@code store}. */
    PlacedMetadata asking(MetadataStore store) {
        MetadataStore own = guarded(slot -> slot.value() == 1, new AssertionError("slot 1 was read here"), store);
        return new PlacedMetadata(
                own, slot -> slot.value() == 0, new RemoteMetadata(ASKING, calls(ASKING), _ -> nodes, threads));
    }

    /** Whom it asked so far, in their order. */
    List<String> asked() {
        synchronized (asked) {
            return asked.stream().map(NodeId::value).toList();
        }
    }

    private static MetadataStore guarded(
            java.util.function.Predicate<SlotId> forbidden, Throwable failure, @Nullable MetadataStore store) {
        return (MetadataStore) Proxy.newProxyInstance(
                MetadataStore.class.getClassLoader(), new Class<?>[] {MetadataStore.class}, (_, method, arguments) -> {
                    boolean always = OF_THIS_NODE.contains(method.getName());
                    if (!always && arguments != null && arguments[0] instanceof SlotId slot && forbidden.test(slot)) {
                        throw failure;
                    }
                    if (store == null) {
                        return Map.of();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
