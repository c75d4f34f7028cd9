package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    private static final long FIRST = 7;
    private static final int ENTRIES = 3;
    private static final int LENGTH = 2000;

    /** Of the file with its header and all of its entries. */
    private static final int BYTES = 8 + ENTRIES * (2 + LENGTH + 4);

    private final Random random = new Random(1);

    @TempDir
    private Path folder;

    private Path current;

    @BeforeEach
    void makeFolder() throws IOException {
        current = Files.createDirectories(folder.resolve("current"));
    }

    private byte[] entries() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < ENTRIES; i++) {
            bytes.writeBytes(entry(LENGTH));
        }
        return bytes.toByteArray();
    }

    /** With a length of two bytes. */
    private byte[] entry(int length) {
        byte[] entry = new byte[2 + length];
        random.nextBytes(entry);
        entry[0] = (byte) ((length & 0x7f) | 0x80);
        entry[1] = (byte) (length >> 7);
        CRC32C checksum = new CRC32C();
        checksum.update(entry);
        return ByteBuffer.allocate(entry.length + 4)
                .put(entry)
                .putInt((int) checksum.getValue())
                .array();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(current.resolve("log_inprogress_" + FIRST), bytes);
    }

    private boolean isDamaged(byte[] bytes, long applied) throws IOException {
        write(bytes);
        return LogFile.of(folder).getFirst().isDamaged(applied);
    }

    private byte[] afterCut() throws IOException {
        LogFile.settle(folder);
        return Files.readAllBytes(LogFile.of(folder).getFirst().path());
    }

    @Test
    void whereThereIsNoLogThereAreNoFiles() throws IOException {
        Files.writeString(current.resolve("raft-meta"), "term=1\n");

        assertThat(LogFile.of(folder)).isEmpty();
        assertThat(LogFile.of(folder.resolve("none"))).isEmpty();
        LogFile.settle(folder.resolve("none"));
    }

    @Test
    void oneThatIsWholeIsLeftAlone() throws IOException {
        byte[] whole = entries();
        assertThat(whole).hasSize(BYTES);
        for (int zeros : new int[] {0, 1, 5000}) {
            byte[] bytes = Arrays.copyOf(whole, BYTES + zeros);

            assertThat(isDamaged(bytes, FIRST + ENTRIES)).isFalse();
            assertThat(afterCut()).isEqualTo(bytes);
        }
    }

    /** Ratis makes such a file anew. */
    @Test
    void oneWithHalfAHeaderIsLeftAlone() throws IOException {
        byte[] header = Arrays.copyOf("RaftL".getBytes(StandardCharsets.US_ASCII), 600);
        assertThat(isDamaged(header, 0)).isFalse();
        assertThat(afterCut()).isEqualTo(header);

        assertThat(isDamaged("RoftLog1".getBytes(StandardCharsets.US_ASCII), 0)).isTrue();
    }

    @Test
    void whatEndsWithTheFileIsCutOff() throws IOException {
        byte[] whole = entries();
        int last = BYTES - LENGTH - 6;
        for (int end : new int[] {last + 1, last + 2, last + 700, BYTES - 1}) {
            assertThat(isDamaged(Arrays.copyOf(whole, end), FIRST + 1))
                    .as("%d bytes", end)
                    .isFalse();
            assertThat(afterCut()).isEqualTo(Arrays.copyOf(whole, last));
        }
    }

    @Test
    void whatHasSectorsThatWereNeverWrittenIsCutOff() throws IOException {
        byte[] whole = entries();
        int second = 8 + LENGTH + 6;
        byte[] tail = Arrays.copyOf(whole, BYTES + 4096);
        Arrays.fill(tail, second + 100, BYTES, (byte) 0);
        byte[] middle = Arrays.copyOf(whole, BYTES + 4096);
        Arrays.fill(middle, 2560, 3072, (byte) 0);
        byte[] beginning = Arrays.copyOf(whole, BYTES + 4096);
        Arrays.fill(beginning, second, 2560, (byte) 0);

        for (byte[] torn : new byte[][] {tail, middle, beginning}) {
            assertThat(isDamaged(torn, FIRST)).isFalse();
            assertThat(isDamaged(torn, FIRST + 1)).as("it was applied").isTrue();
            assertThat(afterCut()).isEqualTo(Arrays.copyOf(whole, second));
        }
    }

    @Test
    void aByteThatIsAnotherIsDamage() throws IOException {
        for (int at : new int[] {0, 8, 9, 1000, BYTES - 1}) {
            byte[] bytes = Arrays.copyOf(entries(), BYTES + 4096);
            bytes[at] ^= 1;

            assertThat(isDamaged(bytes, FIRST - 1)).as("byte %d", at).isTrue();
        }
        byte[] tooLong = entries();
        tooLong[BYTES - LENGTH - 6] |= (byte) 0x80;
        tooLong[BYTES - LENGTH - 5] |= (byte) 0x80;
        tooLong[BYTES - LENGTH - 4] |= (byte) 0x80;
        tooLong[BYTES - LENGTH - 3] = 3;
        assertThat(isDamaged(tooLong, FIRST)).as("an entry of 6 MiB or more").isTrue();
        byte[] noLength = Arrays.copyOf(entries(), BYTES + 4096);
        Arrays.fill(noLength, BYTES, BYTES + 9, (byte) 0xff);
        assertThat(isDamaged(noLength, FIRST)).isTrue();
        byte[] behindTheEnd = Arrays.copyOf(entries(), BYTES + 4096);
        behindTheEnd[BYTES + 10] = 1;
        assertThat(isDamaged(behindTheEnd, FIRST)).isTrue();
    }

    /** Of its two bytes the first may be the last of a sector. */
    @Test
    void aLengthOfWhichHalfWasWrittenIsCutOff() throws IOException {
        byte[] header = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
        int filled = 511 - header.length - 6;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        bytes.writeBytes(entry(filled));
        byte[] torn = Arrays.copyOf(bytes.toByteArray(), 4096);
        torn[511] = (byte) 0x80;

        assertThat(isDamaged(torn, FIRST)).isFalse();
        assertThat(afterCut()).isEqualTo(bytes.toByteArray());
    }

    @Test
    void oneThatWasFinishedIsNeverTorn() throws IOException {
        Path finished = current.resolve("log_" + FIRST + "-" + (FIRST + 2));
        byte[] cut = Arrays.copyOf(entries(), BYTES - 10);
        Files.write(finished, cut);
        assertThat(LogFile.of(folder).getFirst().isDamaged(0)).isTrue();
        LogFile.settle(folder);
        assertThat(finished).hasBinaryContent(cut);

        Files.write(finished, Arrays.copyOf(cut, BYTES - LENGTH - 6));
        assertThat(LogFile.of(folder).getFirst().isDamaged(FIRST + 1)).isFalse();
        assertThat(LogFile.of(folder).getFirst().isDamaged(FIRST + 2))
                .as("what it lacks was applied")
                .isTrue();
        assertThat(LogFile.of(folder).getFirst().isDamaged(FIRST + 9)).isTrue();
        Files.write(finished, entries());
        assertThat(LogFile.of(folder).getFirst().isDamaged(FIRST + 9)).isFalse();
    }
}
