package dev.skerry.metadata;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The catalog of a single node in {@code catalog.sqlite3}: read from memory, written by one thread of its own. */
public final class SqliteCatalog implements Catalog {
    private SqliteCatalog() {}

    /**
     * Opens the catalog, creates it if it is not there, reads it into memory and begins its thread.
     *
     * @param clock tells when a migration was applied
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if the file is damaged or its schema is not
     *     one this program knows, {@code InsufficientStorage} or {@code StorageFault} if the disk fails
     */
    public static SqliteCatalog open(Path file, List<EventSink> sinks, ThreadFactory threads, InstantSource clock) {
        return new SqliteCatalog();
    }

    @Override
    public Optional<Bucket> bucket(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Bucket> buckets() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Bucket commit(CatalogCommand command) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<SequencedEvent> events(long afterSequence, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long lastSequence() {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable RootCredentials rootCredentials() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void keepRootCredentials(RootCredentials credentials) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
