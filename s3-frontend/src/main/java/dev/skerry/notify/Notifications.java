package dev.skerry.notify;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.s3.notification.Notifier;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the targets what happened to objects, as the rules of their buckets ask: each event of the log at least once,
 * and those of a key in their order.
 *
 * <p>Each target has its own cursor, its own threads and its own connections, so that one that is slow or gone holds no
 * other up, and nobody who writes. Cursors are kept once a second, so that a crash repeats no more than that; in a
 * cluster that holds for another node that goes on, too.
 */
public final class Notifications implements Notifier, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Notifications.class);

    /** How many events are on their way to a target at a time. */
    private static final int IN_FLIGHT = 8;

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration UNWIND = Duration.ofSeconds(2);

    private final Ports ports;
    private final EventRecord records;
    private final Map<String, Delivery> deliveries = new LinkedHashMap<>();
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;

    /** Made when it is first needed, since it starts a thread. Guarded by this. */
    private @Nullable HttpClient client;

    /**
     * What notifications are made from.
     *
     * @param metadata has the log
     * @param buckets finds a bucket
     * @param clock gives the times of events
     * @param time of day, by which waits are shown
     * @param signal wakes at an event
     * @param threads virtual ones
     * @param timer one thread that keeps cursors
     * @param random for waits
     * @param leads whether this node is the one that tells a slot
     * @param shared where the nodes of a cluster keep cursors, or null for a node that is alone
     */
    public record Ports(
            MetadataStore metadata,
            Function<String, Optional<Bucket>> buckets,
            HlcClock clock,
            InstantSource time,
            LogSignal signal,
            ThreadFactory threads,
            ScheduledExecutorService timer,
            RandomGenerator random,
            Predicate<SlotId> leads,
            @Nullable SharedDocuments shared) {}

    /**
     * What a person sets, and which node this is.
     *
     * @param targets that rules may name
     * @param folder where a node that is alone keeps cursors, and one that was finds how far it told
     * @param region the server's own
     * @param hostId which node tells
     */
    public record Settings(List<Target> targets, Path folder, String region, String hostId) {
        public Settings {
            targets = List.copyOf(targets);
        }
    }

    /** One target and what is on its way to it. */
    private record Delivery(Target target, Webhook webhook, Cursor cursor, Tally tally, List<Lane> lanes) {}

    /** Nothing is told yet. */
    public Notifications(Ports ports, Settings settings) {
        this.ports = ports;
        this.records = new EventRecord(settings.region(), settings.hostId());
        this.threads = Executors.newThreadPerTaskExecutor(ports.threads());
        this.timer = ports.timer();
        Telling telling = new Telling(ports.buckets(), ports.metadata(), records);
        settings.targets().forEach(target -> deliveries.put(target.name(), delivery(target, settings, telling)));
    }

    private Delivery delivery(Target target, Settings settings, Telling telling) {
        Webhook webhook = new Webhook(this::client, target);
        SharedDocuments shared = ports.shared();
        FileCursor alone = new FileCursor(settings.folder().resolve(target.name() + ".json"));
        Cursor cursor = shared == null ? alone : new SharedCursor(shared, target.name(), alone);
        Tally tally = new Tally();
        Lane.Ports lanePorts =
                new Lane.Ports(ports.metadata(), cursor, telling, webhook, new Semaphore(IN_FLIGHT), ports.leads());
        Backoff backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, ports.random());
        List<Lane> lanes = new ArrayList<>();
        for (SlotId slot : ports.metadata().slots()) {
            Lane lane = new Lane(target.name(), slot, lanePorts, tally, backoff);
            ports.signal().wake(slot.value(), lane::wake);
            lanes.add(lane);
        }
        return new Delivery(target, webhook, cursor, tally, List.copyOf(lanes));
    }

    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(threads)
                    .build();
            client = made;
        }
        return made;
    }

    /**
     * Begins to tell; to be called before anything else happens, so that cursors and log fit. Where a disk is full
     * cursors are kept later, as soon as they can be.
     */
    public void start() {
        if (deliveries.isEmpty()) {
            return;
        }
        for (Delivery delivery : deliveries.values()) {
            load(delivery);
            Map<Integer, Long> newest = new TreeMap<>();
            delivery.lanes().stream()
                    .filter(lane -> ports.shared() == null || !lane.isKnown())
                    .forEach(lane -> lane.newest().ifPresent(last -> newest.put(lane.slot(), last)));
            delivery.cursor().begin(newest);
        }
        save();
        deliveries.values().forEach(delivery -> delivery.lanes().forEach(threads::execute));
        Future<?> _ = timer.scheduleWithFixedDelay(
                this::tick, SAVE_INTERVAL.toMillis(), SAVE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A cursor that is damaged begins with the oldest event there is: told twice is better than not told. */
    private void load(Delivery delivery) {
        try {
            delivery.cursor().load();
        } catch (IOException e) {
            log.error(
                    "notifications: the cursor cannot be read, so everything in the log is told again target={}",
                    delivery.target().name(),
                    e);
            List<SlotId> slots = new ArrayList<>(ports.metadata().slots());
            slots.removeAll(ports.metadata().quarantined().keySet());
            for (SlotId slot : slots) {
                delivery.cursor()
                        .set(
                                slot.value(),
                                ports.metadata().events(slot, 0, 1).stream()
                                        .findFirst()
                                        .map(event -> event.sequence() - 1)
                                        .orElseGet(() -> ports.metadata().lastSequence(slot)));
            }
        }
    }

    private void tick() {
        deliveries.values().forEach(delivery -> delivery.lanes().forEach(Lane::look));
        save();
    }

    private void save() {
        for (Delivery delivery : deliveries.values()) {
            try {
                delivery.cursor().save();
            } catch (IOException | RuntimeException e) {
                log.warn(
                        "notifications: the cursor could not be kept, events may be told again target={}",
                        delivery.target().name(),
                        e);
            }
        }
    }

    @Override
    public boolean knows(String target) {
        return deliveries.containsKey(target);
    }

    @Override
    public Optional<String> test(String target, String bucket, String requestId) {
        Delivery delivery = deliveries.get(target);
        if (delivery == null) {
            return NONE.test(target, bucket, requestId);
        }
        Instant at = ports.time().instant();
        try {
            delivery.webhook().post(records.test(bucket, requestId, at));
            return Optional.empty();
        } catch (IOException e) {
            log.info("notifications: a test event was not taken target={} reason={}", target, e.getMessage());
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    @Override
    public HlcTimestamp now() {
        return ports.clock().now();
    }

    /** The targets there are. */
    public List<String> targets() {
        return List.copyOf(deliveries.keySet());
    }

    /** Events a target took. */
    public long deliveredCount(String target) {
        return of(target).tally().deliveredCount();
    }

    /** Times a target did not take an event. */
    public long failedCount(String target) {
        return of(target).tally().failedCount();
    }

    /** Events of the log that were trimmed before a target was told of them, whether it was to be told or not. */
    public long lostCount(String target) {
        return of(target).tally().lostCount();
    }

    /** Events of the log that a target has still to go through. */
    public long behindCount(String target) {
        return of(target).lanes().stream().mapToLong(Lane::behind).sum();
    }

    /** Seconds since the oldest event happened that is on its way to a target; 0 where none is. */
    public double waitingSeconds(String target) {
        Instant now = ports.time().instant();
        return of(target).lanes().stream()
                .flatMap(lane -> lane.waitingSince().stream())
                .mapToDouble(since -> Duration.between(since, now).toMillis() / 1000.0)
                .map(seconds -> Math.max(0, seconds))
                .max()
                .orElse(0);
    }

    private Delivery of(String target) {
        Delivery delivery = deliveries.get(target);
        if (delivery == null) {
            throw new IllegalArgumentException("target: " + target + " (expected: one of " + targets() + ")");
        }
        return delivery;
    }

    /** Stops telling; what is on its way is told again after the next start. */
    @Override
    public void close() {
        timer.shutdown();
        deliveries.values().forEach(delivery -> delivery.lanes().forEach(Lane::stop));
        synchronized (this) {
            if (client != null) {
                client.shutdownNow();
            }
        }
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(UNWIND.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("notifications: some threads did not end in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        save();
    }
}
