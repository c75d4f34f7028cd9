package dev.skerry.blob.part;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Part files in one or more data folders.
 *
 * <p>Invariants: a sealed file has exactly the bytes its name digests, on disk as surely as its staging asked; nothing
 * is ever written to it again. A file under its final name that a crash kept from being sealed may lack bytes: no
 * command refers to it, and garbage collection takes it. A folder in {@link #staged} is being written or awaits its
 * commit. Nothing is renamed across folders. What cannot be told apart from a write's leavings, such as a foreign name,
 * is left alone.
 */
public final class FilePartStore implements PartStore {
    private final PartLayout layout;
    private final List<DiskRoom> rooms;
    private final StoreListener listener;
    private final PendingSync pending = new PendingSync();
    private final Set<Path> staged = ConcurrentHashMap.newKeySet();
    private final Set<SlotId> slotsMade = ConcurrentHashMap.newKeySet();

    /**
     * How much of each disk writes leave free.
     *
     * @param reserveBytes at least so many bytes
     * @param reserveFraction and at least this fraction of the disk, 0 to 1
     */
    public record Settings(long reserveBytes, double reserveFraction) {
        /** 64 MiB or half a percent, whichever is more. */
        public static final Settings DEFAULT = new Settings(64L * 1024 * 1024, 0.005);

        public Settings {
            if (reserveBytes < 0) {
                throw new IllegalArgumentException("disk reserve: " + reserveBytes + " bytes (expected: 0 or more)");
            }
            if (!(reserveFraction >= 0 && reserveFraction < 1)) {
                throw new IllegalArgumentException("disk reserve: " + reserveFraction + " (expected: 0 up to below 1)");
            }
        }
    }

    /** A store in the folders of {@code layout}, which must be there; folders beneath them are made as needed. */
    public FilePartStore(
            PartLayout layout, Settings settings, SpaceProbe probe, InstantSource clock, StoreListener listener) {
        this.layout = layout;
        this.rooms = layout.disks().stream()
                .map(disk -> new DiskRoom(disk, settings, probe, clock))
                .toList();
        this.listener = listener;
    }

    @Override
    public Staging stage(SlotId slot, BlobId folder, Durability durability) {
        OpenFolder open = new OpenFolder(slot, folder);
        if (!staged.add(open.path())) {
            throw new IllegalStateException("folder " + open.path() + " is being staged already");
        }
        return new FileStaging(open, durability, pending);
    }

    /** A folder that a staging has open. */
    final class OpenFolder implements AutoCloseable {
        private final SlotId slot;
        private final BlobId id;
        private final Path path;

        private OpenFolder(SlotId slot, BlobId id) {
            this.slot = slot;
            this.id = id;
            this.path = layout.folder(slot, id);
        }

        BlobId id() {
            return id;
        }

        Path path() {
            return path;
        }

        Path parent() {
            return layout.blobs(slot);
        }

        void make() throws IOException {
            if (!slotsMade.contains(slot)) {
                Folders.createDurably(parent(), layout.disk(slot));
                slotsMade.add(slot);
            }
            Folders.create(path);
        }

        @Override
        public void close() {
            staged.remove(path);
        }
    }

    @Override
    public PartReader open(SlotId slot, PartRef part) {
        return FilePartReader.open(layout.file(slot, part), part, listener);
    }

    /** Whether the file of a part is there and of the right length, for which it is not read. */
    public boolean holds(SlotId slot, PartRef part) {
        Path file = layout.file(slot, part);
        try {
            return Files.size(file) == part.storedLengthBytes();
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw DiskFaults.translate("look at " + file, e);
        }
    }

    /**
     * Puts a part in its place, or in the place of a damaged file, from another copy of it. Once this returns it is
     * there as durably as can be; where it throws nothing has changed. Readers of the file before keep reading that.
     *
     * @param source gives the whole of it, block by block
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if what it gives is not the part, and
     *     whatever it throws itself
     */
    public void restore(SlotId slot, PartRef part, PartReader source) {
        Path folder = layout.folder(slot, part.place().folder());
        try {
            Folders.createDurably(layout.blobs(slot), layout.disk(slot));
            Folders.create(folder);
        } catch (IOException e) {
            throw DiskFaults.translate("restore into " + folder, e);
        }
        new PartRestore(folder, layout.file(slot, part), part).from(source);
    }

    @Override
    public void discard(SlotId slot, BlobId folder) {
        Path path = layout.folder(slot, folder);
        try {
            Folders.delete(path);
        } catch (IOException e) {
            throw DiskFaults.translate("discard " + path, e);
        }
    }

    @Override
    public void folders(SlotId slot, Consumer<BlobId> visitor) {
        Path blobs = layout.blobs(slot);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(blobs)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (BlobId.isValid(name)
                        && !staged.contains(entry)
                        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    visitor.accept(new BlobId(name));
                }
            }
        } catch (NoSuchFileException _) {
            // nothing was ever staged in this slot
        } catch (DirectoryIteratorException e) {
            throw DiskFaults.translate("list " + blobs, new IOException(e));
        } catch (IOException e) {
            throw DiskFaults.translate("list " + blobs, e);
        }
    }

    @Override
    public void sync() {
        try {
            pending.sync();
        } catch (IOException e) {
            throw DiskFaults.translate("sync", e);
        }
    }

    @Override
    public boolean hasRoom(long bytes) {
        return rooms.stream().allMatch(room -> room.has(bytes));
    }

    @Override
    public boolean hasRoom(SlotId slot, long bytes) {
        return rooms.get(slot.value() % rooms.size()).has(bytes);
    }
}
