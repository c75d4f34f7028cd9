package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;

/**
 * The SQLite files of all slots, {@code slots/<id>/meta.sqlite3}, migrated to the newest schema. Each keeps the
 * connection that migrated it open, for the one writer of the slot to take over.
 */
public final class SlotDatabases implements AutoCloseable {
    private static final int OPENED_AT_ONCE = 4;

    private final List<Path> slotsFolders;
    private final int slotCount;
    private final Map<SlotId, Statements> untaken = new ConcurrentHashMap<>();

    private SlotDatabases(List<Path> slotsFolders, int slotCount) {
        if (slotsFolders.isEmpty()) {
            throw new IllegalArgumentException("folders of slots: none (expected: one or more)");
        }
        if (slotCount < 1) {
            throw new IllegalArgumentException("slots: " + slotCount + " (expected: 1 or more)");
        }
        this.slotsFolders = List.copyOf(slotsFolders);
        this.slotCount = slotCount;
    }

    /**
     * Opens the databases of slots 0 to {@code slotCount - 1}, several at once, and creates those that are not there,
     * folders included. Blocks.
     *
     * @param threads makes the platform threads that open them; they end before this returns
     * @param clock tells when a migration was applied
     * @throws StoreException with {@code Corrupt} if a file is damaged, {@code StorageFault} if it is another slot's,
     *     its schema is not one this program knows or the disk fails, {@code InsufficientStorage} if the disk is full
     */
    public static SlotDatabases open(Path slotsFolder, int slotCount, ThreadFactory threads, InstantSource clock) {
        return open(List.of(slotsFolder), slotCount, threads, clock);
    }

    /**
     * As above, with a folder of slots on each disk; a slot is in folder {@code slot mod folders}, as its parts are.
     */
    public static SlotDatabases open(
            List<Path> slotsFolders, int slotCount, ThreadFactory threads, InstantSource clock) {
        SlotDatabases databases = new SlotDatabases(slotsFolders, slotCount);
        SchemaMigrations migrations = SchemaMigrations.ofSlot();
        boolean created = false;
        threads.newThread(SlotSql::prepare).start();
        try (ExecutorService openers = Executors.newFixedThreadPool(Math.min(OPENED_AT_ONCE, slotCount), threads)) {
            List<Future<Boolean>> openings = new ArrayList<>();
            for (SlotId slot : databases.slots()) {
                openings.add(openers.submit(() -> databases.open(slot, migrations, clock)));
            }
            for (Future<Boolean> opening : openings) {
                created |= opening.get();
            }
            if (created) {
                for (Path slotsFolder : slotsFolders) {
                    DatabaseFile.syncFolder(slotsFolder);
                    DatabaseFile.syncFolder(DatabaseFile.folderOf(slotsFolder));
                }
            }
            return databases;
        } catch (ExecutionException e) {
            databases.close();
            throw e.getCause() instanceof StoreException failure ? failure : new IllegalStateException(e.getCause());
        } catch (StoreException e) {
            databases.close();
            throw e;
        } catch (InterruptedException e) {
            databases.close();
            Thread.currentThread().interrupt();
            throw new StoreException(new StoreFailure.Busy("interrupted while opening the slots"), e);
        }
    }

    private boolean open(SlotId slot, SchemaMigrations migrations, InstantSource clock) {
        DatabaseFile file = file(slot);
        boolean created = file.create();
        Statements statements = file.openWriter();
        untaken.put(slot, statements);
        migrations.migrate(file, statements, slot.value(), clock);
        return created;
    }

    /** The slots there are, by ascending number. */
    public List<SlotId> slots() {
        return IntStream.range(0, slotCount).mapToObj(SlotId::new).toList();
    }

    /** The database of a slot. */
    DatabaseFile file(SlotId slot) {
        if (slot.value() >= slotCount) {
            throw new IllegalArgumentException("slot: " + slot + " (expected: below " + slotCount + ")");
        }
        Path slotsFolder = slotsFolders.get(slot.value() % slotsFolders.size());
        return new DatabaseFile(slotsFolder.resolve(slot.toString()).resolve("meta.sqlite3"));
    }

    /** A connection for the slot's writer: the one that migrated it, if nobody took it yet. */
    Statements writer(SlotId slot) {
        Statements opened = untaken.remove(slot);
        return opened == null ? file(slot).openWriter() : opened;
    }

    /** Closes what no writer took over. The commit log and the metadata store are closed before. */
    @Override
    public void close() {
        untaken.values().forEach(Statements::close);
        untaken.clear();
    }
}
