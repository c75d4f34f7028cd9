package dev.skerry.metadata.legacy;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.migrate.LegacyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds out what older stores a folder holds, by its names and the tables of its databases. */
public final class LegacyStores {
    private static final List<String> DATA_FOLDERS = List.of("", "amberblob", "amberio", "rimio");
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,9})");

    private LegacyStores() {}

    /**
     * The older stores in a folder that was one of their disks. Blocks; changes nothing.
     *
     * @return one for each layout found, none where there is none
     * @throws dev.skerry.blob.failure.StoreException if a database cannot be read
     */
    public static List<LegacyStore> in(Path disk) {
        List<LegacyStore> stores = new ArrayList<>();
        for (String name : DATA_FOLDERS) {
            Path folder = name.isEmpty() ? disk : disk.resolve(name);
            if (Files.isDirectory(folder)) {
                if (!AmberBlobStore.slotsIn(folder).all().isEmpty()) {
                    stores.add(new AmberBlobStore(folder));
                }
                addByTables(new SlotFolders(folder.resolve("slots"), NUMBER, "meta.sqlite3"), stores);
            }
        }
        return List.copyOf(stores);
    }

    /** Two of the layouts have the same names; their tables differ, and differ from ours. */
    private static void addByTables(SlotFolders slots, List<LegacyStore> stores) {
        Set<String> tables = tables(slots);
        if (tables.contains(RimioStore.TABLE)) {
            stores.add(new RimioStore(slots));
        } else if (tables.contains("blobs") && !tables.contains("blob_parts")) {
            stores.add(new AmberioStore(slots));
        }
    }

    /** The tables of the first slot that has any; a damaged one among them is for the reader to report. */
    private static Set<String> tables(SlotFolders slots) {
        for (SlotFolders.SlotFolder slot : slots.all()) {
            try (LegacyDatabase database = LegacyDatabase.open(slot.database())) {
                Set<String> tables = database.tables();
                if (!tables.isEmpty()) {
                    return tables;
                }
            } catch (StoreException e) {
                if (!(e.failure() instanceof StoreFailure.Corrupt)) {
                    throw e;
                }
            }
        }
        return Set.of();
    }
}
