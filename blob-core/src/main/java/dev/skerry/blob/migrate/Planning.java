package dev.skerry.blob.migrate;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.migrate.LegacyStore.Generation;
import dev.skerry.blob.migrate.LegacyStore.Unreadable;
import dev.skerry.blob.migrate.MigrationProblem.Kind;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Looks through everything before anything is written: how much there is, where it goes, what stands in the way. */
final class Planning {
    private final Destinations destinations;
    private final Function<String, Optional<Bucket>> known;
    private final SortedMap<String, Versioning> buckets = new TreeMap<>();
    private final Problems problems = new Problems(_ -> {});
    private long generations;
    private long tombstones;
    private long hidden;
    private long bytes;

    /** Planning against the buckets that are there already. */
    Planning(Destinations destinations, Function<String, Optional<Bucket>> known) {
        this.destinations = destinations;
        this.known = known;
    }

    MigrationPlan plan(List<LegacyStore> sources) {
        for (LegacyStore source : sources) {
            source.visit(entry -> {
                switch (entry) {
                    case Unreadable(String where, String reason) -> problems.add(Kind.DAMAGED, where, reason);
                    case Generation generation -> plan(generation, source.versioned());
                }
            });
        }
        return new MigrationPlan(
                sources.stream().map(LegacyStore::description).toList(),
                new TreeSet<>(buckets.keySet()),
                generations,
                tombstones,
                hidden,
                bytes,
                problems.first(),
                problems.count());
    }

    /** The buckets everything goes to, with the versioning state they need. */
    SortedMap<String, Versioning> buckets() {
        return buckets;
    }

    private void plan(Generation generation, boolean versioned) {
        Optional<BlobPath> path = destinations.path(generation.path());
        if (path.isEmpty()) {
            problems.add(Kind.ILLEGAL_NAME, generation.path(), destinations.remedy(generation.path()));
            return;
        }
        plan(path.get().bucket(), versioned);
        Transfer.outwardFault(generation)
                .ifPresent(fault -> problems.add(fault.kind(), Transfer.subject(generation), fault.detail()));
        generations++;
        tombstones += generation.tombstone() ? 1 : 0;
        hidden += generation.hiddenAt() == null ? 0 : 1;
        bytes += generation.sizeBytes();
    }

    /** Versions that stand beside each other are only understood by a bucket that keeps them. */
    private void plan(String bucket, boolean versioned) {
        Versioning needed = versioned ? Versioning.ENABLED : Versioning.OFF;
        Versioning before = buckets.get(bucket);
        if (before == needed || before == Versioning.ENABLED) {
            return;
        }
        buckets.put(bucket, needed);
        Optional<Bucket> there = known.apply(bucket);
        if (versioned && there.isPresent() && there.get().versioning() != Versioning.ENABLED) {
            problems.add(
                    Kind.BUCKET_WITHOUT_VERSIONS,
                    "bucket " + bucket,
                    "is there already without versioning; switch it on, or give another bucket with --bucket NAME");
        }
    }
}
