package dev.skerry.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A write-ahead log that a process which was killed left behind, as SQLite will read it at the next opening: up to the
 * first frame whose checksum is wrong. That drops the torn tail a power cut leaves. Damage in the middle it drops along
 * with all that was committed after, and says nothing; here it is told apart.
 *
 * <p>Each frame's checksum goes on from that of the frame before, so a frame behind a damaged one is verified by going
 * on from what the damaged one claims. With full synchronisation a transaction begins only once the one before is
 * fsynced. So a sound frame that follows a sound commit which follows a damaged frame says that the damaged one was on
 * the disk: that is no torn tail.
 *
 * @param frames in the file
 * @param kept how many of them SQLite will read: up to the last commit before the first damaged one
 * @param lostCommits sound commits behind the first damaged frame that something sound follows
 * @see <a href="https://www.sqlite.org/fileformat2.html#walformat">The WAL file format</a>
 */
record WriteAheadLog(long frames, long kept, long lostCommits) {
    private static final int HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int MAGIC = 0x377f0682;
    private static final int PAGE_BYTES_AT = 8;
    private static final int PAGE_BYTES = 4096;
    private static final int SALT_AT = 16;
    private static final int CHECKSUM_AT = 24;
    private static final int FRAME_SALT_AT = 8;
    private static final int FRAME_CHECKSUM_AT = 16;
    private static final WriteAheadLog EMPTY = new WriteAheadLog(0, 0, 0);

    /** Whether something that was on the disk is lost. */
    boolean damaged() {
        return lostCommits > 0;
    }

    /** Hears of every sound frame in order, those behind a damaged one included. */
    @FunctionalInterface
    interface Visitor {
        /**
         * A frame: the page, its content (valid during the call), and the database's pages where it commits, else 0.
         */
        void frame(int page, ByteBuffer content, int commitPages) throws IOException;
    }

    /** Where the log of a database lies. */
    static Path of(Path database) {
        return database.resolveSibling(database.getFileName() + "-wal");
    }

    /** Whether the database was left without being closed: then its log has something in it. */
    static boolean isLeft(Path database) throws IOException {
        Path log = of(database);
        return Files.exists(log) && Files.size(log) > 0;
    }

    /** Reads the log through. */
    static WriteAheadLog read(Path log) throws IOException {
        return read(log, (_, _, _) -> {});
    }

    static WriteAheadLog read(Path log, Visitor visitor) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            if (!fill(channel, header, 0)) {
                return EMPTY;
            }
            Sum sum = new Sum(header.getInt(0));
            sum.add(header, 0, CHECKSUM_AT);
            boolean sound = sum.known() && sum.is(header, CHECKSUM_AT);
            return frames(channel, sound ? header : likeliest(channel), sum, !sound, visitor);
        }
    }

    /** What a damaged header said: the pages are those of every database here, the salt is that of the first frame. */
    private static ByteBuffer likeliest(FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).putInt(PAGE_BYTES_AT, PAGE_BYTES);
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_BYTES);
        return fill(channel, frame, HEADER_BYTES) ? header.putLong(SALT_AT, frame.getLong(FRAME_SALT_AT)) : header;
    }

    private static WriteAheadLog frames(
            FileChannel channel, ByteBuffer header, Sum sum, boolean headerBroken, Visitor visitor) throws IOException {
        int pageBytes = header.getInt(PAGE_BYTES_AT);
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_BYTES + pageBytes);
        long frames = 0;
        long kept = 0;
        long commitsBehind = 0;
        long lost = 0;
        boolean broken = headerBroken;
        for (long at = HEADER_BYTES; fill(channel, frame, at); at += frame.capacity()) {
            frames++;
            sum.add(frame, 0, FRAME_SALT_AT);
            sum.add(frame, FRAME_HEADER_BYTES, pageBytes);
            boolean sound = sum.is(frame, FRAME_CHECKSUM_AT) && frame.getLong(FRAME_SALT_AT) == header.getLong(SALT_AT);
            sum.goOnFrom(frame, FRAME_CHECKSUM_AT);
            if (!sound) {
                broken = true;
                continue;
            }
            int commitPages = frame.getInt(4);
            if (broken) {
                lost = commitsBehind;
                commitsBehind += commitPages == 0 ? 0 : 1;
            } else if (commitPages != 0) {
                kept = frames;
            }
            visitor.frame(frame.getInt(0), frame.slice(FRAME_HEADER_BYTES, pageBytes), commitPages);
        }
        return new WriteAheadLog(frames, kept, lost);
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    /** SQLite's checksum, which goes on from one frame to the next. */
    private static final class Sum {
        private final int magic;
        private final ByteOrder order;
        private int first;
        private int second;

        Sum(int magic) {
            this.magic = magic;
            this.order = (magic & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        }

        boolean known() {
            return (magic & ~1) == MAGIC;
        }

        void add(ByteBuffer bytes, int from, int length) {
            ByteBuffer words = bytes.slice(from, length).order(order);
            while (words.hasRemaining()) {
                first += words.getInt() + second;
                second += words.getInt() + first;
            }
        }

        boolean is(ByteBuffer bytes, int at) {
            return bytes.getInt(at) == first && bytes.getInt(at + Integer.BYTES) == second;
        }

        void goOnFrom(ByteBuffer bytes, int at) {
            first = bytes.getInt(at);
            second = bytes.getInt(at + Integer.BYTES);
        }
    }
}
