package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Buckets in memory. Guarded by this. */
final class FakeCatalog implements Catalog {
    private final NavigableMap<String, Bucket> buckets = new TreeMap<>();

    @Override
    public synchronized Optional<Bucket> bucket(String name) {
        return Optional.ofNullable(buckets.get(name));
    }

    @Override
    public synchronized List<Bucket> buckets() {
        return List.copyOf(buckets.values());
    }

    @Override
    public synchronized Bucket commit(CatalogCommand command) {
        Bucket old = buckets.get(command.bucket());
        if (command instanceof CatalogCommand.CreateBucket create) {
            if (old != null) {
                throw new StoreException(new StoreFailure.BucketExists(old.name(), old.ownerId()));
            }
            Bucket bucket = new Bucket(
                    create.bucket(),
                    create.ownerId(),
                    create.region(),
                    create.hlc().instant(),
                    create.versioning(),
                    null,
                    Map.of());
            buckets.put(bucket.name(), bucket);
            return bucket;
        }
        if (old == null) {
            throw new StoreException(new StoreFailure.NoSuchBucket(command.bucket()));
        }
        if (command instanceof CatalogCommand.DeleteBucket) {
            buckets.remove(old.name());
            return old;
        }
        Bucket changed = changed(old, command);
        buckets.put(changed.name(), changed);
        return changed;
    }

    private static Bucket changed(Bucket old, CatalogCommand command) {
        Map<Bucket.ConfigurationKind, String> configuration = new HashMap<>(old.configuration());
        var versioning = old.versioning();
        var durability = old.durability();
        switch (command) {
            case CatalogCommand.SetVersioning set -> versioning = set.versioning();
            case CatalogCommand.SetDurability set -> durability = set.durability();
            case CatalogCommand.SetConfiguration set -> {
                configuration.remove(set.kind());
                Optional.ofNullable(set.document()).ifPresent(document -> configuration.put(set.kind(), document));
            }
            case CatalogCommand.CreateBucket _, CatalogCommand.DeleteBucket _ ->
                throw new IllegalArgumentException("command: " + command + " (expected: a change)");
        }
        return new Bucket(
                old.name(), old.ownerId(), old.region(), old.createdAt(), versioning, durability, configuration);
    }

    @Override
    public List<SequencedEvent> events(long afterSequence, int limit) {
        return List.of();
    }

    @Override
    public long lastSequence() {
        return 0;
    }

    @Override
    public @Nullable RootCredentials rootCredentials() {
        return null;
    }

    @Override
    public void keepRootCredentials(RootCredentials credentials) {}

    @Override
    public void close() {}
}
