package dev.skerry.admin;

import dev.skerry.http.RequestListener;
import dev.skerry.http.RequestRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is measured, as Prometheus reads it. docs/metrics.md lists the names; no label ever holds a bucket, a
 * key or anything else a client may choose.
 */
public final class Metrics implements RequestListener, AutoCloseable {
    /** What a page of metrics says it is. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Where the buckets of a histogram of durations end. */
    static final Duration[] STEPS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Answer, Counter> answers = new ConcurrentHashMap<>();
    private final Map<Asked, Timer> durations = new ConcurrentHashMap<>();
    private final Map<String, Volume> volumes = new ConcurrentHashMap<>();
    private final List<DoubleSupplier> totals = new CopyOnWriteArrayList<>();
    private volatile @Nullable JvmGcMetrics collections;

    private final String version;

    private record Answer(String surface, String operation, int status, String code) {}

    private record Asked(String surface, String operation) {}

    private record Volume(Counter in, Counter out) {}

    /** Nothing is measured yet but the build. */
    public Metrics(String version) {
        this.version = version;
        Gauge.builder("skerry.build.info", () -> 1)
                .description("The build, in its labels")
                .tags(Tags.of("version", version, "java", Runtime.version().toString()))
                .register(registry);
    }

    /** Of the program. */
    public String version() {
        return version;
    }

    /** Begins to measure the JVM; apart from the constructor because it loads the JDK's management classes. */
    public void watchJvm() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(registry);
        collections = gc;
    }

    /** Shows a number as it is whenever somebody asks. */
    public void gauge(String name, String help, Tags labels, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(help).tags(labels).register(registry);
    }

    /** Shows a number that something else counts and that only grows. */
    public void total(String name, String help, Tags labels, DoubleSupplier value) {
        // the registry itself holds it weakly only
        totals.add(value);
        FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(labels)
                .register(registry);
    }

    @Override
    public void finished(RequestRecord request) {
        answers.computeIfAbsent(
                        new Answer(request.surface(), request.operation(), request.status(), request.errorCode()),
                        this::answers)
                .increment();
        durations
                .computeIfAbsent(new Asked(request.surface(), request.operation()), this::durations)
                .record(request.duration());
        Volume volume = volumes.computeIfAbsent(request.surface(), this::volume);
        volume.in.increment((double) request.bytesIn());
        volume.out.increment((double) request.bytesOut());
    }

    /** A page for Prometheus. */
    public String page() {
        return registry.scrape("text/plain");
    }

    @Override
    public void close() {
        JvmGcMetrics gc = collections;
        if (gc != null) {
            gc.close();
        }
        registry.close();
    }

    Counter counter(String name, String help, Tags labels) {
        return Counter.builder(name).description(help).tags(labels).register(registry);
    }

    Timer timer(String name, String help, Tags labels) {
        return Timer.builder(name)
                .description(help)
                .tags(labels)
                .serviceLevelObjectives(STEPS)
                .register(registry);
    }

    /** Of sizes that have no unit but what they count; {@code steps} is where its buckets end. */
    DistributionSummary summary(String name, String help, Tags labels, double... steps) {
        return DistributionSummary.builder(name)
                .description(help)
                .tags(labels)
                .serviceLevelObjectives(steps)
                .register(registry);
    }

    private Counter answers(Answer answer) {
        return counter(
                "skerry.requests",
                "Requests answered",
                Tags.of(
                        "surface", answer.surface,
                        "operation", answer.operation,
                        "status", Integer.toString(answer.status),
                        "code", answer.code));
    }

    private Timer durations(Asked asked) {
        return timer(
                "skerry.request.duration",
                "From a request's head to the end of its answer",
                Tags.of("surface", asked.surface, "operation", asked.operation));
    }

    private Volume volume(String surface) {
        return new Volume(
                counter("skerry.request.body.bytes", "Bytes of request bodies", Tags.of("surface", surface)),
                counter("skerry.response.body.bytes", "Bytes of answers' bodies", Tags.of("surface", surface)));
    }
}
