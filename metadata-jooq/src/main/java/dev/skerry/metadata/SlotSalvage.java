package dev.skerry.metadata;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one slot back into service while no server runs: as it is, where its database turns out to be sound, or with a
 * new database of all that can be read of the damaged one.
 *
 * <p>Nothing is thrown away. The damaged database, its log and the part files that no row refers to any more are moved
 * to a folder {@code salvaged-<time>} of the slot, with the list {@code lost.txt}. It may be stopped at any moment and
 * run again: until it is done the slot's {@link QuarantineMark} keeps it out of service and says where the rest lies.
 */
public final class SlotSalvage {
    private static final Logger log = LoggerFactory.getLogger(SlotSalvage.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String DATABASE = "meta.sqlite3";

    /** Every table and index; where tables begin is the same in all databases of slots. */
    private static final String SCHEMA = "select group_concat(type || name || coalesce(sql, '')"
            + " || iif(type = 'table', rootpage, ''), ' ') from (select * from sqlite_master order by name)";

    private static final int PAGE_BYTES = 4096;
    private static final int PAGES_AT = 28;

    private final SlotId slot;
    private final Path folder;
    private final Predicate<BlobPath> belongs;
    private final InstantSource clock;

    /**
     * Of the slot in {@code folder}, {@code slots/<slot>} of a data folder that no server uses.
     *
     * @param belongs whether a path is one of the slot's
     */
    public SlotSalvage(SlotId slot, Path folder, Predicate<BlobPath> belongs, InstantSource clock) {
        this.slot = slot;
        this.belongs = belongs;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param slot which one
     * @param keptIn the folder that holds what was damaged, or null where nothing was
     * @param generations of blobs in the new database
     * @param uploads under way in it
     * @param folders of part files that no row refers to any more
     * @param lost what is gone, one line each
     * @param complete whether the lines name every generation that is gone
     */
    public record Report(
            SlotId slot,
            @Nullable Path keptIn,
            long generations,
            long uploads,
            long folders,
            List<String> lost,
            boolean complete) {
        public Report {
            lost = List.copyOf(lost);
        }

        /** Whether nothing was wrong. */
        public boolean sound() {
            return keptIn == null;
        }
    }

    /**
     * Mends the slot. Blocks, for about as long as reading its database takes.
     *
     * @param beginAnew whether a database that is gone, or is another slot's, is replaced by an empty one
     * @throws StoreException with {@code InvalidRequest} where it is and that is not asked for,
     *     {@code InsufficientStorage} or {@code StorageFault} where the disk fails
     */
    public Report run(boolean beginAnew) {
        try {
            QuarantineMark mark = QuarantineMark.read(folder).orElse(null);
            if (!isMovingAway(mark) && isSound()) {
                QuarantineMark.clear(folder);
                return new Report(slot, null, 0, 0, 0, List.of(), true);
            }
            return salvage(mark, beginAnew);
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(folder + ": " + e), e);
        }
    }

    /** Whether a salvage was cut short before all files of the damaged database were out of the way. */
    private boolean isMovingAway(@Nullable QuarantineMark mark) {
        return mark != null
                && mark.salvage() != null
                && !Files.exists(folder.resolve(mark.salvage()).resolve(DATABASE));
    }

    private Report salvage(@Nullable QuarantineMark mark, boolean beginAnew) throws IOException {
        Path database = folder.resolve(DATABASE);
        String name = mark == null ? null : mark.salvage();
        if (Files.exists(database) && !isMovingAway(mark)) {
            // the first time, or somebody put another database in its place since
            name = null;
        }
        if (name == null && !Files.exists(database) && !beginAnew) {
            throw new StoreException(new StoreFailure.InvalidRequest("slot " + slot + ": " + database
                    + " is gone: restore it from a backup, or begin the slot anew with --begin-anew"));
        }
        if (name == null) {
            name = freshName();
            new QuarantineMark(mark == null ? "its salvage has begun" : mark.reason(), name).write(folder);
        }
        Path kept = folder.resolve(name);
        Files.createDirectories(kept, OwnerOnly.folder(kept));
        moveInto(kept);
        Path fresh = folder.resolve(DATABASE + ".new");
        deleteDatabase(fresh);
        Salvage.Result result = copy(kept, fresh);
        if (result.generations() == 0 && result.foreign() > 0 && !beginAnew) {
            throw new StoreException(new StoreFailure.InvalidRequest("slot " + slot + ": the database in " + kept
                    + " is another slot's: put the right one in its place, or begin the slot anew with --begin-anew"));
        }
        long folders = moveForgottenFolders(fresh, kept);
        List<String> lost = new ArrayList<>(result.lost());
        writeLost(kept, lost);
        Files.move(fresh, database, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DatabaseFile.syncFolder(folder);
        QuarantineMark.clear(folder);
        return new Report(slot, kept, result.generations(), result.uploads(), folders, lost, result.complete());
    }

    private String freshName() {
        String name = "salvaged-" + TIME.format(clock.instant());
        String fresh = name;
        for (int number = 2; Files.exists(folder.resolve(fresh)); number++) {
            fresh = name + "-" + number;
        }
        return fresh;
    }

    /** The log first: a database without its log would be an older one. */
    private void moveInto(Path kept) throws IOException {
        if (Files.exists(kept.resolve(DATABASE))) {
            return;
        }
        for (String suffix : List.of("-wal", "-shm", "")) {
            Path from = folder.resolve(DATABASE + suffix);
            if (Files.exists(from)) {
                Files.move(from, kept.resolve(DATABASE + suffix), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        DatabaseFile.syncFolder(kept);
        DatabaseFile.syncFolder(folder);
    }

    private Salvage.Result copy(Path kept, Path fresh) throws IOException {
        DatabaseFile target = new DatabaseFile(fresh);
        target.create();
        Path work = kept.resolve("work.sqlite3");
        try (Statements whole = target.openWriter()) {
            whole.script("pragma foreign_keys = off");
            SchemaMigrations.ofSlot().migrate(target, whole, slot.value(), clock);
            Salvage.Result result = new Salvage.Result(0, 0, List.of("the database: nothing of it is left"), false, 0);
            if (Files.exists(kept.resolve(DATABASE))) {
                deleteDatabase(work);
                makeWork(kept.resolve(DATABASE), work);
                whole.ask("pragma wal_checkpoint(truncate)");
                if (!whole.askText(SCHEMA).equals(schemaOf(work))) {
                    deleteLog(work);
                    SchemaGraft.apply(fresh, work);
                }
                try (Statements damaged = new DatabaseFile(work).openWriter()) {
                    result = new Salvage(slot, belongs, damaged, whole).run();
                } catch (StoreException e) {
                    if (!(e.failure() instanceof StoreFailure.Corrupt)) {
                        throw e;
                    }
                    log.warn("nothing of the damaged database can be read slot={}", slot, e);
                }
            }
            String found = whole.askText("pragma integrity_check(1)");
            if (!found.equals("ok") || whole.ask("select count(*) from pragma_foreign_key_check") != 0) {
                throw new IllegalStateException("the salvaged database of slot " + slot + " is not sound: " + found);
            }
            whole.ask("pragma wal_checkpoint(truncate)");
            return result;
        } finally {
            deleteDatabase(work);
        }
    }

    /** Empty where it cannot be read. */
    private static String schemaOf(Path database) {
        try (Statements statements = new DatabaseFile(database).openWriter()) {
            return statements.askText(SCHEMA);
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Corrupt || e.failure() instanceof StoreFailure.StorageFault) {
                return "";
            }
            throw e;
        }
    }

    /**
     * The database with every sound page of its log in it, those behind damage included: a row says itself whether it
     * is right. One that was cut off is as long as it says, for SQLite reads none that is shorter.
     */
    private static void makeWork(Path database, Path work) throws IOException {
        Files.copy(database, work);
        try (RandomAccessFile file = new RandomAccessFile(work.toFile(), "rw");
                FileChannel channel = file.getChannel()) {
            Path log = WriteAheadLog.of(database);
            if (Files.exists(log)) {
                overlay(log, channel);
            }
            ByteBuffer pages = ByteBuffer.allocate(Integer.BYTES);
            if (channel.read(pages, PAGES_AT) == Integer.BYTES) {
                long wanted = Integer.toUnsignedLong(pages.getInt(0)) * PAGE_BYTES;
                if (wanted > file.length() && wanted - file.length() <= 1L << 40) {
                    file.setLength(wanted);
                }
            }
        }
    }

    /** Transaction by transaction, so that none is written whose commit is not there. */
    private static void overlay(Path log, FileChannel database) throws IOException {
        Map<Integer, ByteBuffer> transaction = new LinkedHashMap<>();
        WriteAheadLog.read(log, (page, content, commitPages) -> {
            if (page > 0) {
                transaction.put(
                        page,
                        ByteBuffer.allocate(content.remaining()).put(content).flip());
            }
            if (commitPages != 0) {
                for (Map.Entry<Integer, ByteBuffer> changed : transaction.entrySet()) {
                    ByteBuffer bytes = changed.getValue();
                    long at = (changed.getKey() - 1L) * bytes.remaining();
                    while (bytes.hasRemaining()) {
                        at += database.write(bytes, at);
                    }
                }
                transaction.clear();
            }
        });
    }

    /** Folders that no row of the new database refers to, nor its queue: what is left of lost blobs may be in them. */
    private long moveForgottenFolders(Path fresh, Path kept) throws IOException {
        Path blobs = folder.resolve("blobs");
        Path target = kept.resolve("blobs");
        long moved = 0;
        try (Statements statements = new DatabaseFile(fresh).openReader();
                DirectoryStream<Path> folders = Files.newDirectoryStream(blobs)) {
            SlotQueries queries = new SlotQueries(slot, statements);
            for (Path each : folders) {
                if (isForgotten(String.valueOf(each.getFileName()), queries)) {
                    Files.createDirectories(target, OwnerOnly.folder(target));
                    Files.move(
                            each, target.resolve(String.valueOf(each.getFileName())), StandardCopyOption.ATOMIC_MOVE);
                    moved++;
                }
            }
        } catch (NoSuchFileException _) {
            return 0;
        }
        if (moved > 0) {
            DatabaseFile.syncFolder(target);
            DatabaseFile.syncFolder(blobs);
        }
        return moved;
    }

    private static boolean isForgotten(String name, SlotQueries queries) {
        BlobId id;
        try {
            id = new BlobId(name);
        } catch (IllegalArgumentException _) {
            // not a folder of ours
            return false;
        }
        return !queries.references(id) && !queries.isQueued(id);
    }

    private static void writeLost(Path kept, List<String> lost) throws IOException {
        Path file = kept.resolve("lost.txt");
        Files.deleteIfExists(file);
        Files.createFile(file, OwnerOnly.file(file));
        Files.write(file, lost);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        DatabaseFile.syncFolder(kept);
    }

    private static void deleteDatabase(Path database) throws IOException {
        Files.deleteIfExists(database);
        deleteLog(database);
    }

    private static void deleteLog(Path database) throws IOException {
        for (String suffix : List.of("-wal", "-shm")) {
            Files.deleteIfExists(database.resolveSibling(database.getFileName() + suffix));
        }
    }

    /**
     * Whether the database can be served as it is: nothing of its log is lost, SQLite finds no fault, every row fits.
     */
    private boolean isSound() throws IOException {
        DatabaseFile file = new DatabaseFile(folder.resolve(DATABASE));
        if (!file.holdsSomething()
                || (file.wasLeft()
                        && WriteAheadLog.read(WriteAheadLog.of(file.path())).damaged())) {
            return false;
        }
        try (Statements statements = file.openWriter()) {
            SchemaMigrations.ofSlot().migrate(file, statements, slot.value(), clock);
            return statements.askText("pragma integrity_check(1)").equals("ok") && everyRowFits(statements);
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Corrupt) {
                return false;
            }
            throw e;
        }
    }

    private static boolean everyRowFits(Statements statements) {
        long[] wrong = new long[1];
        for (SalvageSql.Copied table : SalvageSql.TABLES) {
            long gaps = new TableWalk(statements, table.walk()).each(row -> wrong[0] += row.sound() ? 0 : 1);
            wrong[0] += gaps;
        }
        return wrong[0] == 0;
    }
}
