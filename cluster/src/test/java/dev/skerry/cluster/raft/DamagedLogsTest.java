package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeMetadataStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that find other bytes in their logs than they wrote, or half of a write. */
class DamagedLogsTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final String TEXT = "some text that fills a few sectors ".repeat(100);
    private static final String OPEN = "log_inprogress_\\d+";
    private static final String FINISHED = "log_\\d+-\\d+";

    private final Commands commands = new Commands();
    private final List<Written> written = new ArrayList<>();

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

    private void put(String node) {
        written.add((Written) trio.node(node)
                .log()
                .commit(SLOT, commands.put(Commands.path("key " + written.size()), TEXT, Versioning.ENABLED)));
    }

    private Optional<Path> file(String node, String name) throws IOException {
        Path logs = folder.resolve(node)
                .resolve(trio.group.id().getUuid().toString())
                .resolve("current");
        try (Stream<Path> files = Files.list(logs)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches(name))
                    .findFirst();
        }
    }

    private boolean startsAnew(String node) {
        return trio.node(node).startAgain(folder.resolve(node));
    }

    private void requireAllOn(String name) {
        Trio.Node node = trio.node(name);
        node.member().catchUp(trio.group.id()).join();
        FakeMetadataStore store = new FakeMetadataStore(node.slots);
        assertThat(written)
                .allSatisfy(each -> assertThat(store.find(
                                SLOT,
                                each.meta().path(),
                                new VersionSelector.ByBlobId(each.meta().blobId())))
                        .isPresent());
    }

    /** And counts when another is gone. */
    private void requireThatCGoesOn() {
        put("c");
        requireAllOn("c");
        trio.node("a").stop();
        put("c");
        requireAllOn("b");
        requireAllOn("c");
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void oneWhoseLogHasAnotherByteBecomesAMemberAnew() throws Exception {
        put("c");
        put("c");
        trio.node("c").stop();
        flip(file("c", OPEN).orElseThrow());

        assertThat(startsAnew("c")).isTrue();

        requireThatCGoesOn();
    }

    @Test
    void soDoesOneWhoseFinishedFilesHave() throws Exception {
        while (file("c", FINISHED).isEmpty()) {
            put("c");
        }
        trio.node("c").stop();
        flip(file("c", FINISHED).orElseThrow());

        assertThat(startsAnew("c")).isTrue();

        requireThatCGoesOn();
    }

    /** The databases say that it was there. */
    @Test
    void soDoesOneThatLacksWhatItHasApplied() throws Exception {
        put("c");
        requireAllOn("c");
        trio.node("c").stop();
        Path open = file("c", OPEN).orElseThrow();
        byte[] bytes = Files.readAllBytes(open);
        Arrays.fill(bytes, bytes.length - 1500, bytes.length, (byte) 0);
        Files.write(open, bytes);

        assertThat(startsAnew("c")).isTrue();

        requireThatCGoesOn();
    }

    /** As a power cut leaves them all at once. */
    @Test
    void allGoOnWithoutWhatTheyHadNotWrittenWhole() throws Exception {
        put("c");
        requireAllOn("c");
        trio.all().forEach(Trio.Node::stop);
        Random random = new Random(1);
        for (Trio.Node node : trio.all()) {
            Path open = file(node.id.value(), OPEN).orElseThrow();
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
        put("alone");
        trio.node("alone").stop();
        Path open = file("alone", OPEN).orElseThrow();
        byte[] whole = Files.readAllBytes(open);
        flip(open);

        assertThatThrownBy(() -> startsAnew("alone")).hasMessageContainingAll("is damaged", "backup");

        Path aside = folder.resolve("alone").resolve("aside-" + trio.group.id().getUuid());
        Files.write(aside.resolve("current").resolve(open.getFileName()), whole);
        assertThat(startsAnew("alone")).isFalse();
        requireAllOn("alone");
    }
}
