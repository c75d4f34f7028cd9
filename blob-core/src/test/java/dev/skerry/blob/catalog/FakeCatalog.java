package dev.skerry.blob.catalog;

import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A catalog in memory. */
public final class FakeCatalog implements Catalog {
    private final boolean shared;
    private long position;
    private final NavigableMap<String, Bucket> buckets = new TreeMap<>();
    private final List<SequencedEvent> events = new ArrayList<>();
    private @Nullable RootCredentials root;

    /** The catalog of a single node. */
    public FakeCatalog() {
        this(false);
    }

    /** A catalog whose buckets have epochs where nodes share it. */
    public FakeCatalog(boolean shared) {
        this.shared = shared;
    }

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
        CatalogRules.Change change =
                CatalogRules.decide(buckets.get(command.bucket()), command, shared ? ++position : 0);
        if (change.removal()) {
            buckets.remove(command.bucket());
        } else {
            buckets.put(command.bucket(), change.bucket());
        }
        StorageEvent event = change.event();
        if (event != null) {
            append(event);
        }
        return change.bucket();
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
    public synchronized RootCredentials keepRootCredentials(RootCredentials ifNone) {
        RootCredentials kept = root == null ? ifNone : root;
        root = kept;
        return kept;
    }

    @Override
    public void close() {}
}
