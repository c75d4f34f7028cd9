package dev.skerry.server;

import dev.skerry.admin.Metrics;
import dev.skerry.cluster.peer.NodeCertificates;
import dev.skerry.cluster.peer.PeerListener;
import dev.skerry.cluster.peer.Refusal;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what passes between the nodes of a cluster. */
final class PeerMetrics implements PeerListener {
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

    PeerMetrics(Metrics metrics) {
        for (Refusal reason : Refusal.values()) {
            LongAdder count = new LongAdder();
            refusals.put(reason, count);
            metrics.total(
                    "skerry.internal.refused",
                    "Requests between nodes that did not prove who sent them",
                    Tags.of("reason", reason.word()),
                    count::sum);
        }
        for (Outcome outcome : Outcome.values()) {
            LongAdder count = new LongAdder();
            outcomes.put(outcome, count);
            metrics.total(
                    "skerry.internal.calls",
                    "Calls of this node to others",
                    Tags.of("outcome", outcome.name().toLowerCase(Locale.ROOT)),
                    count::sum);
        }
    }

    /** Shows for how long the others will believe this node, where it has a certificate for them. */
    static void bindTo(Metrics metrics, @Nullable TlsCertificate tls) {
        NodeCertificates certificates = tls == null ? null : tls.nodes();
        if (certificates != null) {
            metrics.gauge(
                    "skerry.internal.certificate.remaining.seconds",
                    "For how long other nodes will believe this node's certificate",
                    Tags.empty(),
                    () -> Duration.between(Assembly.CLOCK.instant(), certificates.notAfter())
                            .toSeconds());
        }
    }

    @Override
    public void refused(Refusal reason) {
        count(refusals.get(reason));
    }

    @Override
    public void called(Outcome outcome) {
        count(outcomes.get(outcome));
    }

    private static void count(@Nullable LongAdder counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
