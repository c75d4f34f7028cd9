package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Request;
import dev.skerry.compat.bench.Plan.Cell;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this machine does of a part of the work alone: the empty server shows how fast the kit itself is, the file
 * server what reading costs without S3, appends and hashes what a write cannot do without. An endpoint that makes
 * several writes durable with one fsync may pass the appends, each of which waits for a disk of its own.
 */
final class Limits implements AutoCloseable {
    private static final String MD5 = "MD5";
    private static final String SHA_256 = "SHA-256";

    private final Path folder;
    private final Plan plan;
    private final Map<Integer, Body> bodies;
    private final Map<Integer, byte[]> arrays = new HashMap<>();
    private final LimitProcess server;
    private final List<Endpoint> endpoints;

    private Limits(Path folder, Plan plan, Map<Integer, Body> bodies, LimitProcess server) {
        this.folder = folder;
        this.plan = plan;
        this.bodies = bodies;
        this.server = server;
        this.endpoints = List.of(server.endpoint("empty server"), server.endpoint("file server"));
    }

    /**
     * Starts the server and takes a new folder below {@code parent}; closing ends and removes them.
     *
     * @param tls whether the server is to speak TLS, as the endpoints do
     */
    static Limits begin(Path parent, Plan plan, boolean tls, Map<Integer, Body> bodies) {
        Path folder;
        try {
            folder = Files.createTempDirectory(parent.toAbsolutePath(), "bench-limits-");
        } catch (IOException failure) {
            throw new BenchException("no folder for limits below " + parent + ": " + failure.getMessage());
        }
        try {
            return new Limits(folder, plan, bodies, LimitProcess.start(folder, tls));
        } catch (BenchException failure) {
            remove(folder);
            throw failure;
        }
    }

    /** Those that are loaded as servers are. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** All of them. */
    List<Target> targets(Generator generator) {
        Predicate<Cell> puts = cell -> cell.operation() == Operation.PUT
                && cell.payload() == plan.payloads().getFirst();
        return List.of(
                new ServerLimit(
                        generator,
                        endpoints.getFirst(),
                        server.process(),
                        cell -> cell.operation() != Operation.MULTIPART,
                        this::emptyWork),
                new ServerLimit(
                        generator,
                        endpoints.getLast(),
                        server.process(),
                        cell -> cell.operation() == Operation.GET,
                        this::fileWork),
                new LoopLimit("append, fdatasync", puts, cell -> new AppendStep(folder, bytes(cell)), plan.bounds()),
                hashes(MD5, cell -> cell.operation() == Operation.PUT, List.of(MD5)),
                hashes(SHA_256, puts, List.of(SHA_256)),
                hashes("MD5 beside SHA-256", puts, List.of(MD5, SHA_256)));
    }

    private LoopLimit hashes(String name, Predicate<Cell> cells, List<String> algorithms) {
        return new LoopLimit(name, cells, cell -> new HashStep(bytes(cell), algorithms), null);
    }

    /** The requests an endpoint gets, to a server that does nothing with them. */
    private Supplier<@Nullable Work> emptyWork(Cell cell) {
        AtomicLong next = new AtomicLong();
        String path = "/empty/";
        return switch (cell.operation()) {
            case PUT, OVERWRITE, MULTIPART -> {
                Body body = body(cell);
                yield () ->
                        new Request(HttpMethod.PUT, path + next.incrementAndGet(), "", Map.of(), body, cell.payload());
            }
            case DELETE_OBJECTS -> {
                Request request = DeleteObjects.of(
                        path,
                        IntStream.range(0, plan.bounds().deletedKeys())
                                .mapToObj(number -> "delete/1/" + number)
                                .toList());
                yield () -> request;
            }
            case GET, LIST, LIST_PREFIXES -> () -> Request.of(HttpMethod.GET, path + next.incrementAndGet());
            case HEAD -> () -> Request.of(HttpMethod.HEAD, path + next.incrementAndGet());
            case DELETE -> () -> Request.of(HttpMethod.DELETE, path + next.incrementAndGet());
        };
    }

    private Supplier<@Nullable Work> fileWork(Cell cell) {
        int count = plan.bounds().readObjects(cell.sizeBytes());
        Path files = folder.resolve(Integer.toString(cell.sizeBytes()));
        try {
            if (!Files.exists(files)) {
                Files.createDirectory(files);
                byte[] bytes = bytes(cell);
                for (int i = 0; i < count; i++) {
                    Files.write(files.resolve(Integer.toString(i)), bytes);
                }
            }
        } catch (IOException failure) {
            throw new BenchException("no files to serve: " + failure.getMessage());
        }
        return () -> Request.of(
                HttpMethod.GET,
                "/file/" + cell.sizeBytes() + "/" + ThreadLocalRandom.current().nextInt(count));
    }

    /** One array for all threads, which do not change it. */
    private byte[] bytes(Cell cell) {
        return arrays.computeIfAbsent(cell.sizeBytes(), _ -> body(cell).bytes().getBytes());
    }

    private Body body(Cell cell) {
        Body body = bodies.get(cell.sizeBytes());
        if (body == null) {
            throw new IllegalArgumentException("size: " + cell + " (expected: one of " + bodies.keySet() + ")");
        }
        return body;
    }

    @Override
    public void close() {
        server.close();
        remove(folder);
    }

    private static void remove(Path folder) {
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException failure) {
            throw new BenchException("cannot remove " + folder + ": " + failure.getMessage());
        }
    }
}
