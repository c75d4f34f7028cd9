package dev.skerry.cluster.peer;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Who on this node answers calls, by the names of services. */
final class Services {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,63}");

    private final Map<String, Function<byte[], CompletableFuture<byte[]>>> handlers = new ConcurrentHashMap<>();

    void put(String service, Function<byte[], CompletableFuture<byte[]>> handler) {
        handlers.put(requireName(service), handler);
    }

    /** The answer to a call; empty where nobody serves it. What a handler throws fails the answer. */
    Optional<CompletableFuture<byte[]>> call(String service, byte[] request) {
        Function<byte[], CompletableFuture<byte[]>> handler = handlers.get(service);
        if (handler == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(handler.apply(request));
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
