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
 * node agreed to is lost then. Other bytes in a length, or in an entry that has a sector of zeros of its own, are not
 * told from a torn one where the databases do not have it.
 *
 * @param path the file
 * @param first the index of its first entry
 * @param last the index of its last one by its name, which of the one that is written at present says nothing
 */
record LogFile(Path path, long first, long last) {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);
    private static final Pattern NAME = Pattern.compile("log_(?:inprogress_(\\d+)|(\\d+)-(\\d+))");
    private static final long OPEN = Long.MAX_VALUE;
    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final int SECTOR = 512;
    private static final int CHECKSUM = Integer.BYTES;
    private static final int MAX_VARINT = 5;

    /** What Ratis takes for an entry, and what is around it. */
    private static final long MAX_ENTRY = 4L * 1024 * 1024 + MAX_VARINT + CHECKSUM;

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
        if (!name.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                name.group(1) != null
                        ? new LogFile(file, Long.parseLong(name.group(1)), OPEN)
                        : new LogFile(file, Long.parseLong(name.group(2)), Long.parseLong(name.group(3))));
    }

    /** Whether it is the one that is written at present. */
    boolean isOpen() {
        return last == OPEN;
    }

    /**
     * Whether it is damaged. Reads all of it.
     *
     * @param applied the index up to which the databases have what the log has
     */
    boolean isDamaged(long applied) throws IOException {
        Found found = look(Files.readAllBytes(path));
        return found.end == End.DAMAGED
                || (found.end == End.TORN && !isOpen())
                || ((found.end == End.TORN || !isOpen()) && first + found.entries <= Math.min(last, applied));
    }

    /**
     * Cuts off what the open files of a log do not have whole, and makes the rest durable: what a process wrote that
     * was killed then is there to be read, and may be neither on the disk nor written once more. The log must not be in
     * use, and not be damaged. Blocks.
     *
     * @param folder the log's; nothing is done where there is none
     */
    static void settle(Path folder) throws IOException {
        List<LogFile> files = of(folder);
        long lastFinished = files.stream()
                .filter(file -> !file.isOpen())
                .mapToLong(LogFile::first)
                .max()
                .orElse(-1);
        for (LogFile file : files) {
            if (file.isOpen() || file.first == lastFinished) {
                file.settle();
            }
        }
        if (!files.isEmpty()) {
            try (FileChannel names = FileChannel.open(folder.resolve("current"), StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    private void settle() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            Found found = isOpen() ? look(Files.readAllBytes(path)) : null;
            if (found != null && found.end == End.TORN) {
                log.warn(
                        "a log ends in the middle of a write, what is not whole is cut off file={} entry={} bytes={}",
                        path.getFileName(),
                        first + found.entries,
                        channel.size() - found.bytes);
                channel.truncate(found.bytes);
            }
            channel.force(true);
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
                return i == 0 ? from : bytes.length + 1L;
            }
            byte next = bytes[from + i];
            length |= (next & 0x7fL) << (i * (Byte.SIZE - 1));
            if (next >= 0) {
                return i == 0 && length == 0 ? from : from + i + 1 + length + CHECKSUM;
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
        if (end > bytes.length) {
            return end - from <= MAX_ENTRY ? End.TORN : End.DAMAGED;
        }
        return end > from && hasZeroSector(bytes, from, (int) end) ? End.TORN : End.DAMAGED;
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
