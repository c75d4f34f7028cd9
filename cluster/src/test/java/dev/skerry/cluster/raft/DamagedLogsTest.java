package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that find other bytes in their logs than they wrote, or half of a write. */
class DamagedLogsTest {
    private static final String TEXT = "some text that fills a few sectors ".repeat(100);
    private static final String OPEN = "log_inprogress_\\d+";
    private static final String FINISHED = "log_\\d+-\\d+";

    private final WrittenBlobs blobs = new WrittenBlobs(TEXT);

    @TempDir
    private Path folder;

    private Trio trio;

    @BeforeEach
    void start() {
        trio = new Trio(folder, 2000);
    }

    @AfterEach
    void stop() {
        trio.close();
    }

    /** The file that its log goes on in. */
    private Path open(String node) throws IOException {
        return trio.node(node).logFiles(OPEN).getFirst();
    }

    private boolean startsAnew(String node) {
        return trio.node(node).startAgain(folder.resolve(node));
    }

    private void requireThatCBecomesAMemberAnew() {
        assertThat(startsAnew("c")).isTrue();
        requireThatCGoesOn();
    }

    /** And counts when another is gone. */
    private void requireThatCGoesOn() {
        blobs.put(trio.node("c"));
        blobs.requireOn(trio.nodes("c"));
        trio.node("a").stop();
        blobs.put(trio.node("c"));
        blobs.requireOn(trio.nodes("b", "c"));
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void oneWhoseLogHasAnotherByteBecomesAMemberAnew() throws Exception {
        blobs.put(trio.node("c"));
        blobs.put(trio.node("c"));
        trio.node("c").stop();
        flip(open("c"));

        requireThatCBecomesAMemberAnew();
    }

    @Test
    void soDoesOneWhoseFinishedFilesHave() throws Exception {
        while (trio.node("c").logFiles(FINISHED).isEmpty()) {
            blobs.put(trio.node("c"));
        }
        trio.node("c").stop();
        flip(trio.node("c").logFiles(FINISHED).getFirst());

        requireThatCBecomesAMemberAnew();
    }

    /** The databases say that it was there. */
    @Test
    void soDoesOneThatLacksWhatItHasApplied() throws Exception {
        blobs.put(trio.node("c"));
        blobs.requireOn(trio.nodes("c"));
        trio.node("c").stop();
        Path open = open("c");
        byte[] bytes = Files.readAllBytes(open);
        Arrays.fill(bytes, bytes.length - 1500, bytes.length, (byte) 0);
        Files.write(open, bytes);

        requireThatCBecomesAMemberAnew();
    }

    /** As a power cut leaves them all at once. */
    @Test
    void allGoOnWithoutWhatTheyHadNotWrittenWhole() throws Exception {
        blobs.put(trio.node("c"));
        blobs.requireOn(trio.nodes("c"));
        trio.all().forEach(Trio.Node::stop);
        Random random = new Random(1);
        for (Trio.Node node : trio.all()) {
            Path open = open(node.id.value());
            byte[] whole = Files.readAllBytes(open);
            byte[] entry = new byte[1000];
            random.nextBytes(entry);
            byte[] torn = Arrays.copyOf(whole, whole.length + 100_000);
            System.arraycopy(entry, 0, torn, whole.length, entry.length);
            // 8 KiB are to follow
            torn[whole.length] = (byte) 0x80;
            torn[whole.length + 1] = 64;
            Files.write(open, torn);
        }

        for (Trio.Node node : trio.all()) {
            assertThat(startsAnew(node.id.value())).isFalse();
        }

        requireThatCGoesOn();
    }

    /** It has nobody to be let in by. */
    @Test
    void oneThatIsAloneSaysThatItNeedsABackup() throws Exception {
        trio.close();
        trio = Trio.ofOne(folder, "alone");
        trio.start();
        blobs.put(trio.node("alone"));
        trio.node("alone").stop();
        Path open = open("alone");
        byte[] whole = Files.readAllBytes(open);
        flip(open);

        assertThatThrownBy(() -> startsAnew("alone")).hasMessageContainingAll("is damaged", "backup");

        Path aside = folder.resolve("alone").resolve("aside-" + trio.group.id().getUuid());
        Files.write(aside.resolve("current").resolve(open.getFileName()), whole);
        assertThat(startsAnew("alone")).isFalse();
        blobs.requireOn(trio.nodes("alone"));
    }
}
