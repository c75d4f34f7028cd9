package dev.skerry.metadata;

import static dev.skerry.metadata.Sql.parameter;
import static dev.skerry.metadata.schema.catalog.Tables.BUCKETS;
import static dev.skerry.metadata.schema.catalog.Tables.EVENTS;
import static dev.skerry.metadata.schema.catalog.Tables.ROOT_CREDENTIALS;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.catalog.CatalogCommand.CreateBucket;
import dev.skerry.blob.catalog.CatalogCommand.DeleteBucket;
import dev.skerry.blob.catalog.CatalogCommand.SetConfiguration;
import dev.skerry.blob.catalog.CatalogCommand.SetDurability;
import dev.skerry.blob.catalog.CatalogCommand.SetVersioning;
import dev.skerry.blob.event.EventFanOut;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of a single node in {@code catalog.sqlite3}: read from memory, written by one thread of its own. A
 * command is decided against memory, which that thread alone changes, and memory follows the file once the commit is
 * durable.
 */
public final class SqliteCatalog implements Catalog {
    private static final int QUEUE_LIMIT = 256;

    private static final Sql ALL_BUCKETS =
            Sql.query(CatalogRows.BUCKET, select(BUCKETS.fields()).from(BUCKETS).orderBy(BUCKETS.NAME));
    private static final Sql INSERT_BUCKET = Sql.insert(BUCKETS, CatalogRows.BUCKET.fields());
    private static final Sql DELETE_BUCKET =
            Sql.change(deleteFrom(BUCKETS).where(BUCKETS.NAME.eq(parameter(BUCKETS.NAME))));
    private static final Sql ALL_ROOTS =
            Sql.query(CatalogRows.ROOT, select(ROOT_CREDENTIALS.fields()).from(ROOT_CREDENTIALS));
    private static final Sql DELETE_ROOTS = Sql.change(deleteFrom(ROOT_CREDENTIALS));
    private static final Sql INSERT_ROOT = Sql.insert(ROOT_CREDENTIALS, CatalogRows.ROOT.fields());
    private static final Sql INSERT_EVENT = Sql.insert(EVENTS, CatalogRows.EVENT.fields());
    // sequence exclusive; read no further than is wanted, because SQLite plans for any number where it is bound
    static final Sql EVENTS_AFTER = Sql.query(
            CatalogRows.EVENT,
            select(EVENTS.fields())
                    .from(EVENTS)
                    .where(EVENTS.SEQUENCE.gt(parameter(EVENTS.SEQUENCE)))
                    .orderBy(EVENTS.SEQUENCE));
    private static final Sql LAST_EVENT =
            Sql.scalar(select(max(EVENTS.SEQUENCE)).from(EVENTS));

    private final Statements statements; // used by the thread of writer alone
    private final EventFanOut sinks;
    private final ThreadPoolExecutor writer;
    private final NavigableMap<String, Bucket> buckets = new ConcurrentSkipListMap<>();
    private volatile long lastSequence;
    private volatile @Nullable RootCredentials rootCredentials;

    /** What a command comes to. */
    private record Change(
            Bucket bucket, boolean removal, @Nullable StorageEvent event) {}

    private SqliteCatalog(Statements statements, List<EventSink> sinks, ThreadFactory threads) {
        this.statements = statements;
        this.sinks = new EventFanOut(sinks);
        this.writer =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE_LIMIT), threads);
    }

    /**
     * Opens the catalog, creates it if it is not there, reads it into memory and begins its thread, which should be a
     * platform thread.
     *
     * @param clock tells when a migration was applied
     * @throws StoreException with {@code Corrupt} if the file is damaged, {@code StorageFault} if its schema is not one
     *     this program knows or the disk fails, {@code InsufficientStorage} if the disk is full
     */
    public static SqliteCatalog open(Path path, List<EventSink> sinks, ThreadFactory threads, InstantSource clock) {
        DatabaseFile file = new DatabaseFile(path);
        boolean created = file.create();
        Statements statements = file.openWriter();
        try {
            SchemaMigrations.ofCatalog().migrate(file, statements, SequencedEvent.CATALOG, clock);
            if (created) {
                DatabaseFile.syncFolder(DatabaseFile.folderOf(path));
            }
            SqliteCatalog catalog = new SqliteCatalog(statements, sinks, threads);
            catalog.load();
            return catalog;
        } catch (RuntimeException e) {
            statements.close();
            throw e;
        }
    }

    private void load() {
        for (Row row : statements.rows(ALL_BUCKETS)) {
            Bucket bucket = CatalogRows.bucket(row);
            buckets.put(bucket.name(), bucket);
        }
        statements.row(ALL_ROOTS).ifPresent(row -> rootCredentials = CatalogRows.rootCredentials(row));
        lastSequence = statements.number(LAST_EVENT);
    }

    @Override
    public Optional<Bucket> bucket(String name) {
        return Optional.ofNullable(buckets.get(name));
    }

    @Override
    public List<Bucket> buckets() {
        return List.copyOf(buckets.values());
    }

    @Override
    public Bucket commit(CatalogCommand command) {
        return onWriter(() -> {
            Change change = decide(command);
            long sequence = lastSequence + 1;
            inTransaction(() -> {
                statements.run(DELETE_BUCKET, command.bucket());
                if (!change.removal()) {
                    Row row = CatalogRows.of(change.bucket());
                    statements.insert(INSERT_BUCKET, CatalogRows.BUCKET.fields(), row);
                }
                if (change.event() != null) {
                    Row row = CatalogRows.ofEvent(sequence, change.event());
                    statements.insert(INSERT_EVENT, CatalogRows.EVENT.fields(), row);
                }
            });
            if (change.removal()) {
                buckets.remove(command.bucket());
            } else {
                buckets.put(command.bucket(), change.bucket());
            }
            if (change.event() != null) {
                lastSequence = sequence;
                sinks.accept(new SequencedEvent(SequencedEvent.CATALOG, sequence, change.event()));
            }
            return change.bucket();
        });
    }

    private Change decide(CatalogCommand command) {
        return switch (command) {
            case CreateBucket create -> {
                Bucket existing = buckets.get(create.bucket());
                if (existing != null) {
                    throw refusal(new StoreFailure.BucketExists(existing.name(), existing.ownerId()));
                }
                Bucket bucket = new Bucket(
                        create.bucket(),
                        create.ownerId(),
                        create.region(),
                        create.hlc(),
                        create.versioning(),
                        null,
                        create.configuration());
                yield new Change(bucket, false, new StorageEvent.BucketCreated(create.bucket(), create.hlc()));
            }
            case DeleteBucket delete ->
                new Change(existing(delete), true, new StorageEvent.BucketDeleted(delete.bucket(), delete.hlc()));
            case SetVersioning set -> {
                Bucket old = existing(set);
                yield changed(new Bucket(
                        old.name(),
                        old.ownerId(),
                        old.region(),
                        old.created(),
                        set.versioning(),
                        old.durability(),
                        old.configuration()));
            }
            case SetDurability set -> {
                Bucket old = existing(set);
                yield changed(new Bucket(
                        old.name(),
                        old.ownerId(),
                        old.region(),
                        old.created(),
                        old.versioning(),
                        set.durability(),
                        old.configuration()));
            }
            case SetConfiguration set -> changed(configured(existing(set), set));
        };
    }

    private static Change changed(Bucket bucket) {
        return new Change(bucket, false, null);
    }

    private static Bucket configured(Bucket old, SetConfiguration set) {
        Map<ConfigurationKind, String> configuration = new EnumMap<>(ConfigurationKind.class);
        configuration.putAll(old.configuration());
        if (set.document() == null) {
            configuration.remove(set.kind());
        } else {
            configuration.put(set.kind(), set.document());
        }
        return new Bucket(
                old.name(),
                old.ownerId(),
                old.region(),
                old.created(),
                old.versioning(),
                old.durability(),
                configuration);
    }

    private Bucket existing(CatalogCommand command) {
        Bucket bucket = buckets.get(command.bucket());
        if (bucket == null) {
            throw refusal(new StoreFailure.NoSuchBucket(command.bucket()));
        }
        return bucket;
    }

    @Override
    public List<SequencedEvent> events(long afterSequence, int limit) {
        return onWriter(() -> statements.first(limit, EVENTS_AFTER, afterSequence).stream()
                .map(CatalogRows::event)
                .toList());
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }

    @Override
    public @Nullable RootCredentials rootCredentials() {
        return rootCredentials;
    }

    @Override
    public void keepRootCredentials(RootCredentials credentials) {
        onWriter(() -> {
            inTransaction(() -> {
                statements.run(DELETE_ROOTS);
                statements.insert(INSERT_ROOT, CatalogRows.ROOT.fields(), CatalogRows.of(credentials));
            });
            rootCredentials = credentials;
            return credentials;
        });
    }

    private void inTransaction(Runnable changes) {
        statements.beginWrite();
        try {
            changes.run();
            statements.commit();
        } catch (RuntimeException e) {
            rollbackAfter(e);
            throw e;
        }
    }

    /** What failed first is what the caller hears of. */
    private void rollbackAfter(RuntimeException failed) {
        try {
            statements.rollback();
        } catch (StoreException e) {
            failed.addSuppressed(e);
        }
    }

    /** Runs {@code work} on the catalog's thread and waits for it, interrupted or not: it may have been applied. */
    private <T> T onWriter(Supplier<T> work) {
        Future<T> result;
        try {
            result = writer.submit(work::get);
        } catch (RejectedExecutionException e) {
            throw new StoreException(new StoreFailure.Busy("the catalog is closing or its queue is full"), e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static StoreException refusal(StoreFailure failure) {
        return new StoreException(failure);
    }

    /** Finishes what is queued and closes the file. */
    @Override
    public void close() {
        writer.close();
        statements.close();
    }
}
