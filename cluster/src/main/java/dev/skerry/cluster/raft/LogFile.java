package dev.skerry.cluster.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of a log as Ratis writes it: a header, then for each entry its length as a varint, its bytes and the CRC32C of
 * both; in the one that is written at present zeros follow, as far as it was laid out in advance.
 *
 * <p>A process or a machine that ends in the middle of a write leaves such a file <em>torn</em>: of what was not
 * fsynced some sectors are still zeros. Nobody was told that these entries are there, so they are cut off. Ratis knows
 * only the end of the file as a sign of that and refuses to open the log otherwise. A file is <em>damaged</em> where
 * bytes are others than were written, or where what is torn was fsynced, since the databases have it applied: what this
 * node agreed to is lost then.
 *
 * @param path the file
 * @param first the index of its first entry
 * @param isOpen whether it is the one that was written last
 */
record LogFile(Path path, long first, boolean isOpen) {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);
    private static final Pattern NAME = Pattern.compile("log_(?:(inprogress)_)?(\\d+)(?:-\\d+)?");
    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final int SECTOR = 512;
    private static final int CHECKSUM = Integer.BYTES;
    private static final int MAX_VARINT = 5;

    private enum End {
        WHOLE,
        TORN,
        DAMAGED
    }

    /**
     * What was found.
     *
     * @param entries how many are whole, from the first on
     * @param bytes how many they take, the header too
     */
    private record Found(End end, long entries, int bytes) {}

    /** The files of the log in that folder; none where there is no log. */
    static List<LogFile> of(Path folder) throws IOException {
        Path current = folder.resolve("current");
        if (!Files.isDirectory(current)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(current)) {
            return files.flatMap(file -> named(file).stream()).toList();
        }
    }

    private static Optional<LogFile> named(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        return name.matches()
                ? Optional.of(new LogFile(file, Long.parseLong(name.group(2)), name.group(1) != null))
                : Optional.empty();
    }

    /**
     * Whether it is damaged. Reads all of it.
     *
     * @param applied the index up to which the databases have what the log has
     */
    boolean isDamaged(long applied) throws IOException {
        Found found = look(Files.readAllBytes(path));
        return switch (found.end) {
            case WHOLE -> false;
            case TORN -> !isOpen || first + found.entries <= applied;
            case DAMAGED -> true;
        };
    }

    /**
     * Cuts off, durably, what the open files of a log do not have whole. The log must not be in use, and not be
     * damaged. Blocks.
     *
     * @param folder the log's; nothing is done where there is none
     */
    static void cutTorn(Path folder) throws IOException {
        for (LogFile file : of(folder)) {
            Found found = file.isOpen ? look(Files.readAllBytes(file.path)) : null;
            if (found != null && found.end == End.TORN) {
                log.warn(
                        "a log ends in the middle of a write, what is not whole is cut off file={} entry={} bytes={}",
                        file.path.getFileName(),
                        file.first + found.entries,
                        Files.size(file.path) - found.bytes);
                try (FileChannel channel = FileChannel.open(file.path, StandardOpenOption.WRITE)) {
                    channel.truncate(found.bytes);
                    channel.force(true);
                }
            }
        }
    }

    private static Found look(byte[] bytes) {
        int header = Arrays.mismatch(bytes, HEADER);
        if (header >= 0 && header < HEADER.length) {
            // Ratis makes the file anew where its header was not written whole
            return new Found(isZero(bytes, header, bytes.length) ? End.WHOLE : End.DAMAGED, 0, 0);
        }
        int at = HEADER.length;
        for (long entries = 0; ; entries++) {
            long end = endOf(bytes, at);
            if (end <= at || end > bytes.length || !isWhole(bytes, at, (int) end)) {
                return new Found(why(bytes, at, end), entries, at);
            }
            at = (int) end;
        }
    }

    /**
     * Where the entry that begins there ends by its length, which may be behind the file's end; the same place where
     * nothing begins, -1 where what stands there is no length.
     */
    private static long endOf(byte[] bytes, int from) {
        long length = 0;
        for (int i = 0; i < MAX_VARINT; i++) {
            if (from + i == bytes.length) {
                return i == 0 ? from : Long.MAX_VALUE;
            }
            byte next = bytes[from + i];
            length |= (next & 0x7fL) << (i * (Byte.SIZE - 1));
            if (next >= 0) {
                return length == 0 ? from : from + i + 1 + length + CHECKSUM;
            }
        }
        return -1;
    }

    private static boolean isWhole(byte[] bytes, int from, int end) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, end - CHECKSUM - from);
        return ByteBuffer.wrap(bytes).getInt(end - CHECKSUM) == (int) checksum.getValue();
    }

    /** What it is that no whole entry is there. */
    private static End why(byte[] bytes, int from, long end) {
        if (end == from) {
            if (isZero(bytes, from, bytes.length)) {
                return End.WHOLE;
            }
            return isZero(bytes, from, sectorEnd(from, bytes.length)) ? End.TORN : End.DAMAGED;
        }
        boolean torn = end > bytes.length || (end > from && hasZeroSector(bytes, from, (int) end));
        return torn ? End.TORN : End.DAMAGED;
    }

    private static boolean hasZeroSector(byte[] bytes, int from, int end) {
        for (int at = from; at < end; at = sectorEnd(at, end)) {
            if (isZero(bytes, at, sectorEnd(at, end))) {
                return true;
            }
        }
        return false;
    }

    private static int sectorEnd(int at, int limit) {
        return Math.min(limit, (at / SECTOR + 1) * SECTOR);
    }

    private static boolean isZero(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return String.valueOf(path.getFileName());
    }
}
