package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Who on this node answers calls, by the names of services. */
final class Services {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,63}");

    private final Map<String, BiFunction<NodeId, byte[], CompletableFuture<byte[]>>> handlers =
            new ConcurrentHashMap<>();

    void put(String service, BiFunction<NodeId, byte[], CompletableFuture<byte[]>> handler) {
        handlers.put(requireName(service), handler);
    }

    /** The answer to a call; empty where nobody serves it. What a handler throws fails the answer. */
    Optional<CompletableFuture<byte[]>> call(NodeId caller, String service, byte[] request) {
        BiFunction<NodeId, byte[], CompletableFuture<byte[]>> handler = handlers.get(service);
        if (handler == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(handler.apply(caller, request));
        } catch (RuntimeException failure) {
            return Optional.of(CompletableFuture.failedFuture(failure));
        }
    }

    static String requireName(String service) {
        if (!NAME.matcher(service).matches()) {
            throw new IllegalArgumentException(
                    "service: " + service + " (expected: 1 to 64 lower-case letters and dashes)");
        }
        return service;
    }
}
