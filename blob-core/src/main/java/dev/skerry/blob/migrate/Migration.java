package dev.skerry.blob.migrate;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.migrate.LegacyStore.Generation;
import dev.skerry.blob.migrate.LegacyStore.Unreadable;
import dev.skerry.blob.migrate.MigrationProblem.Kind;
import dev.skerry.blob.migrate.MigrationReport.Outcome;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Brings the data of older stores into this one: looks through all of it, then brings it in generation by generation,
 * then looks whether it is there. Nothing is written where a name stands in the way.
 *
 * <p>Each generation is committed by itself, after its bytes were hashed and found to be the ones it names. So a run
 * may be stopped or killed at any moment, and the next one goes on where it ended: what is there is not brought in
 * again. The older data is never changed.
 */
public final class Migration {
    private final Ports ports;
    private final List<LegacyStore> sources;

    /**
     * What a migration stands on. The store must not be served meanwhile.
     *
     * @param legalBucket whether a name is one that S3 allows
     */
    public record Ports(
            Catalog catalog,
            MetadataStore metadata,
            CommitLog log,
            PartStore parts,
            PlacementPolicy placement,
            HlcClock clock,
            Predicate<String> legalBucket) {}

    /** A migration of those stores, in that order, into the store behind {@code ports}. */
    public Migration(Ports ports, List<LegacyStore> sources) {
        this.ports = ports;
        this.sources = List.copyOf(sources);
    }

    /**
     * Looks through older stores as a migration does first, and writes nothing. Blocks on disk.
     *
     * @param buckets what is known of the buckets of the new store, if there is one
     * @throws dev.skerry.blob.failure.StoreException if an older database cannot be read
     */
    public static MigrationReport look(
            List<LegacyStore> sources,
            MigrationSettings settings,
            Predicate<String> legalBucket,
            Function<String, Optional<Bucket>> buckets) {
        Destinations destinations = new Destinations(settings.bucket(), legalBucket);
        MigrationPlan plan = new Planning(destinations, buckets).plan(sources);
        return unwritten(plan, plan.blocked() ? Outcome.BLOCKED : Outcome.DRY_RUN);
    }

    private static MigrationReport unwritten(MigrationPlan plan, Outcome outcome) {
        return new MigrationReport(plan, outcome, 0, 0, 0, 0, plan.problems(), plan.problemCount());
    }

    /**
     * Runs it, on the calling thread, which blocks on disk.
     *
     * @throws dev.skerry.blob.failure.StoreException if the new store fails or is full, or an older database cannot be
     *     read; what was done until then stays, and another run goes on from there
     */
    public MigrationReport run(MigrationSettings settings, MigrationProgress progress) {
        Destinations destinations = new Destinations(settings.bucket(), ports.legalBucket());
        Planning planning = new Planning(destinations, ports.catalog()::bucket);
        MigrationPlan plan = planning.plan(sources);
        progress.planned(plan);
        if (plan.blocked()) {
            return unwritten(plan, Outcome.BLOCKED);
        }
        createBuckets(planning.buckets(), settings);
        Problems problems = new Problems(progress::refused);
        Run run = new Run(destinations, problems, settings, progress);
        boolean finished = run.bringAll();
        long verified = finished ? new Verification(ports, destinations, problems).verify(sources) : 0;
        return new MigrationReport(
                plan,
                finished ? Outcome.FINISHED : Outcome.STOPPED,
                run.migrated,
                run.present,
                verified,
                run.bytes,
                problems.first(),
                problems.count());
    }

    private void createBuckets(Map<String, Versioning> buckets, MigrationSettings settings) {
        buckets.forEach((name, versioning) -> {
            if (ports.catalog().bucket(name).isEmpty()) {
                ports.catalog()
                        .commit(new CatalogCommand.CreateBucket(
                                name,
                                settings.ownerId(),
                                settings.region(),
                                versioning,
                                Map.of(),
                                ports.clock().now()));
            }
        });
    }

    /** One run's way through the generations. */
    private final class Run {
        private final Destinations destinations;
        private final Problems problems;
        private final MigrationProgress progress;
        private final Transfer transfer;
        private long migrated;
        private long present;
        private long bytes;
        private long seen;
        private long seenBytes;
        private boolean stopped;

        Run(Destinations destinations, Problems problems, MigrationSettings settings, MigrationProgress progress) {
            this.destinations = destinations;
            this.problems = problems;
            this.progress = progress;
            this.transfer = new Transfer(ports, settings);
        }

        boolean bringAll() {
            for (LegacyStore source : sources) {
                source.visit(entry -> {
                    if (stopped) {
                        return;
                    }
                    switch (entry) {
                        case Unreadable(String where, String reason) -> problems.add(Kind.DAMAGED, where, reason);
                        case Generation generation -> bring(generation, source.versioned());
                    }
                });
            }
            return !stopped;
        }

        private void bring(Generation generation, boolean versioned) {
            BlobPath path = destinations.path(generation.path()).orElseThrow();
            switch (transfer.bring(path, generation, versioned)) {
                case Transfer.Brought _ -> {
                    migrated++;
                    bytes += generation.sizeBytes();
                }
                case Transfer.Present _ -> present++;
                case Transfer.Faulty(Kind kind, String detail) ->
                    problems.add(kind, Transfer.subject(generation), detail);
            }
            seen++;
            seenBytes += generation.sizeBytes();
            stopped = !progress.advanced(seen, seenBytes);
        }
    }
}
