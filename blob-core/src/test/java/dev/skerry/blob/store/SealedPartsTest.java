package dev.skerry.blob.store;

import static dev.skerry.blob.encryption.FrameCipher.FRAME_BYTES;
import static dev.skerry.blob.failure.Failures.failureOf;
import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.ContentKeys;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.blob.encryption.FakeKeyService;
import dev.skerry.blob.encryption.FrameCipher;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.ReadMemory;
import dev.skerry.blob.part.SpaceProbe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Part files of sealed frames. Where one is tampered with, its name and the checksums of its row are made to fit, so
 * that nothing but its frames can tell.
 */
class SealedPartsTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final BlobId FOLDER = new BlobId("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    private static final BlobId OTHER = new BlobId("01ARZ3NDEKTSV4RRFFQ69G5FAW");
    private static final int BLOCK = PartRef.BLOCK_BYTES;

    @TempDir
    Path data;

    private FilePartStore parts;
    private ContentKeys keys;
    private ContentKey key;

    @BeforeEach
    void open() {
        parts = new FilePartStore(
                new PartLayout(List.of(data)),
                new FilePartStore.Settings(0, 0),
                _ -> new SpaceProbe.Space(1L << 40, 1L << 40),
                () -> Instant.EPOCH,
                StoreListener.NONE);
        keys = new ContentKeys(new FakeKeyService(), new SecureRandom());
        key = keys.make(new EncryptionRequest.Managed());
    }

    private List<PartRef> write(BlobId folder, byte[] bytes, long partBytes) {
        try (PartStore.Staging staging = parts.stage(SLOT, folder, Durability.NONE);
                PartCutter cutter = new PartCutter(staging, partBytes, Runnable::run, key)) {
            for (int at = 0; at < bytes.length; at += Intake.BLOCK_BYTES) {
                byte[] block = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + Intake.BLOCK_BYTES));
                cutter.write(block, block.length);
                Arrays.fill(block, (byte) 0);
            }
            List<PartRef> written = cutter.finish();
            staging.keep();
            return written;
        }
    }

    private PartRef write(byte[] bytes) {
        List<PartRef> written = write(FOLDER, bytes, PartRef.MAX_PART_BYTES);
        assertThat(written).hasSize(1);
        return written.getFirst();
    }

    private byte[] read(PartRef part, long from, long to) {
        return read(part, from, to, ReadMemory.HEAP, key);
    }

    private byte[] read(PartRef part, long from, long to, ReadMemory memory, @Nullable ContentKey with) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (PartReader reader = OpeningPartReader.open(parts, SLOT, part, with, StoreListener.NONE)) {
            for (long at = from; at < to; ) {
                ByteBuffer run = reader.read(at, to, memory);
                at += run.remaining();
                byte[] bytes = new byte[run.remaining()];
                run.get(bytes);
                all.writeBytes(bytes);
            }
        }
        return all.toByteArray();
    }

    private Path file(PartRef part) {
        return new PartLayout(List.of(data)).file(SLOT, part);
    }

    private byte[] stored(PartRef part) throws IOException {
        return Files.readAllBytes(file(part));
    }

    /** The part as it would be if other bytes had been stored, and so many plain ones. */
    private PartRef tampered(PartRef part, byte[] bytes, long plainBytes) throws Exception {
        ByteBuffer checksums = ByteBuffer.allocate(Math.ceilDiv(bytes.length, BLOCK) * Integer.BYTES);
        for (int at = 0; at < bytes.length; at += BLOCK) {
            CRC32C crc = new CRC32C();
            crc.update(bytes, at, Math.min(BLOCK, bytes.length - at));
            checksums.putInt((int) crc.getValue());
        }
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        PartRef other = new PartRef(
                part.index(),
                part.offsetBytes(),
                plainBytes,
                bytes.length,
                new Sha256(digest),
                part.codec(),
                part.place(),
                part.uploadPart(),
                checksums.array());
        Files.createDirectories(file(other).resolveSibling("."));
        Files.write(file(other), bytes);
        return other;
    }

    private void assertDamaged(PartRef part, long from, long to) {
        assertThat(failureOf(() -> read(part, from, to))).isInstanceOf(StoreFailure.Corrupt.class);
    }

    @Test
    void whatWasWrittenIsReadBackAtEverySize() throws Exception {
        int[] sizes = {
            1, 2, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, BLOCK, 2 * FRAME_BYTES, 2 * FRAME_BYTES + 1, 500_000
        };
        for (int size : sizes) {
            byte[] body = bytes(size, size);
            PartRef part = write(body);
            assertThat(part.codec()).isEqualTo(PartRef.SEALED);
            assertThat(part.lengthBytes()).isEqualTo(size);
            assertThat(part.storedLengthBytes())
                    .isEqualTo(FrameCipher.storedBytes(size))
                    .isEqualTo(Files.size(file(part)));
            assertThat(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(stored(part))))
                    .isEqualTo(part.sha256().hex());
            assertThat(read(part, 0, size)).isEqualTo(body);
            parts.discard(SLOT, FOLDER);
        }
    }

    @Test
    void aRangeIsTheSameAtEveryEdgeOfFramesAndInAnyMemory() {
        byte[] body = bytes(1, 3 * FRAME_BYTES + 1000);
        PartRef part = write(body);
        int[] edges = {
            0,
            1,
            FRAME_BYTES - 1,
            FRAME_BYTES,
            FRAME_BYTES + 1,
            BLOCK,
            2 * FRAME_BYTES - 1,
            2 * FRAME_BYTES,
            3 * FRAME_BYTES - 1,
            3 * FRAME_BYTES,
            3 * FRAME_BYTES + 1,
            body.length - 1,
            body.length
        };
        List<ReadMemory> memories = List.of(
                ReadMemory.HEAP,
                wantedBytes -> ByteBuffer.allocate(wantedBytes),
                wantedBytes -> ByteBuffer.allocateDirect(Math.min(wantedBytes, 2 * BLOCK)));
        for (int from : edges) {
            for (int to : edges) {
                if (from < to) {
                    for (ReadMemory memory : memories) {
                        assertThat(read(part, from, to, memory, key)).isEqualTo(Arrays.copyOfRange(body, from, to));
                    }
                }
            }
        }
    }

    @Test
    void aRangeOpensTheFramesItTouchesOnly() throws Exception {
        byte[] body = bytes(2, 3 * FRAME_BYTES);
        PartRef part = write(body);
        byte[] stored = stored(part);
        stored[0] ^= 1;
        stored[stored.length - 1] ^= 1;
        PartRef tampered = tampered(part, stored, body.length);
        assertThat(read(tampered, FRAME_BYTES, 2L * FRAME_BYTES))
                .isEqualTo(Arrays.copyOfRange(body, FRAME_BYTES, 2 * FRAME_BYTES));
        assertDamaged(tampered, 0, 1);
        assertDamaged(tampered, 2L * FRAME_BYTES, 2L * FRAME_BYTES + 1);
    }

    @Test
    void aFileCutOffAtTheEdgeOfAFrameIsDamaged() throws Exception {
        PartRef part = write(bytes(3, 3 * FRAME_BYTES));
        PartRef tampered = tampered(part, Arrays.copyOf(stored(part), 2 * BLOCK), 2L * FRAME_BYTES);
        assertDamaged(tampered, FRAME_BYTES, 2L * FRAME_BYTES);
    }

    @Test
    void aFileThatWasLengthenedIsDamaged() throws Exception {
        PartRef part = write(bytes(4, 2 * FRAME_BYTES));
        byte[] stored = stored(part);
        byte[] longer = Arrays.copyOf(stored, stored.length + BLOCK);
        System.arraycopy(stored, BLOCK, longer, 2 * BLOCK, BLOCK);
        assertDamaged(tampered(part, longer, 3L * FRAME_BYTES), FRAME_BYTES, 2L * FRAME_BYTES);
    }

    @Test
    void framesThatChangedPlacesAreDamaged() throws Exception {
        PartRef part = write(bytes(5, 3 * FRAME_BYTES));
        byte[] stored = stored(part);
        byte[] swapped = stored.clone();
        System.arraycopy(stored, 0, swapped, BLOCK, BLOCK);
        System.arraycopy(stored, BLOCK, swapped, 0, BLOCK);
        PartRef tampered = tampered(part, swapped, part.lengthBytes());
        assertDamaged(tampered, 0, 1);
        assertDamaged(tampered, FRAME_BYTES, FRAME_BYTES + 1L);
        assertThat(read(tampered, 2L * FRAME_BYTES, 3L * FRAME_BYTES)).hasSize(FRAME_BYTES);
    }

    @Test
    void filesThatChangedPlacesAreDamaged() throws Exception {
        List<PartRef> written = write(FOLDER, bytes(6, 4 * FRAME_BYTES), 2L * BLOCK);
        assertThat(written).hasSize(2);
        assertDamaged(tampered(written.get(0), stored(written.get(1)), 2L * FRAME_BYTES), 0, 1);
        PartRef elsewhere = write(OTHER, bytes(7, 2 * FRAME_BYTES), 2L * BLOCK).getFirst();
        assertDamaged(tampered(written.get(0), stored(elsewhere), 2L * FRAME_BYTES), 0, 1);
    }

    @Test
    void anotherKeyAndNoKeyReadNothing() {
        PartRef part = write(bytes(8, 1000));
        ContentKey other = keys.make(new EncryptionRequest.Kms(null, Map.of(), false));
        assertThat(failureOf(() -> read(part, 0, 1, ReadMemory.HEAP, other))).isInstanceOf(StoreFailure.Corrupt.class);
        assertThat(failureOf(() -> read(part, 0, 1, ReadMemory.HEAP, null))).isInstanceOf(StoreFailure.Corrupt.class);
    }

    @Test
    void aRowThatCallsASealedFilePlainIsDamaged() {
        PartRef part = write(bytes(9, 1000));
        PartRef plain = part.encoded(PartRef.PLAIN, part.storedLengthBytes());
        assertDamaged(plain, 0, 1);
        assertDamaged(part.encoded("zstd", part.lengthBytes()), 0, 1);
        assertDamaged(part.encoded(PartRef.SEALED, part.lengthBytes() - 1), 0, 1);
    }

    @Test
    void filesAreCutAsLongAsWithoutAKey() {
        List<PartRef> written = write(FOLDER, bytes(10, 1_000_000), 300_000);
        assertThat(written.subList(0, 3))
                .allSatisfy(part -> assertThat(part.storedLengthBytes()).isEqualTo(300_000));
        assertThat(written.stream().mapToLong(PartRef::lengthBytes).sum()).isEqualTo(1_000_000);
    }
}
