package dev.skerry.s3.logging;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.s3.BucketDocuments;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the lines of buckets that log their requests and writes them as objects, after a time and where there are
 * many. Best effort, as in S3: what cannot be written, and what is beyond the memory for it, is dropped and counted.
 * What it writes is no request, so it logs nothing of itself. Safe for many threads.
 */
public final class LogBatches implements BucketLog, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogBatches.class);
    private static final long MAX_WAITING_BYTES = 16L * 1024 * 1024;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd-HH-mm-ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu/MM/dd");
    private static final DateTimeFormatter MIDNIGHT = DateTimeFormatter.ofPattern("uuuu-MM-dd-00-00-00");

    private final Ports ports;
    private final Settings settings;

    private final BucketDocuments<LoggingConfig> kept =
            new BucketDocuments<>(ConfigurationKind.LOGGING, LoggingConfig::ofKept);

    /** Guarded by this, as is everything below. */
    private Map<Destination, ByteArrayOutputStream> batches = new LinkedHashMap<>();

    private long waitingBytes;
    private long droppedLines;
    private long writtenObjects;
    private boolean flushAsked;
    private @Nullable Future<?> timed;

    /**
     * What logs are written with.
     *
     * @param objects where they go
     * @param clock dates them
     * @param timer one thread that writes them, begun with the first line
     * @param random makes their keys differ
     */
    public record Ports(
            LogObjects objects, InstantSource clock, ScheduledExecutorService timer, RandomGenerator random) {}

    /**
     * What a person sets.
     *
     * @param interval from the first line of a log to its writing
     * @param batchBytes after which a log is written at once
     * @param region the server's own, which buckets without one are in
     */
    public record Settings(Duration interval, int batchBytes, String region) {}

    /**
     * What goes into one object.
     *
     * @param day the requests' own, where keys are made by it; else null
     */
    private record Destination(
            LoggingConfig config,
            String source,
            String ownerId,
            String region,
            @Nullable LocalDate day) {}

    /** Nothing is gathered yet. */
    public LogBatches(Ports ports, Settings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    @Override
    public void accept(LoggedRequest request) {
        Optional<LoggingConfig> config;
        try {
            config = kept.of(request.bucket());
        } catch (StoreException unreadable) {
            log.debug("server access logging: the configuration cannot be read", unreadable);
            return;
        }
        if (config.isEmpty()) {
            return;
        }
        String region = request.bucket().region().isEmpty()
                ? settings.region()
                : request.bucket().region();
        Destination destination = new Destination(
                config.get(),
                request.bucket().name(),
                request.bucket().ownerId(),
                region,
                config.get().format() == LoggingConfig.KeyFormat.BY_EVENT
                        ? LocalDate.ofInstant(request.at(), ZoneOffset.UTC)
                        : null);
        append(destination, request.line().getBytes(StandardCharsets.UTF_8));
    }

    private void append(Destination destination, byte[] line) {
        synchronized (this) {
            if (waitingBytes + line.length > MAX_WAITING_BYTES) {
                drop(1, "there is no room for more lines", null);
                return;
            }
            waitingBytes += line.length;
            ByteArrayOutputStream batch = batches.computeIfAbsent(destination, _ -> new ByteArrayOutputStream());
            batch.writeBytes(line);
            askForFlush(batch.size() >= settings.batchBytes());
        }
    }

    /** Guarded by this: there is one flush to come in time, and one at once, at most. */
    private void askForFlush(boolean full) {
        try {
            if (timed == null) {
                long millis = settings.interval().toMillis();
                timed = ports.timer().schedule(this::flushInTime, millis, TimeUnit.MILLISECONDS);
            }
            if (full && !flushAsked) {
                ports.timer().execute(this::flush);
                flushAsked = true;
            }
        } catch (RejectedExecutionException _) {
            // it is being closed, and writes what there is
        }
    }

    private void flushInTime() {
        synchronized (this) {
            timed = null;
        }
        flush();
    }

    /** Writes everything gathered so far. */
    private void flush() {
        Map<Destination, ByteArrayOutputStream> taken;
        synchronized (this) {
            taken = batches;
            batches = new LinkedHashMap<>();
            flushAsked = false;
        }
        taken.forEach(this::write);
    }

    private void write(Destination destination, ByteArrayOutputStream batch) {
        byte[] text = batch.toByteArray();
        try {
            ports.objects()
                    .write(
                            destination.ownerId(),
                            destination.config().targetBucket(),
                            key(destination, ports.clock().instant()),
                            text,
                            destination.config().grants());
            synchronized (this) {
                writtenObjects++;
            }
        } catch (RuntimeException failure) {
            int lines = 0;
            for (byte b : text) {
                lines += b == '\n' ? 1 : 0;
            }
            synchronized (this) {
                drop(lines, "a log could not be written", failure);
            }
        } finally {
            synchronized (this) {
                waitingBytes -= text.length;
            }
        }
    }

    private String key(Destination destination, Instant now) {
        String unique = "%016X".formatted(ports.random().nextLong());
        LoggingConfig config = destination.config();
        LocalDate day = destination.day();
        return switch (config.format()) {
            case SIMPLE -> config.prefix() + TIME.format(now) + "-" + unique;
            case BY_DELIVERY ->
                partition(destination, LocalDate.ofInstant(now, ZoneOffset.UTC)) + TIME.format(now) + "-" + unique;
            case BY_EVENT -> {
                LocalDate ofEvents = day == null ? LocalDate.ofInstant(now, ZoneOffset.UTC) : day;
                yield partition(destination, ofEvents) + MIDNIGHT.format(ofEvents) + "-" + unique;
            }
        };
    }

    private static String partition(Destination destination, LocalDate day) {
        return destination.config().prefix()
                + String.join("/", destination.ownerId(), destination.region(), destination.source(), DAY.format(day))
                + "/";
    }

    /** Guarded by this. Logged at the first line and then ever more rarely, so as not to fill another log. */
    private void drop(int lines, String why, @Nullable RuntimeException failure) {
        long before = droppedLines;
        droppedLines += lines;
        if (Long.numberOfLeadingZeros(before) != Long.numberOfLeadingZeros(droppedLines)) {
            log.warn("server access logging: {}, lines are dropped dropped={}", why, droppedLines, failure);
        }
    }

    /** Lines that were dropped since the start. */
    public synchronized long droppedLines() {
        return droppedLines;
    }

    /** Logs that were written since the start. */
    public synchronized long writtenObjects() {
        return writtenObjects;
    }

    /** Bytes of lines that wait to be written. */
    public synchronized long waitingBytes() {
        return waitingBytes;
    }

    /** Writes what was gathered; what comes later is not written any more. */
    @Override
    public void close() {
        synchronized (this) {
            if (timed != null) {
                // else its time would be waited for
                timed.cancel(false);
            }
        }
        ports.timer().shutdown();
        try {
            if (!ports.timer().awaitTermination(10, TimeUnit.SECONDS)) {
                log.warn("server access logging: the last writing did not end in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        flush();
    }
}
