package dev.skerry.blob.part;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When part files are fsynced, as the JVM itself records it. */
class DurabilityTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final BlobId FOLDER = new BlobId("01JCXYZ0000000000000000000");

    @TempDir
    private Path data;

    private FilePartStore store;

    @BeforeEach
    void open() {
        store = new FilePartStore(
                new PartLayout(List.of(data)),
                FilePartStore.Settings.DEFAULT,
                SpaceProbe.FILE_SYSTEM,
                () -> Instant.EPOCH,
                StoreListener.NONE);
    }

    private PartRef write(Durability durability) {
        return write(durability, 100_000);
    }

    private PartRef write(Durability durability, int bytes) {
        try (PartStore.Staging staging = store.stage(SLOT, FOLDER, durability);
                PartWriter writer = staging.next()) {
            writer.write(ByteBuffer.wrap(new byte[bytes]));
            PartRef part = writer.seal(0, 0);
            staging.keep();
            return part;
        }
    }

    /** What was fsynced of the folder written to and of its entry, by name. */
    private List<String> fsynced(Runnable work) {
        Path blobs = data.resolve("slots/0/blobs");
        return Fsyncs.of(work).stream()
                .filter(path -> path.equals(blobs) || path.startsWith(blobs.resolve(FOLDER.value())))
                .map(path -> path.getFileName().toString())
                .toList();
    }

    @Test
    void alwaysFsyncsTheFileThenItsNameThenTheFolders() {
        assertThat(fsynced(() -> write(Durability.ALWAYS))).containsExactly(".tmp.0", FOLDER.value(), "blobs");
        assertThat(fsynced(store::sync)).isEmpty();
    }

    @Test
    void aLongFileIsFsyncedAsItGrows() {
        assertThat(fsynced(() -> write(Durability.ALWAYS, 2 * FilePartWriter.SYNC_BYTES + 1)))
                .containsExactly(".tmp.0", ".tmp.0", ".tmp.0", FOLDER.value(), "blobs");
        assertThat(fsynced(() -> write(Durability.PERIODIC, FilePartWriter.SYNC_BYTES)))
                .isEmpty();
    }

    @Test
    void periodicFsyncsTheSameWhenToldTo() {
        PartRef[] part = new PartRef[1];
        assertThat(fsynced(() -> part[0] = write(Durability.PERIODIC))).isEmpty();
        assertThat(fsynced(store::sync))
                .containsExactly(PartLayout.fileName(0, part[0].sha256().hex()), FOLDER.value(), "blobs");
        assertThat(fsynced(store::sync)).isEmpty();
    }

    @Test
    void noneFsyncsNothingEver() {
        assertThat(fsynced(() -> write(Durability.NONE))).isEmpty();
        assertThat(fsynced(store::sync)).isEmpty();
    }
}
