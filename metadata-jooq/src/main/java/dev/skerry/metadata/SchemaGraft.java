package dev.skerry.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Gives a database whose first page or list of tables is damaged those of a new one, so that its tables can be read.
 * The first script makes every table in an empty file, so they begin at the same pages in all databases of slots; where
 * they should not, no row read there would verify.
 *
 * <p>The pages of the list are appended, since their places in the damaged database may hold rows.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html">The database file format</a>
 */
final class SchemaGraft {
    private static final int PAGE_BYTES = 4096;
    private static final int FILE_HEADER_BYTES = 100;
    private static final int PAGES_AT = 28;
    private static final int FREE_PAGES_AT = 32;
    private static final byte INTERIOR = 5;
    private static final int CELLS_AT = FILE_HEADER_BYTES + 3;
    private static final int LAST_CHILD_AT = FILE_HEADER_BYTES + 8;
    private static final int POINTERS_AT = FILE_HEADER_BYTES + 12;

    private final FileChannel donor;
    private final FileChannel damaged;
    private int pages;

    private SchemaGraft(FileChannel donor, FileChannel damaged) throws IOException {
        this.donor = donor;
        this.damaged = damaged;
        // what is missing reads as zeroes, which is damage; but where tables begin must be within the file
        this.pages = Math.toIntExact((Math.max(damaged.size(), donor.size()) + PAGE_BYTES - 1) / PAGE_BYTES);
    }

    /** Changes the {@code damaged} file; the {@code donor} has no log beside it. Neither is open elsewhere. */
    static void apply(Path donor, Path damaged) throws IOException {
        try (FileChannel from = FileChannel.open(donor, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(damaged, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            new SchemaGraft(from, to).apply();
        }
    }

    private void apply() throws IOException {
        ByteBuffer first = page(1);
        if (first.get(FILE_HEADER_BYTES) == INTERIOR) {
            for (int cell = 0; cell < first.getShort(CELLS_AT); cell++) {
                int at = first.getShort(POINTERS_AT + 2 * cell);
                first.putInt(at, appended(first.getInt(at)));
            }
            first.putInt(LAST_CHILD_AT, appended(first.getInt(LAST_CHILD_AT)));
        }
        first.putInt(PAGES_AT, pages).putLong(FREE_PAGES_AT, 0);
        write(1, first);
        if (damaged.size() < (long) pages * PAGE_BYTES) {
            write(pages, ByteBuffer.allocate(PAGE_BYTES));
        }
    }

    private int appended(int page) throws IOException {
        pages++;
        write(pages, page(page));
        return pages;
    }

    private ByteBuffer page(int number) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        while (page.hasRemaining()) {
            if (donor.read(page, (number - 1L) * PAGE_BYTES + page.position()) < 0) {
                throw new IOException("page " + number + " of a new database is not there");
            }
        }
        return page.flip();
    }

    private void write(int number, ByteBuffer page) throws IOException {
        long at = (number - 1L) * PAGE_BYTES;
        while (page.hasRemaining()) {
            at += damaged.write(page, at);
        }
    }
}
