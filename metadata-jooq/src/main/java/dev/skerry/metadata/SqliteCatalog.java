package dev.skerry.metadata;

import static dev.skerry.metadata.Sql.parameter;
import static dev.skerry.metadata.schema.catalog.Tables.APPLIED;
import static dev.skerry.metadata.schema.catalog.Tables.BUCKETS;
import static dev.skerry.metadata.schema.catalog.Tables.DOCUMENTS;
import static dev.skerry.metadata.schema.catalog.Tables.EVENTS;
import static dev.skerry.metadata.schema.catalog.Tables.ROOT_CREDENTIALS;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.catalog.CatalogRules;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.event.EventFanOut;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
 * The catalog of a node in {@code catalog.sqlite3}: read from memory, written by one thread of its own. A command is
 * decided against memory, which that thread alone changes, and memory follows the file once the commit is durable.
 */
public final class SqliteCatalog implements Catalog, CatalogReplica {
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
    private static final Sql ALL_DOCUMENTS =
            Sql.query(CatalogRows.DOCUMENT, select(DOCUMENTS.fields()).from(DOCUMENTS));
    private static final Sql DELETE_DOCUMENT =
            Sql.change(deleteFrom(DOCUMENTS).where(DOCUMENTS.NAME.eq(parameter(DOCUMENTS.NAME))));
    private static final Sql INSERT_DOCUMENT = Sql.insert(DOCUMENTS, CatalogRows.DOCUMENT.fields());
    private static final Sql APPLIED_VALUE =
            Sql.scalar(select(APPLIED.VALUE).from(APPLIED).where(APPLIED.NAME.eq(parameter(APPLIED.NAME))));
    // name, value
    private static final Sql PUT_APPLIED = Sql.change(insertInto(APPLIED, APPLIED.NAME, APPLIED.VALUE)
            .values(parameter(APPLIED.NAME), parameter(APPLIED.VALUE))
            .onConflict(APPLIED.NAME)
            .doUpdate()
            .set(APPLIED.VALUE, excluded(APPLIED.VALUE)));

    private final DatabaseFile file;
    private final InstantSource clock;
    private Statements statements; // used by the thread of writer alone, once that runs
    private final EventFanOut sinks;
    private final ThreadPoolExecutor writer;
    private final NavigableMap<String, Bucket> buckets = new ConcurrentSkipListMap<>();
    private volatile long lastSequence;
    private final Map<String, Document> documents = new ConcurrentHashMap<>();
    private volatile @Nullable RootCredentials rootCredentials;
    private volatile LogPosition position = LogPosition.START;

    private SqliteCatalog(
            DatabaseFile file,
            Statements statements,
            InstantSource clock,
            List<EventSink> sinks,
            ThreadFactory threads) {
        this.file = file;
        this.statements = statements;
        this.clock = clock;
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
        DatabaseCopy.removeLeftovers(file);
        boolean created = file.create();
        Statements statements = file.openWriter();
        try {
            SchemaMigrations.ofCatalog().migrate(file, statements, SequencedEvent.CATALOG, clock);
            if (created) {
                DatabaseFile.syncFolder(DatabaseFile.folderOf(path));
            }
            SqliteCatalog catalog = new SqliteCatalog(file, statements, clock, sinks, threads);
            catalog.load();
            return catalog;
        } catch (RuntimeException e) {
            statements.close();
            throw e;
        }
    }

    /** Memory becomes what the file has, name by name. */
    private void load() {
        Map<String, Bucket> found = new HashMap<>();
        for (Row row : statements.rows(ALL_BUCKETS)) {
            Bucket bucket = CatalogRows.bucket(row);
            found.put(bucket.name(), bucket);
        }
        buckets.keySet().retainAll(found.keySet());
        buckets.putAll(found);
        statements.row(ALL_ROOTS).ifPresent(row -> rootCredentials = CatalogRows.rootCredentials(row));
        lastSequence = statements.number(LAST_EVENT);
        position = positionIn(statements);
        Map<String, Document> texts = new HashMap<>();
        for (Row row : statements.rows(ALL_DOCUMENTS)) {
            texts.put(row.need(DOCUMENTS.NAME), CatalogRows.document(row));
        }
        documents.keySet().retainAll(texts.keySet());
        documents.putAll(texts);
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
            CatalogRules.Change change = CatalogRules.decide(buckets.get(command.bucket()), command, 0);
            inTransaction(() -> write(change));
            remember(change);
            return change.bucket();
        });
    }

    private void write(CatalogRules.Change change) {
        statements.run(DELETE_BUCKET, change.bucket().name());
        if (!change.removal()) {
            statements.insert(INSERT_BUCKET, CatalogRows.BUCKET.fields(), CatalogRows.of(change.bucket()));
        }
        if (change.event() != null) {
            statements.insert(
                    INSERT_EVENT, CatalogRows.EVENT.fields(), CatalogRows.ofEvent(lastSequence + 1, change.event()));
        }
    }

    /** Memory follows the file. */
    private void remember(CatalogRules.Change change) {
        String name = change.bucket().name();
        if (change.removal()) {
            buckets.remove(name);
        } else {
            buckets.put(name, change.bucket());
        }
        if (change.event() != null) {
            long sequence = lastSequence + 1;
            lastSequence = sequence;
            sinks.accept(new SequencedEvent(SequencedEvent.CATALOG, sequence, change.event()));
        }
    }

    @Override
    public LogPosition position() {
        return position;
    }

    @Override
    public @Nullable Result apply(LogPosition at, Entry entry) {
        return onWriter(() -> {
            if (!position.isBefore(at)) {
                return null;
            }
            return switch (entry) {
                case Entry.BucketChange(CatalogCommand command) -> applyChange(at, command);
                case Entry.KeepRoot(RootCredentials ifNone) -> applyRoot(at, ifNone);
                case Entry.KeepDocument keep -> applyDocument(at, keep);
                case Entry.Compare _ -> applyComparison(at);
            };
        });
    }

    private Result applyChange(LogPosition at, CatalogCommand command) {
        CatalogRules.Change change;
        try {
            change = CatalogRules.decide(buckets.get(command.bucket()), command, at.index());
        } catch (StoreException refused) {
            reach(at, () -> {});
            return new Result.Refused(refused.failure());
        }
        reach(at, () -> write(change));
        remember(change);
        return new Result.Changed(change.bucket());
    }

    private Result applyRoot(LogPosition at, RootCredentials ifNone) {
        RootCredentials kept = rootCredentials;
        if (kept != null) {
            reach(at, () -> {});
            return new Result.RootKept(kept);
        }
        reach(at, () -> write(ifNone));
        rootCredentials = ifNone;
        return new Result.RootKept(ifNone);
    }

    private Result applyDocument(LogPosition at, Entry.KeepDocument keep) {
        Document old = documents.get(keep.name());
        long revision = old == null ? 0 : old.revision();
        if (old != null && revision != keep.expectedRevision()) {
            reach(at, () -> {});
            return new Result.DocumentKept(false, old);
        }
        Document document = new Document(revision + 1, keep.text());
        reach(at, () -> {
            statements.run(DELETE_DOCUMENT, keep.name());
            statements.insert(INSERT_DOCUMENT, CatalogRows.DOCUMENT.fields(), CatalogRows.of(keep.name(), document));
        });
        documents.put(keep.name(), document);
        return new Result.DocumentKept(true, document);
    }

    /** An entry after it is not to wait until the rows can be read. */
    private Result applyComparison(LogPosition at) {
        Result result;
        try {
            result = new Result.Digested(DigestWalk.CATALOG.of(statements));
        } catch (StoreException unread) {
            result = new Result.Refused(unread.failure());
        }
        reach(at, () -> {});
        return result;
    }

    @Override
    public void advance(LogPosition at) {
        onWriter(() -> {
            if (position.isBefore(at)) {
                reach(at, () -> {});
            }
            return at;
        });
    }

    @Override
    public Path copy() {
        return onWriter(() -> DatabaseCopy.of(file, statements));
    }

    @Override
    public Path incoming() {
        return DatabaseCopy.incoming(file);
    }

    @Override
    public void replace(LogPosition atLeast) {
        onWriter(() -> {
            DatabaseFile arrived = DatabaseCopy.arrived(file);
            LogPosition further;
            try (Statements checked =
                    DatabaseCopy.checked(arrived, SchemaMigrations.ofCatalog(), SequencedEvent.CATALOG, clock)) {
                further = positionIn(checked);
            }
            if (further.isBefore(atLeast)) {
                throw new StoreException(new StoreFailure.Busy("the copy of the catalog is at " + further.index()
                        + " (expected: " + atLeast.index() + " or later)"));
            }
            if (!further.isBefore(position)) {
                takeOver();
            }
            return further;
        });
    }

    /** Whatever fails, a file is open afterwards, unless the disk is gone. */
    private void takeOver() {
        statements.close();
        try {
            DatabaseCopy.takeOver(file, false);
        } finally {
            statements = file.openWriter();
            load();
        }
    }

    private static LogPosition positionIn(Statements statements) {
        return new LogPosition(
                statements.number(APPLIED_VALUE, SlotRows.LOG_TERM),
                statements.number(APPLIED_VALUE, SlotRows.LOG_INDEX));
    }

    /** Makes the changes of an entry, and says in the same transaction that it was applied. */
    private void reach(LogPosition at, Runnable changes) {
        inTransaction(() -> {
            changes.run();
            statements.run(PUT_APPLIED, SlotRows.LOG_TERM, at.term());
            statements.run(PUT_APPLIED, SlotRows.LOG_INDEX, at.index());
        });
        position = at;
    }

    @Override
    public Optional<Document> document(String name) {
        return Optional.ofNullable(documents.get(name));
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
    public RootCredentials keepRootCredentials(RootCredentials ifNone) {
        return onWriter(() -> {
            RootCredentials kept = rootCredentials;
            if (kept == null) {
                inTransaction(() -> write(ifNone));
                rootCredentials = ifNone;
                return ifNone;
            }
            return kept;
        });
    }

    private void write(RootCredentials credentials) {
        statements.run(DELETE_ROOTS);
        statements.insert(INSERT_ROOT, CatalogRows.ROOT.fields(), CatalogRows.of(credentials));
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

    /** Finishes what is queued and closes the file. */
    @Override
    public void close() {
        writer.close();
        statements.close();
    }
}
