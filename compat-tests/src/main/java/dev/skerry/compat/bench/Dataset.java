package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Answer;
import dev.skerry.compat.bench.LoadClient.Request;
import dev.skerry.compat.bench.Plan.Cell;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A bucket of an endpoint with the objects that runs need, and the requests of those runs. */
final class Dataset implements AutoCloseable {
    /** What objects prepared for reading take together, at most, where there are more than a few. */
    private static final long PREPARED_BYTES = 256L << 20;

    private static final int MAX_READ_OBJECTS = 1000;
    private static final int MAX_DELETED_OBJECTS = 5000;
    private static final int LISTED_OBJECTS = 1000;
    private static final int PREPARING_CLIENTS = 16;
    private static final Duration PREPARING_LIMIT = Duration.ofMinutes(10);
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

    private final Generator generator;
    private final Endpoint endpoint;
    private final String bucket;
    private final Map<Integer, Body> bodies;
    private final long maxRunBytes;
    private final Set<String> prepared = new HashSet<>();
    private final AtomicLong written = new AtomicLong();

    /** Creates the bucket. */
    Dataset(Generator generator, Endpoint endpoint, String bucket, Map<Integer, Body> bodies, long maxRunBytes) {
        this.generator = generator;
        this.endpoint = endpoint;
        this.bucket = bucket;
        this.bodies = bodies;
        this.maxRunBytes = maxRunBytes;
        require(Request.of(HttpMethod.PUT, "/" + bucket));
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** The requests of one run of a cell; what they need is written first. Several threads may ask. */
    Supplier<@Nullable Request> requests(Cell cell) {
        return switch (cell.operation()) {
            case PUT -> writes(cell);
            case GET -> reads(HttpMethod.GET, cell);
            case HEAD -> reads(HttpMethod.HEAD, cell);
            case DELETE -> deletions(cell);
            case LIST -> listings();
        };
    }

    private Supplier<@Nullable Request> writes(Cell cell) {
        Body body = body(cell.sizeBytes());
        AtomicLong left = new AtomicLong(
                cell.sizeBytes() == 0 ? Long.MAX_VALUE : Math.max(cell.clients(), maxRunBytes / cell.sizeBytes()));
        return () -> left.getAndDecrement() <= 0 ? null : put("put/" + written.incrementAndGet(), body);
    }

    private Supplier<@Nullable Request> reads(HttpMethod method, Cell cell) {
        String prefix = "read/" + cell.sizeBytes() + "/";
        int count = Math.clamp(PREPARED_BYTES / Math.max(1, cell.sizeBytes()), 4, MAX_READ_OBJECTS);
        prepare(prefix, count, body(cell.sizeBytes()));
        return () ->
                Request.of(method, path(prefix + ThreadLocalRandom.current().nextInt(count)));
    }

    private Supplier<@Nullable Request> deletions(Cell cell) {
        String prefix = "delete/" + written.incrementAndGet() + "/";
        long fitting = Math.min(PREPARED_BYTES, maxRunBytes) / Math.max(1, cell.sizeBytes());
        int count = (int) Math.clamp(fitting, 2L * cell.clients(), Math.max(2L * cell.clients(), MAX_DELETED_OBJECTS));
        prepare(prefix, count, body(cell.sizeBytes()));
        AtomicLong next = new AtomicLong();
        return () -> {
            long number = next.getAndIncrement();
            return number >= count ? null : Request.of(HttpMethod.DELETE, path(prefix + number));
        };
    }

    private Supplier<@Nullable Request> listings() {
        prepare("list/", LISTED_OBJECTS, Body.EMPTY);
        Request page = new Request(
                HttpMethod.GET, "/" + bucket, "list-type=2&max-keys=1000&prefix=list%2F", Map.of(), Body.EMPTY);
        return () -> page;
    }

    private void prepare(String prefix, int count, Body body) {
        if (!prepared.add(prefix)) {
            return;
        }
        AtomicLong next = new AtomicLong();
        Sample sample = generator.run(endpoint, PREPARING_CLIENTS, PREPARING_LIMIT, () -> {
            long number = next.getAndIncrement();
            return number >= count ? null : put(prefix + number, body);
        });
        if (sample.operations() != count) {
            throw new BenchException(endpoint + ": wrote " + sample.operations() + " of " + count
                    + " objects to read later: " + sample.firstError());
        }
    }

    private Body body(int sizeBytes) {
        Body body = bodies.get(sizeBytes);
        if (body == null) {
            throw new IllegalArgumentException("size: " + sizeBytes + " (expected: one of " + bodies.keySet() + ")");
        }
        return body;
    }

    private Request put(String key, Body body) {
        return new Request(HttpMethod.PUT, path(key), "", Map.of(), body);
    }

    private String path(String key) {
        return "/" + bucket + "/" + key;
    }

    /** Removes every object and the bucket. */
    @Override
    public void close() {
        List<String> keys = list();
        while (!keys.isEmpty()) {
            delete(keys);
            List<String> left = list();
            if (left.equals(keys)) {
                throw new BenchException(endpoint + ": objects of bucket " + bucket + " cannot be deleted");
            }
            keys = left;
        }
        require(Request.of(HttpMethod.DELETE, "/" + bucket));
    }

    private List<String> list() {
        Answer page =
                require(new Request(HttpMethod.GET, "/" + bucket, "list-type=2&max-keys=1000", Map.of(), Body.EMPTY));
        List<String> keys = new ArrayList<>();
        Matcher matcher = KEY.matcher(page.text());
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        return keys;
    }

    private void delete(List<String> keys) {
        String document = keys.stream()
                .map(key -> "<Object><Key>" + key + "</Key></Object>")
                .collect(Collectors.joining("", "<Delete><Quiet>true</Quiet>", "</Delete>"));
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        require(new Request(
                HttpMethod.POST, "/" + bucket, "delete=", Map.of("Content-MD5", md5(bytes)), Body.of(bytes)));
    }

    private Answer require(Request request) {
        Answer answer = generator.send(endpoint, request);
        if (!answer.successful()) {
            throw new BenchException(endpoint + ": " + request.method() + " " + request.path() + " gave "
                    + answer.status() + " " + answer.text());
        }
        return answer;
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has MD5", impossible);
        }
    }
}
