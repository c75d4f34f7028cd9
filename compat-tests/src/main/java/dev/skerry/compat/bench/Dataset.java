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
    private static final Duration PREPARING_LIMIT = Duration.ofHours(2);
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final Pattern PREFIX = Pattern.compile("<CommonPrefixes><Prefix>([^<]*)</Prefix>");
    private static final String WRITTEN = "put/";
    private static final String DELETED = "delete/";
    private static final String OVERWRITTEN = WRITTEN + "hot";
    private static final String PAGE = "list-type=2&max-keys=";

    private final Generator generator;
    private final Endpoint endpoint;
    private final @Nullable WatchedProcess process;
    private final String bucket;
    private final String listedBucket;
    private final boolean keepsListed;
    private final Map<Integer, Body> bodies;
    private final Bounds bounds;
    private final Set<String> prepared = new HashSet<>();
    private final AtomicLong written = new AtomicLong();

    /**
     * Creates the bucket.
     *
     * @param keptBucket where the keys that are listed stay from run to run; null for a bucket of this run
     */
    Dataset(
            Generator generator,
            Endpoint endpoint,
            @Nullable WatchedProcess process,
            String bucket,
            @Nullable String keptBucket,
            Map<Integer, Body> bodies,
            Bounds bounds) {
        this.generator = generator;
        this.endpoint = endpoint;
        this.process = process;
        this.bucket = bucket;
        this.bodies = bodies;
        this.bounds = bounds;
        this.listedBucket = keptBucket == null ? bucket + "-listed" : keptBucket;
        this.keepsListed = keptBucket != null;
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
            case OVERWRITE -> overwrites(cell);
            case GET -> reads(HttpMethod.GET, cell);
            case HEAD -> reads(HttpMethod.HEAD, cell);
            case DELETE -> deletions(cell);
            case LIST -> listings();
            case LIST_PREFIXES -> listingsOfPrefixes();
            case DELETE_OBJECTS -> deletionsOfMany(cell);
            case MULTIPART -> uploads(cell);
        };
        return duration -> generator.run(endpoint, cell.clients(), duration, work);
    }

    /** Removes what was written; objects that are read and listed stay for other cells. */
    @Override
    public void finish(Cell cell) {
        switch (cell.operation()) {
            case PUT, OVERWRITE, MULTIPART -> remove(bucket, WRITTEN);
            case DELETE, DELETE_OBJECTS -> remove(bucket, DELETED);
            case GET, HEAD, LIST, LIST_PREFIXES -> {}
        }
    }

    private Supplier<@Nullable Work> writes(Cell cell) {
        Body body = body(cell.sizeBytes());
        return atMost(
                bounds.bodies(cell.sizeBytes(), cell.clients()),
                _ -> put(WRITTEN + written.incrementAndGet(), body, cell.payload()));
    }

    private Supplier<@Nullable Work> overwrites(Cell cell) {
        Body body = body(cell.sizeBytes());
        return atMost(bounds.bodies(cell.sizeBytes(), cell.clients()), _ -> put(OVERWRITTEN, body, cell.payload()));
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
        ListedKeys listed = prepareListed();
        String query = PAGE + bounds.pageKeys();
        String listedPath = "/" + listedBucket;
        // so far from the end that every page is full
        int beginnings = listed.count() - bounds.pageKeys();
        return () -> {
            int after = ThreadLocalRandom.current().nextInt(beginnings + 1) - 1;
            return Request.of(
                    HttpMethod.GET,
                    listedPath,
                    after < 0
                            ? query
                            : query + "&start-after=" + listed.at(after).replace("/", "%2F"));
        };
    }

    private Supplier<@Nullable Work> listingsOfPrefixes() {
        ListedKeys listed = prepareListed();
        Request request = Request.of(HttpMethod.GET, "/" + listedBucket, "delimiter=%2F&" + PAGE + PAGE_KEYS);
        int found = matches(PREFIX, require(request)).size();
        if (found != listed.prefixes()) {
            throw new BenchException(endpoint + ": found " + found + " prefixes of " + listed.prefixes());
        }
        return () -> request;
    }

    /** Writes what is to be listed, but for what an earlier run has left: the last full page tells. */
    private ListedKeys prepareListed() {
        ListedKeys listed = new ListedKeys(bounds.listedKeys());
        if (!prepared.add(listedBucket)) {
            return listed;
        }
        if (!generator
                .send(endpoint, Request.of(HttpMethod.HEAD, "/" + listedBucket))
                .successful()) {
            require(Request.of(HttpMethod.PUT, "/" + listedBucket));
        }
        if (listedAtTheEnd(listed) != bounds.pageKeys()) {
            write(listed.count(), number -> signed("/" + listedBucket + "/" + ListedKeys.key(number), Body.EMPTY));
        }
        int found = listedAtTheEnd(listed);
        if (found != bounds.pageKeys()) {
            throw new BenchException(endpoint + ": the last page had " + found + " keys of " + bounds.pageKeys());
        }
        return listed;
    }

    private int listedAtTheEnd(ListedKeys listed) {
        int last = listed.count() - bounds.pageKeys() - 1;
        String query = PAGE + PAGE_KEYS;
        return matches(
                        KEY,
                        require(Request.of(
                                HttpMethod.GET,
                                "/" + listedBucket,
                                last < 0
                                        ? query
                                        : query + "&start-after="
                                                + listed.at(last).replace("/", "%2F"))))
                .size();
    }

    /** That many; then null. */
    private static Supplier<@Nullable Work> atMost(long count, LongFunction<Work> work) {
        AtomicLong next = new AtomicLong();
        return () -> {
            long number = next.getAndIncrement();
            return number >= count ? null : work.apply(number);
        };
    }

    private void prepareObjects(String prefix, int count, Body body) {
        if (prepared.add(prefix)) {
            write(count, number -> put(prefix + number, body, Payload.SIGNED));
        }
    }

    private void write(int count, LongFunction<Work> work) {
        Sample sample = generator.run(
                endpoint, PREPARING_CLIENTS, PREPARING_LIMIT, atMost(count, number -> new Retried(work.apply(number))));
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

    private static Request signed(String path, Body body) {
        return new Request(HttpMethod.PUT, path, "", Map.of(), body, Payload.SIGNED);
    }

    private String path() {
        return "/" + bucket;
    }

    private String path(String key) {
        return path() + "/" + key;
    }

    /** Removes every object and the bucket; keys that are listed and to be kept stay in theirs. */
    @Override
    public void close() {
        removeBucket(bucket);
        if (prepared.contains(listedBucket) && !keepsListed) {
            removeBucket(listedBucket);
        }
    }

    private void removeBucket(String name) {
        remove(name, "");
        require(Request.of(HttpMethod.DELETE, "/" + name));
    }

    private void remove(String from, String prefix) {
        List<String> keys = list(from, prefix);
        while (!keys.isEmpty()) {
            require(DeleteObjects.of("/" + from, keys));
            List<String> left = list(from, prefix);
            if (left.equals(keys)) {
                throw new BenchException(endpoint + ": objects of bucket " + from + " cannot be deleted");
            }
            keys = left;
        }
    }

    private List<String> list(String from, String prefix) {
        String query = PAGE + PAGE_KEYS + "&prefix=" + prefix.replace("/", "%2F");
        return matches(KEY, require(Request.of(HttpMethod.GET, "/" + from, query)));
    }

    private static List<String> matches(Pattern pattern, Answer page) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(page.text());
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
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
