package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Answer;
import dev.skerry.compat.bench.LoadClient.Request;
import dev.skerry.compat.bench.Plan.Bounds;
import dev.skerry.compat.bench.Plan.Cell;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A bucket of an endpoint with the objects that runs need, and the requests of those runs. */
final class Dataset implements Target, AutoCloseable {
    /** The most that one page lists and one DeleteObjects takes. */
    static final int PAGE_KEYS = 1000;

    private static final int MAX_DELETED_OBJECTS = 5000;
    private static final int MIN_DELETE_REQUESTS = 4;
    private static final int PREPARING_CLIENTS = 32;
    private static final Duration PREPARING_LIMIT = Duration.ofMinutes(10);
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final String WRITTEN = "put/";
    private static final String DELETED = "delete/";
    private static final String LISTED = "list/";

    private final Generator generator;
    private final Endpoint endpoint;
    private final @Nullable WatchedProcess process;
    private final String bucket;
    private final Map<Integer, Body> bodies;
    private final Bounds bounds;
    private final Set<String> prepared = new HashSet<>();
    private final AtomicLong written = new AtomicLong();

    /** Creates the bucket. */
    Dataset(
            Generator generator,
            Endpoint endpoint,
            @Nullable WatchedProcess process,
            String bucket,
            Map<Integer, Body> bodies,
            Bounds bounds) {
        this.generator = generator;
        this.endpoint = endpoint;
        this.process = process;
        this.bucket = bucket;
        this.bodies = bodies;
        this.bounds = bounds;
        require(Request.of(HttpMethod.PUT, path()));
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public boolean takes(Cell cell) {
        return true;
    }

    @Override
    public @Nullable WatchedProcess process() {
        return process;
    }

    @Override
    public Run prepare(Cell cell) {
        Supplier<@Nullable Work> work = switch (cell.operation()) {
            case PUT -> writes(cell);
            case GET -> reads(HttpMethod.GET, cell);
            case HEAD -> reads(HttpMethod.HEAD, cell);
            case DELETE -> deletions(cell);
            case LIST -> listings();
            case DELETE_OBJECTS -> deletionsOfMany(cell);
            case MULTIPART -> uploads(cell);
        };
        return duration -> generator.run(endpoint, cell.clients(), duration, work);
    }

    /** Removes what was written; objects that are read and listed stay for other cells. */
    @Override
    public void finish(Cell cell) {
        switch (cell.operation()) {
            case PUT, MULTIPART -> remove(WRITTEN);
            case DELETE, DELETE_OBJECTS -> remove(DELETED);
            case GET, HEAD, LIST -> {}
        }
    }

    private Supplier<@Nullable Work> writes(Cell cell) {
        Body body = body(cell.sizeBytes());
        return atMost(
                bounds.bodies(cell.sizeBytes(), cell.clients()),
                _ -> put(WRITTEN + written.incrementAndGet(), body, cell.payload()));
    }

    private Supplier<@Nullable Work> uploads(Cell cell) {
        List<Body> parts = body(cell.sizeBytes()).parts(bounds.partBytes());
        return atMost(
                bounds.bodies(cell.sizeBytes(), cell.clients()),
                _ -> new MultipartUpload(path(WRITTEN + written.incrementAndGet()), parts, cell.payload()));
    }

    private Supplier<@Nullable Work> reads(HttpMethod method, Cell cell) {
        String prefix = "read/" + cell.sizeBytes() + "/";
        int count = bounds.readObjects(cell.sizeBytes());
        prepareObjects(prefix, count, body(cell.sizeBytes()));
        return () ->
                Request.of(method, path(prefix + ThreadLocalRandom.current().nextInt(count)));
    }

    private Supplier<@Nullable Work> deletions(Cell cell) {
        String prefix = DELETED + written.incrementAndGet() + "/";
        long fitting = Math.min(Bounds.PREPARED_BYTES, bounds.maxRunBytes()) / Math.max(1, cell.sizeBytes());
        int count = (int) Math.clamp(fitting, 2L * cell.clients(), Math.max(2L * cell.clients(), MAX_DELETED_OBJECTS));
        prepareObjects(prefix, count, body(cell.sizeBytes()));
        return atMost(count, number -> Request.of(HttpMethod.DELETE, path(prefix + number)));
    }

    private Supplier<@Nullable Work> deletionsOfMany(Cell cell) {
        String prefix = DELETED + written.incrementAndGet() + "/";
        int count = Math.max(cell.clients(), MIN_DELETE_REQUESTS);
        int keys = bounds.deletedKeys();
        prepareObjects(prefix, count * keys, Body.EMPTY);
        List<Request> requests = IntStream.range(0, count)
                .mapToObj(request -> DeleteObjects.of(
                        path(),
                        IntStream.range(request * keys, (request + 1) * keys)
                                .mapToObj(number -> prefix + number)
                                .toList()))
                .toList();
        return atMost(count, number -> requests.get((int) number));
    }

    private Supplier<@Nullable Work> listings() {
        int count = bounds.listedKeys();
        prepareObjects(LISTED, count, Body.EMPTY);
        int page = bounds.pageKeys();
        String query = "list-type=2&max-keys=" + page + "&prefix=list%2F";
        int found = keys(require(Request.of(HttpMethod.GET, path(), query))).size();
        if (found != page) {
            throw new BenchException(endpoint + ": a page had " + found + " keys of " + page);
        }
        // so far from the end that every page is full
        int beginnings = count - page;
        return () -> {
            int after = ThreadLocalRandom.current().nextInt(beginnings + 1) - 1;
            return Request.of(
                    HttpMethod.GET, path(), after < 0 ? query : query + "&start-after=list%2F" + number(after));
        };
    }

    /** That many; then null. */
    private static Supplier<@Nullable Work> atMost(long count, LongFunction<Work> work) {
        AtomicLong next = new AtomicLong();
        return () -> {
            long number = next.getAndIncrement();
            return number >= count ? null : work.apply(number);
        };
    }

    /** Numbers are of one length where they are listed, so that the order of keys is theirs. */
    private static String number(long number) {
        return String.format(Locale.ROOT, "%09d", number);
    }

    private void prepareObjects(String prefix, int count, Body body) {
        if (!prepared.add(prefix)) {
            return;
        }
        Sample sample = generator.run(
                endpoint,
                PREPARING_CLIENTS,
                PREPARING_LIMIT,
                atMost(
                        count,
                        number ->
                                put(prefix + (prefix.equals(LISTED) ? number(number) : number), body, Payload.SIGNED)));
        if (sample.operations() != count) {
            throw new BenchException(endpoint + ": wrote " + sample.operations() + " of " + count
                    + " objects for later runs: " + sample.firstError());
        }
    }

    private Body body(int sizeBytes) {
        Body body = bodies.get(sizeBytes);
        if (body == null) {
            throw new IllegalArgumentException("size: " + sizeBytes + " (expected: one of " + bodies.keySet() + ")");
        }
        return body;
    }

    private Request put(String key, Body body, Payload payload) {
        return new Request(HttpMethod.PUT, path(key), "", Map.of(), body, payload);
    }

    private String path() {
        return "/" + bucket;
    }

    private String path(String key) {
        return path() + "/" + key;
    }

    /** Removes every object and the bucket. */
    @Override
    public void close() {
        remove("");
        require(Request.of(HttpMethod.DELETE, path()));
    }

    private void remove(String prefix) {
        List<String> keys = list(prefix);
        while (!keys.isEmpty()) {
            require(DeleteObjects.of(path(), keys));
            List<String> left = list(prefix);
            if (left.equals(keys)) {
                throw new BenchException(endpoint + ": objects of bucket " + bucket + " cannot be deleted");
            }
            keys = left;
        }
    }

    private List<String> list(String prefix) {
        return keys(require(
                Request.of(HttpMethod.GET, path(), "list-type=2&max-keys=1000&prefix=" + prefix.replace("/", "%2F"))));
    }

    private static List<String> keys(Answer page) {
        List<String> keys = new ArrayList<>();
        Matcher matcher = KEY.matcher(page.text());
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        return keys;
    }

    private Answer require(Request request) {
        Answer answer = generator.send(endpoint, request);
        if (!answer.successful()) {
            throw new BenchException(endpoint + ": " + request.method() + " " + request.path() + " gave "
                    + answer.status() + " " + answer.text());
        }
        return answer;
    }
}
