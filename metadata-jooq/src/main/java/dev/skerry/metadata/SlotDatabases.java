package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SQLite files of all slots, {@code slots/<id>/meta.sqlite3}, migrated to the newest schema. Each keeps the
 * connection that migrated it open, for the one writer of the slot to take over.
 *
 * <p>A slot whose database is damaged or cannot be read is quarantined and the others are opened: one bad slot must not
 * take a node away. What is found at every start by itself leaves nothing behind; what was found while the slot was in
 * use leaves a {@link QuarantineMark}.
 */
public final class SlotDatabases implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SlotDatabases.class);
    private static final int OPENED_AT_ONCE = 4;
    private static final String IS_USED = "select exists (select 1 from events) or exists (select 1 from applied where"
            + " name = 'trimmed' and value > 0)";

    private final List<Path> slotsFolders;
    private final int slotCount;
    private final boolean everyCommitSynced;
    private final Map<SlotId, Statements> untaken = new ConcurrentHashMap<>();
    private final Set<SlotId> left = ConcurrentHashMap.newKeySet();
    private final Quarantine quarantine = new Quarantine();
    private final InstantSource clock;
    private final List<Readers> readers = new CopyOnWriteArrayList<>();

    /**
     * Shared by who reads a file by a connection of its own, held for as long; whole by who puts another in its place.
     */
    private final Map<SlotId, ReadWriteLock> files = new ConcurrentHashMap<>();

    /** Who is connected to slots in order to read them. */
    interface Readers {
        /** Does something while none of them is connected to the slot. */
        void without(SlotId slot, Runnable work);
    }

    private SlotDatabases(List<Path> slotsFolders, int slotCount, boolean everyCommitSynced, InstantSource clock) {
        if (slotsFolders.isEmpty()) {
            throw new IllegalArgumentException("folders of slots: none (expected: one or more)");
        }
        if (slotCount < 1) {
            throw new IllegalArgumentException("slots: " + slotCount + " (expected: 1 or more)");
        }
        this.slotsFolders = List.copyOf(slotsFolders);
        this.slotCount = slotCount;
        this.everyCommitSynced = everyCommitSynced;
        this.clock = clock;
    }

    /**
     * Opens the databases of slots 0 to {@code slotCount - 1}, several at once, and creates those that are not there,
     * folders included. Blocks.
     *
     * @param threads makes the platform threads that open them; they end before this returns
     * @param clock tells when a migration was applied
     * @throws StoreException with {@code Corrupt} or {@code StorageFault} if no slot can be opened,
     *     {@code StorageFault} if a newer program wrote one, {@code InsufficientStorage} if the disk is full
     */
    public static SlotDatabases open(Path slotsFolder, int slotCount, ThreadFactory threads, InstantSource clock) {
        return open(List.of(slotsFolder), slotCount, true, threads, clock);
    }

    /**
     * As above, with a folder of slots on each disk; a slot is in folder {@code slot mod folders}, as its parts are.
     *
     * @param everyCommitSynced whether all that was committed was fsynced, so that a log that is damaged before its end
     *     says that something was lost
     */
    public static SlotDatabases open(
            List<Path> slotsFolders,
            int slotCount,
            boolean everyCommitSynced,
            ThreadFactory threads,
            InstantSource clock) {
        SlotDatabases databases = new SlotDatabases(slotsFolders, slotCount, everyCommitSynced, clock);
        threads.newThread(SlotSql::prepare).start();
        try {
            databases.openAll(threads, clock);
            databases.refuseWithoutAny();
            return databases;
        } catch (RuntimeException e) {
            databases.close();
            throw e;
        }
    }

    /** The slots that a server would quarantine at its start, and why; opens them as it would and closes them again. */
    public static Map<SlotId, String> quarantinedIn(
            List<Path> slotsFolders,
            int slotCount,
            boolean everyCommitSynced,
            ThreadFactory threads,
            InstantSource clock) {
        try (SlotDatabases databases = new SlotDatabases(slotsFolders, slotCount, everyCommitSynced, clock)) {
            databases.openAll(threads, clock);
            return databases.quarantined();
        }
    }

    private void openAll(ThreadFactory threads, InstantSource clock) {
        SchemaMigrations migrations = SchemaMigrations.ofSlot();
        try (ExecutorService openers = Executors.newFixedThreadPool(Math.min(OPENED_AT_ONCE, slotCount), threads)) {
            Map<Boolean, List<SlotId>> present = slots().stream().collect(Collectors.partitioningBy(this::isPresent));
            List<SlotId> there = present.getOrDefault(true, List.of());
            List<SlotId> absent = present.getOrDefault(false, List.of());
            onEach(there, slot -> open(slot, migrations, clock), openers);
            if (!absent.isEmpty()) {
                refuseToReplace(there, absent);
                onEach(absent, slot -> create(slot, migrations, clock), openers);
                for (Path slotsFolder : slotsFolders) {
                    DatabaseFile.syncFolder(slotsFolder);
                    DatabaseFile.syncFolder(DatabaseFile.folderOf(slotsFolder));
                }
            }
        }
    }

    private void onEach(List<SlotId> slots, Consumer<SlotId> work, ExecutorService openers) {
        List<Future<?>> openings = new ArrayList<>();
        slots.forEach(slot -> openings.add(openers.submit(() -> work.accept(slot))));
        try {
            for (Future<?> opening : openings) {
                opening.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(new StoreFailure.Busy("interrupted while opening the slots"), e);
        }
    }

    /** One that is out of service counts as there: nothing is made in its place. */
    private boolean isPresent(SlotId slot) {
        QuarantineMark.read(folder(slot)).ifPresent(mark -> quarantine.add(slot, mark.reason()));
        return quarantine.contains(slot) || file(slot).holdsSomething();
    }

    private void open(SlotId slot, SchemaMigrations migrations, InstantSource clock) {
        if (quarantine.contains(slot)) {
            return;
        }
        try {
            DatabaseFile file = file(slot);
            if (file.wasLeft()) {
                left.add(slot);
                if (isLogDamaged(slot, file)) {
                    return;
                }
            }
            Statements statements = file.openWriter();
            untaken.put(slot, statements);
            migrations.migrate(file, statements, slot.value(), clock);
        } catch (StoreException e) {
            if (!keepsOneSlotAway(e)) {
                throw e;
            }
            quarantine.add(slot, e.failure().message());
            Statements opened = untaken.remove(slot);
            if (opened != null) {
                close(slot, opened);
            }
        }
    }

    /** Must be asked before SQLite opens the file, which would drop what is behind the damage. */
    private boolean isLogDamaged(SlotId slot, DatabaseFile file) {
        WriteAheadLog found;
        try {
            found = WriteAheadLog.read(WriteAheadLog.of(file.path()));
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(file + "-wal: " + e), e);
        }
        if (found.damaged() && everyCommitSynced) {
            quarantine.add(
                    slot,
                    "the write-ahead log is damaged in its middle: " + found.lostCommits()
                            + " commits or more are behind frame " + found.kept() + " of " + found.frames());
            return true;
        }
        if (found.damaged()) {
            log.warn(
                    "the write-ahead log ends early, as a power cut leaves it where not every commit is fsynced slot={}"
                            + " kept={} frames={}",
                    slot,
                    found.kept(),
                    found.frames());
        }
        return false;
    }

    /** Whether it is this slot's own trouble, rather than one that a start must not go on with. */
    private static boolean keepsOneSlotAway(StoreException failure) {
        return switch (failure.failure()) {
            case StoreFailure.Corrupt _ -> true;
            // without a cause it is a refusal: a newer program wrote the database
            case StoreFailure.StorageFault _ -> failure.getCause() != null;
            default -> false;
        };
    }

    /**
     * A database that is gone is no new one: an empty one in its place would say that nothing was ever written, and
     * garbage collection would take the part files. The databases of a new node are all made before it serves.
     */
    private void refuseToReplace(List<SlotId> there, List<SlotId> absent) {
        boolean used = there.stream().anyMatch(this::isUsed);
        for (SlotId slot : absent) {
            if (used || hasParts(slot)) {
                quarantine.add(slot, "its database " + file(slot) + " is gone");
            }
        }
    }

    private boolean isUsed(SlotId slot) {
        Statements statements = untaken.get(slot);
        try {
            return statements == null || statements.ask(IS_USED) != 0;
        } catch (StoreException e) {
            if (noticed(slot, e)) {
                return true;
            }
            throw e;
        }
    }

    private boolean hasParts(SlotId slot) {
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(folder(slot).resolve("blobs"))) {
            return folders.iterator().hasNext();
        } catch (NoSuchFileException | NotDirectoryException _) {
            return false;
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(folder(slot) + ": " + e), e);
        }
    }

    private void create(SlotId slot, SchemaMigrations migrations, InstantSource clock) {
        if (!quarantine.contains(slot)) {
            DatabaseFile file = file(slot);
            file.create();
            Statements statements = file.openWriter();
            untaken.put(slot, statements);
            migrations.migrate(file, statements, slot.value(), clock);
        }
    }

    /** Where no slot is left there is nothing to serve: it is not the slots, it is the disk or the folder. */
    private void refuseWithoutAny() {
        Map<SlotId, String> reasons = quarantine.reasons();
        if (reasons.size() == slotCount) {
            throw new StoreException(
                    new StoreFailure.Corrupt("every slot is quarantined; slot 0: " + reasons.get(new SlotId(0))));
        }
    }

    /** The slots there are, by ascending number. */
    public List<SlotId> slots() {
        return IntStream.range(0, slotCount).mapToObj(SlotId::new).toList();
    }

    /** The slots that are out of service, and why. */
    public Map<SlotId, String> quarantined() {
        return quarantine.reasons();
    }

    /** The slots whose databases were not closed by whoever wrote them last, and were not read through since. */
    public Set<SlotId> left() {
        return Set.copyOf(left);
    }

    /** Notes that the database was read through and is whole. */
    void foundWhole(SlotId slot) {
        left.remove(slot);
    }

    /** Whether the slot is in service. */
    boolean inService(SlotId slot) {
        return !quarantine.contains(slot);
    }

    /** Throws with {@code Quarantined} where the slot is out of service. */
    void refuseQuarantined(SlotId slot) {
        quarantine.refuse(slot);
    }

    /** Takes the slot out of service, also over restarts, where the failure says that its database is damaged. */
    boolean noticed(SlotId slot, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreException e && SqliteFailures.showsDamage(e)) {
                quarantineForGood(slot, e.failure().message());
                return true;
            }
        }
        return false;
    }

    /** Takes the slot out of service until somebody mends it. */
    void quarantineForGood(SlotId slot, String reason) {
        if (quarantine.add(slot, reason)) {
            try {
                new QuarantineMark(reason, null).write(folder(slot));
            } catch (StoreException e) {
                log.warn("the quarantine of a slot may not outlive a restart slot={}", slot, e);
            }
        }
    }

    /** The folder of a slot. */
    private Path folder(SlotId slot) {
        return DatabaseFile.folderOf(file(slot).path());
    }

    /** The database of a slot. */
    DatabaseFile file(SlotId slot) {
        if (slot.value() >= slotCount) {
            throw new IllegalArgumentException("slot: " + slot + " (expected: below " + slotCount + ")");
        }
        Path slotsFolder = slotsFolders.get(slot.value() % slotsFolders.size());
        return new DatabaseFile(slotsFolder.resolve(slot.toString()).resolve("meta.sqlite3"));
    }

    /** What whoever writes the slot is connected by. */
    SlotConnection.Source connections(SlotId slot) {
        return new SlotConnection.Source() {
            @Override
            public Statements open() {
                return writer(slot);
            }

            @Override
            public void refuseQuarantined() {
                SlotDatabases.this.refuseQuarantined(slot);
            }

            @Override
            public boolean inService() {
                return SlotDatabases.this.inService(slot);
            }

            @Override
            public boolean replace(LogPosition reached, LogPosition atLeast) {
                return SlotDatabases.this.replace(slot, reached, atLeast);
            }

            @Override
            public void erase() {
                SlotDatabases.this.erase(slot);
            }

            @Override
            public boolean showsDamage(Throwable failure) {
                return noticed(slot, failure);
            }
        };
    }

    /** Says who reads the slots; once, before anybody does. */
    void readBy(Readers those) {
        readers.add(those);
    }

    /** Does something with a slot's file, in whose place no other is put meanwhile. */
    <T> T onFile(SlotId slot, Supplier<T> work) {
        return locked(files(slot).readLock(), work);
    }

    private ReadWriteLock files(SlotId slot) {
        return files.computeIfAbsent(slot, _ -> new ReentrantReadWriteLock());
    }

    private static <T> T locked(Lock lock, Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** A copy of all that is committed to a slot. */
    Path copy(SlotId slot) {
        refuseQuarantined(slot);
        return onFile(slot, () -> DatabaseCopy.of(file(slot)));
    }

    /**
     * Puts the copy that arrived from another node in place of a slot's database, and takes the slot into service.
     * Called by whoever writes the slot, who is not connected to it.
     *
     * @return whether it was; not where it is no further than what is in service
     */
    boolean replace(SlotId slot, LogPosition reached, LogPosition atLeast) {
        DatabaseFile arrived = DatabaseCopy.arrived(file(slot));
        LogPosition position;
        try (Statements statements = DatabaseCopy.checked(arrived, SchemaMigrations.ofSlot(), slot.value(), clock)) {
            position = new SqliteSlotTables(slot, statements).position();
        }
        boolean enough = inService(slot) && !reached.isBefore(position);
        LogPosition further = enough ? reached : position;
        LogPosition needed = reached.isBefore(atLeast) ? atLeast : reached;
        if (further.isBefore(needed)) {
            throw new StoreException(new StoreFailure.Busy("slot " + slot + ": the copy is at " + position.index()
                    + " (expected: " + needed.index() + " or later)"));
        }
        if (enough) {
            return false;
        }
        exchange(slot);
        return true;
    }

    /** Puts an empty database in place of a slot's. Called by whoever writes the slot, who is not connected to it. */
    void erase(SlotId slot) {
        DatabaseFile empty = new DatabaseFile(incoming(slot));
        empty.create();
        try (Statements statements = empty.openWriter()) {
            SchemaMigrations.ofSlot().migrate(empty, statements, slot.value(), clock);
        }
        exchange(slot);
    }

    private void exchange(SlotId slot) {
        Statements opened = untaken.remove(slot);
        if (opened != null) {
            close(slot, opened);
        }
        locked(files(slot).writeLock(), () -> {
            withoutReaders(slot, readers, () -> takeOver(slot));
            return slot;
        });
    }

    private static void withoutReaders(SlotId slot, List<Readers> those, Runnable work) {
        if (those.isEmpty()) {
            work.run();
        } else {
            those.getFirst().without(slot, () -> withoutReaders(slot, those.subList(1, those.size()), work));
        }
    }

    private void takeOver(SlotId slot) {
        boolean damaged = !inService(slot);
        if (damaged) {
            // a database without its log would look whole at the next start
            new QuarantineMark(String.valueOf(quarantine.reasons().get(slot)), null).write(folder(slot));
        }
        DatabaseCopy.takeOver(file(slot), damaged);
        QuarantineMark.clear(folder(slot));
        left.remove(slot);
        quarantine.remove(slot);
    }

    /** Where the copy of another node is put. */
    Path incoming(SlotId slot) {
        return DatabaseCopy.incoming(file(slot));
    }

    /** Deletes copies that a node which was cut short left behind. */
    void removeCopies() {
        slots().forEach(slot -> DatabaseCopy.removeLeftovers(file(slot)));
    }

    /** A connection for the slot's writer: the one that migrated it, if nobody took it yet. */
    Statements writer(SlotId slot) {
        Statements opened = untaken.remove(slot);
        return opened == null ? file(slot).openWriter() : opened;
    }

    /** Closes what no writer took over. The commit log and the metadata store are closed before. */
    @Override
    public void close() {
        untaken.forEach(SlotDatabases::close);
        untaken.clear();
    }

    private static void close(SlotId slot, Statements statements) {
        try {
            statements.close();
        } catch (StoreException e) {
            log.warn("closing the database failed slot={}", slot, e);
        }
    }
}
