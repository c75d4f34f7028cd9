package dev.skerry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerFilesTest {
    private final Path folder;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TestNode a = TestNode.start("a");
    private final TestNode b = TestNode.start("b");
    private final PeerFiles fetching = new PeerFiles(a.calls(), threads);
    private final PeerFiles giving = new PeerFiles(b.calls(), threads);
    private final AtomicInteger held = new AtomicInteger();

    PeerFilesTest(@TempDir Path folder) {
        this.folder = folder;
        a.knows(b);
    }

    @AfterEach
    void stop() {
        giving.close();
        fetching.close();
        a.close();
        b.close();
        threads.shutdownNow();
    }

    private Path file(String name, int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    private PeerFiles.Offer offer() {
        return new PeerFiles.Offer() {
            @Override
            public Path copy(String name) throws IOException {
                if (!Files.exists(folder.resolve(name))) {
                    throw new IOException("no " + name);
                }
                held.incrementAndGet();
                return folder.resolve(name);
            }

            @Override
            public void release(Path copy) {
                held.decrementAndGet();
            }
        };
    }

    private void eventuallyNoneHeld() {
        long end = System.nanoTime() + 180_000_000_000L;
        while (held.get() > 0) {
            assertThat(System.nanoTime() - end).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void aFileArrivesAsItIsAndItsCopyIsReleased() throws Exception {
        giving.offer("slot", offer());
        for (int length : new int[] {0, 1, 1024 * 1024, 5_000_001}) {
            Path from = file("db" + length, length);
            Path into = folder.resolve("got" + length);
            fetching.fetch(b.id(), "slot", "db" + length, into);
            assertThat(into).hasSameBinaryContentAs(from);
        }
        eventuallyNoneHeld();
    }

    @Test
    void otherBytesThanTheNodeHasAreNotTaken() throws Exception {
        file("db", 1024 * 1024);
        giving.offer("slot", offer());
        b.calls().serve("files-read", _ -> CompletableFuture.completedFuture(new byte[1024 * 1024]));
        Path into = folder.resolve("got");
        assertThatThrownBy(() -> fetching.fetch(b.id(), "slot", "db", into)).hasMessageContaining("sha256");
        assertThat(into).doesNotExist();
        eventuallyNoneHeld();
    }

    @Test
    void whatIsNotThereLeavesNothing() throws Exception {
        giving.offer("slot", offer());
        Path into = folder.resolve("got");
        assertThatThrownBy(() -> fetching.fetch(b.id(), "slot", "none", into)).hasMessageContaining("no none");
        assertThatThrownBy(() -> fetching.fetch(b.id(), "other", "none", into)).hasMessageContaining("kind other");
        assertThat(into).doesNotExist();
        Path from = file("db", 10);
        Files.write(into, new byte[] {9});
        assertThatThrownBy(() -> fetching.fetch(b.id(), "slot", "db", into)).isInstanceOf(IOException.class);
        assertThat(into).as("a file that was there").hasBinaryContent(new byte[] {9});
        assertThat(from).exists();
        eventuallyNoneHeld();
    }

    @Test
    void whoGivesAndGoesLeavesNothing() throws Exception {
        file("db", 3_000_000);
        giving.offer("slot", offer());
        b.calls().serve("files-read", _ -> {
            throw new IllegalStateException("the disk is gone");
        });
        Path into = folder.resolve("got");
        assertThatThrownBy(() -> fetching.fetch(b.id(), "slot", "db", into)).hasMessageContaining("the disk is gone");
        assertThat(into).doesNotExist();
        eventuallyNoneHeld();
    }
}
