package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Answer;
import dev.skerry.compat.bench.LoadClient.Request;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A few event loops that load endpoints; each keeps connections of its own, so that nothing is handed between them. */
final class Generator implements AutoCloseable {
    private final List<Loop> loops = new ArrayList<>();

    private record Loop(Vertx vertx, Map<Endpoint, LoadClient> clients) {
        LoadClient client(Endpoint endpoint) {
            LoadClient client = clients.get(endpoint);
            if (client == null) {
                throw new IllegalArgumentException("endpoint " + endpoint + " is not one of this generator's");
            }
            return client;
        }
    }

    Generator(int loopCount, List<Endpoint> endpoints, InstantSource clock) {
        for (int i = 0; i < loopCount; i++) {
            Vertx vertx = Vertx.vertx(new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(1)
                    .setInternalBlockingPoolSize(1));
            Map<Endpoint, LoadClient> clients = new HashMap<>();
            endpoints.forEach(endpoint -> clients.put(endpoint, new LoadClient(vertx, endpoint, clock)));
            loops.add(new Loop(vertx, clients));
        }
    }

    /**
     * Loads an endpoint and waits until all clients are done.
     *
     * @param work asked by several threads for the next request; null ends the load
     */
    Sample run(Endpoint endpoint, int clients, Duration duration, Supplier<@Nullable Work> work) {
        List<CompletableFuture<Sample>> parts = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            int share = clients / loops.size() + (i < clients % loops.size() ? 1 : 0);
            if (share > 0) {
                parts.add(onLoop(
                        loops.get(i),
                        loop -> new Load(loop.client(endpoint), work, duration)
                                .begin(share)
                                .future()));
            }
        }
        return Sample.together(parts.stream().map(CompletableFuture::join).toList());
    }

    /** Sends one request and waits for its answer, body included. */
    Answer send(Endpoint endpoint, Request request) {
        return onLoop(loops.getFirst(), loop -> loop.client(endpoint).send(request, true))
                .join();
    }

    private static <T> CompletableFuture<T> onLoop(Loop loop, Function<Loop, Future<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.vertx.runOnContext(_ -> {
            try {
                work.apply(loop).onComplete(result::complete, result::completeExceptionally);
            } catch (RuntimeException failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    @Override
    public void close() {
        loops.forEach(loop ->
                loop.vertx.close().toCompletionStage().toCompletableFuture().join());
    }
}
