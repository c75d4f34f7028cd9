package dev.skerry.blob.catalog;

import dev.skerry.blob.Durability;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A catalog in memory. */
public final class FakeCatalog implements Catalog {
    private final NavigableMap<String, Bucket> buckets = new TreeMap<>();
    private final List<SequencedEvent> events = new ArrayList<>();
    private @Nullable RootCredentials root;

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
        return switch (command) {
            case CatalogCommand.CreateBucket create -> create(create);
            case CatalogCommand.DeleteBucket delete -> delete(delete);
            case CatalogCommand.SetVersioning set -> {
                Bucket bucket = require(set.bucket());
                yield put(bucket, set.versioning(), bucket.durability(), bucket.configuration());
            }
            case CatalogCommand.SetDurability set -> {
                Bucket bucket = require(set.bucket());
                yield put(bucket, bucket.versioning(), set.durability(), bucket.configuration());
            }
            case CatalogCommand.SetConfiguration set -> configure(set);
        };
    }

    private Bucket create(CatalogCommand.CreateBucket create) {
        Bucket there = buckets.get(create.bucket());
        if (there != null) {
            throw new StoreException(new StoreFailure.BucketExists(there.name(), there.ownerId()));
        }
        Bucket bucket = new Bucket(
                create.bucket(),
                create.ownerId(),
                create.region(),
                create.hlc(),
                create.versioning(),
                null,
                create.configuration());
        buckets.put(bucket.name(), bucket);
        append(new StorageEvent.BucketCreated(create.bucket(), create.hlc()));
        return bucket;
    }

    private Bucket delete(CatalogCommand.DeleteBucket delete) {
        Bucket bucket = require(delete.bucket());
        buckets.remove(bucket.name());
        append(new StorageEvent.BucketDeleted(delete.bucket(), delete.hlc()));
        return bucket;
    }

    private Bucket configure(CatalogCommand.SetConfiguration set) {
        Bucket bucket = require(set.bucket());
        Map<ConfigurationKind, String> configuration = new EnumMap<>(ConfigurationKind.class);
        configuration.putAll(bucket.configuration());
        if (set.document() == null) {
            configuration.remove(set.kind());
        } else {
            configuration.put(set.kind(), set.document());
        }
        return put(bucket, bucket.versioning(), bucket.durability(), configuration);
    }

    private Bucket put(
            Bucket bucket,
            Versioning versioning,
            @Nullable Durability durability,
            Map<ConfigurationKind, String> configuration) {
        Bucket changed = new Bucket(
                bucket.name(),
                bucket.ownerId(),
                bucket.region(),
                bucket.created(),
                versioning,
                durability,
                configuration);
        buckets.put(changed.name(), changed);
        return changed;
    }

    private Bucket require(String name) {
        return bucket(name).orElseThrow(() -> new StoreException(new StoreFailure.NoSuchBucket(name)));
    }

    private void append(StorageEvent event) {
        events.add(new SequencedEvent(SequencedEvent.CATALOG, events.size() + 1L, event));
    }

    @Override
    public synchronized List<SequencedEvent> events(long afterSequence, int limit) {
        return events.stream()
                .filter(event -> event.sequence() > afterSequence)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized long lastSequence() {
        return events.size();
    }

    @Override
    public synchronized @Nullable RootCredentials rootCredentials() {
        return root;
    }

    @Override
    public synchronized void keepRootCredentials(RootCredentials credentials) {
        root = credentials;
    }

    @Override
    public void close() {}
}
