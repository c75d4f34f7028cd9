package dev.skerry.metadata.legacy;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.migrate.LegacyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.exception.DataAccessException;

/**
 * The slots of an older store: folders with a number in their name, each with a database.
 *
 * @param parent the folder they lie in
 * @param name what they are called; its group is the number
 * @param database the path of the database within each
 */
record SlotFolders(Path parent, Pattern name, String database) {
    /** One slot. */
    record SlotFolder(Path folder, Path database) {}

    /** Reads one slot's rows. */
    @FunctionalInterface
    interface Reader {
        void read(SlotFolder slot, LegacyDatabase database, Consumer<LegacyStore.Entry> visitor) throws IOException;
    }

    /** The slots that have a database, by ascending number. */
    List<SlotFolder> all() {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(parent)) {
            return folders.filter(folder -> name.matcher(nameOf(folder)).matches())
                    .sorted(Comparator.comparingLong(this::number))
                    .map(folder -> new SlotFolder(folder, folder.resolve(database)))
                    .filter(slot -> Files.isRegularFile(slot.database()))
                    .toList();
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(parent + ": " + e), e);
        }
    }

    private static String nameOf(Path folder) {
        return String.valueOf(folder.getFileName());
    }

    private long number(Path folder) {
        Matcher matcher = name.matcher(nameOf(folder));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /** Shows the rows of every slot; one whose database is damaged is shown as unreadable, and the others go on. */
    void visit(Reader reader, Consumer<LegacyStore.Entry> visitor) {
        for (SlotFolder slot : all()) {
            try (LegacyDatabase opened = LegacyDatabase.open(slot.database())) {
                reader.read(slot, opened, visitor);
            } catch (DataAccessException e) {
                visitor.accept(unreadable(slot, e));
            } catch (StoreException e) {
                if (!(e.failure() instanceof StoreFailure.Corrupt)) {
                    throw e;
                }
                visitor.accept(unreadable(slot, e));
            } catch (IOException e) {
                throw new StoreException(new StoreFailure.StorageFault(slot.folder() + ": " + e), e);
            }
        }
    }

    private static LegacyStore.Unreadable unreadable(SlotFolder slot, Exception e) {
        return new LegacyStore.Unreadable(
                slot.database().toString(), "the database cannot be read, or not to its end: " + e.getMessage());
    }
}
