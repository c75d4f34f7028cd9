package dev.skerry.blob.part;

import static dev.skerry.blob.failure.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FilePartStoreTest {
    private static final SlotId SLOT = new SlotId(1);

    @TempDir
    Path data;

    @TempDir
    Path otherDisk;

    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final AtomicLong usable = new AtomicLong(10_000);
    private final AtomicLong probes = new AtomicLong();
    private final BlobIds ids = new BlobIds(new HlcClock(() -> Instant.ofEpochMilli(1)), new Random(1));
    private FilePartStore store;

    @BeforeEach
    void open() {
        store = over(List.of(data));
    }

    private FilePartStore over(List<Path> disks) {
        SpaceProbe probe = _ -> {
            probes.incrementAndGet();
            return new SpaceProbe.Space(usable.get(), 1_000_000);
        };
        return new FilePartStore(
                new PartLayout(disks),
                new FilePartStore.Settings(1000, 0.005),
                probe,
                () -> Instant.ofEpochMilli(millis.get()),
                StoreListener.NONE);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private PartRef write(FilePartStore into, SlotId slot, byte[] bytes, Durability durability) {
        try (PartStore.Staging staging = into.stage(slot, ids.next(), durability);
                PartWriter writer = staging.next()) {
            for (int at = 0; at < bytes.length; at += 7001) {
                writer.write(ByteBuffer.wrap(bytes, at, Math.min(7001, bytes.length - at)));
            }
            PartRef part = writer.seal(0, 0);
            staging.keep();
            return part;
        }
    }

    /** A block may change once its writer has taken the next: that is what whoever has two of them relies on. */
    @Test
    void aPartHashedBesideItsWriterIsWhatWasWritten() throws Exception {
        byte[] bytes = new byte[500_000];
        new Random(5).nextBytes(bytes);
        PartRef here = write(store, SLOT, bytes, Durability.NONE);
        byte[][] blocks = new byte[2][7001];
        try (ExecutorService beside = Executors.newFixedThreadPool(2);
                PartStore.Staging staging = store.stage(SLOT, ids.next(), Durability.NONE);
                PartWriter writer = staging.next(beside)) {
            for (int at = 0, n = 0; at < bytes.length; at += 7001, n++) {
                byte[] block = blocks[n % 2];
                int length = Math.min(7001, bytes.length - at);
                System.arraycopy(bytes, at, block, 0, length);
                writer.write(ByteBuffer.wrap(block, 0, length));
            }
            PartRef there = writer.seal(0, 0);
            assertThat(there.sha256()).isEqualTo(here.sha256());
            assertThat(there.blockChecksums()).isEqualTo(here.blockChecksums());
            assertThat(there.lengthBytes()).isEqualTo(bytes.length);
        }
    }

    private byte[] read(PartRef part, long from, long to) {
        return read(part, from, to, ReadMemory.HEAP);
    }

    private byte[] read(PartRef part, long from, long to, ReadMemory memory) {
        byte[] all = new byte[(int) (to - from)];
        int filled = 0;
        try (PartReader reader = store.open(SLOT, part)) {
            while (filled < all.length) {
                ByteBuffer run = reader.read(from + filled, to, memory);
                int length = run.remaining();
                run.get(all, filled, length);
                filled += length;
            }
        }
        return all;
    }

    private static ReadMemory direct(int roomBytes) {
        return wantedBytes -> ByteBuffer.allocateDirect(Math.min(wantedBytes, roomBytes));
    }

    private static List<Path> files(Path below) {
        try (Stream<Path> paths = Files.walk(below)) {
            return paths.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aFileHoldsTheBytesThatItsNameDigests(Durability durability) throws Exception {
        byte[] bytes = bytes(200_000);
        PartRef part = write(store, SLOT, bytes, durability);
        store.sync();
        Path file = data.resolve("slots/1/blobs/" + part.place().folder() + "/part.00000000." + part.sha256());
        assertThat(files(data)).containsExactly(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(part.sha256().hex())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        for (String folder : List.of("slots", "slots/1", "slots/1/blobs")) {
            assertThat(Files.getPosixFilePermissions(data.resolve(folder)))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void rangesAtBlockEdgesAreExact() {
        for (int size : new int[] {1, 65_535, 65_536, 65_537, 131_072, 200_000}) {
            byte[] bytes = bytes(size);
            PartRef part = write(store, SLOT, bytes, Durability.NONE);
            for (int from : new int[] {0, 1, 65_535, 65_536, 65_537, size - 1}) {
                for (int to : new int[] {from + 1, 65_536, 65_537, size}) {
                    if (from < to && to <= size) {
                        byte[] expected = Arrays.copyOfRange(bytes, from, to);
                        assertThat(read(part, from, to)).isEqualTo(expected);
                        for (int room : new int[] {65_536, 100_000, 131_072, 1_000_000}) {
                            assertThat(read(part, from, to, direct(room))).isEqualTo(expected);
                        }
                    }
                }
            }
        }
    }

    @Test
    void aFlippedByteIsNeverServed() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] bytes = bytes(300_000);
        PartRef part = write(store, SLOT, bytes, Durability.NONE);
        Path file = files(data).getFirst();
        for (int round = 0; round < 100; round++) {
            byte[] damaged = bytes.clone();
            int at = random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            int block = at / PartRef.BLOCK_BYTES * PartRef.BLOCK_BYTES;
            long blockEnd = Math.min(block + PartRef.BLOCK_BYTES, bytes.length);
            int from = block + random.nextInt((int) (blockEnd - block));
            assertThat(failureOf(() -> read(part, from, blockEnd)))
                    .as("seed %d, byte %d", seed, at)
                    .isInstanceOf(StoreFailure.Corrupt.class);
            assertThat(failureOf(() -> read(part, 0, bytes.length, direct(bytes.length))))
                    .as("seed %d, byte %d, in one run", seed, at)
                    .isInstanceOf(StoreFailure.Corrupt.class);
            if (block > 0) {
                assertThat(read(part, 0, block)).isEqualTo(Arrays.copyOf(bytes, block));
            }
        }
    }

    @Test
    void aFileThatIsMissingOrOfAnotherLengthIsDamage() throws Exception {
        byte[] bytes = bytes(100_000);
        PartRef part = write(store, SLOT, bytes, Durability.NONE);
        Path file = files(data).getFirst();
        for (int length : new int[] {0, 99_999, 65_536}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThat(failureOf(() -> store.open(SLOT, part).close())).isInstanceOf(StoreFailure.Corrupt.class);
        }
        Files.write(file, Arrays.copyOf(bytes, 100_001));
        assertThat(failureOf(() -> store.open(SLOT, part).close())).isInstanceOf(StoreFailure.Corrupt.class);
        Files.delete(file);
        assertThat(failureOf(() -> store.open(SLOT, part).close())).isInstanceOf(StoreFailure.Corrupt.class);
    }

    @Test
    void aStagingThatIsNotKeptLeavesNothing() {
        try (PartStore.Staging staging = store.stage(SLOT, ids.next(), Durability.ALWAYS)) {
            try (PartWriter sealed = staging.next()) {
                sealed.write(ByteBuffer.wrap(bytes(10)));
                sealed.seal(0, 0);
            }
            PartWriter open = staging.next();
            open.write(ByteBuffer.wrap(bytes(10)));
        }
        assertThat(files(data)).isEmpty();
        assertThat(data.resolve("slots/1/blobs")).isEmptyDirectory();
    }

    @Test
    void foldersBeingStagedAndForeignNamesAreNotShown() throws Exception {
        PartRef part = write(store, SLOT, bytes(10), Durability.NONE);
        Files.createDirectory(data.resolve("slots/1/blobs/lost+found"));
        Files.writeString(data.resolve("slots/1/blobs/" + ids.next()), "a file");
        try (PartStore.Staging staging = store.stage(SLOT, ids.next(), Durability.NONE);
                PartWriter writer = staging.next()) {
            writer.write(ByteBuffer.wrap(bytes(10)));
            List<BlobId> shown = new ArrayList<>();
            store.folders(SLOT, shown::add);
            assertThat(shown).containsExactly(part.place().folder());
        }
        store.folders(new SlotId(9), _ -> assertThat(false).isTrue());
    }

    @Test
    void aDiscardedFolderIsGoneAndMayBeDiscardedAgain() {
        PartRef part = write(store, SLOT, bytes(10), Durability.NONE);
        store.discard(SLOT, part.place().folder());
        store.discard(SLOT, part.place().folder());
        assertThat(files(data)).isEmpty();
    }

    @Test
    void aSlotLivesOnOneDisk() {
        FilePartStore two = over(List.of(data, otherDisk));
        write(two, new SlotId(2), bytes(10), Durability.ALWAYS);
        write(two, new SlotId(3), bytes(10), Durability.ALWAYS);
        assertThat(files(data)).hasSize(1);
        assertThat(files(otherDisk)).hasSize(1);
    }

    @Test
    void aDiskThatIsNotMountedIsNotMade() {
        Path missing = data.resolve("missing");
        FilePartStore away = over(List.of(missing));
        assertThat(failureOf(() -> write(away, SLOT, bytes(10), Durability.NONE)))
                .isInstanceOf(StoreFailure.StorageFault.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void roomIsWhatIsFreeAboveTheReserveAndAskedForNowAndThen() {
        assertThat(store.hasRoom(5000)).isTrue();
        assertThat(store.hasRoom(5001)).isFalse();
        usable.set(0);
        assertThat(store.hasRoom(5000)).isTrue();
        assertThat(probes.get()).isEqualTo(1);
        millis.addAndGet(Duration.ofSeconds(1).toMillis());
        assertThat(store.hasRoom(5000)).isFalse();
    }

    @Test
    void aFullDiskIsToldFromABrokenOne() {
        assertThat(DiskFaults.translate("write", new IOException("No space left on device"))
                        .failure())
                .isInstanceOf(StoreFailure.InsufficientStorage.class);
        assertThat(DiskFaults.translate("write", new FileSystemException("/x", null, "No space left on device"))
                        .failure())
                .isInstanceOf(StoreFailure.InsufficientStorage.class);
        assertThat(DiskFaults.translate("write", new IOException("Input/output error"))
                        .failure())
                .isInstanceOf(StoreFailure.StorageFault.class);
    }

    @Test
    void periodicFilesThatAreGoneDoNotStopTheSync() {
        PartRef part = write(store, SLOT, bytes(10), Durability.PERIODIC);
        write(store, SLOT, bytes(20), Durability.PERIODIC);
        store.discard(SLOT, part.place().folder());
        store.sync();
        store.sync();
        assertThat(files(data)).hasSize(1);
    }

    @Test
    void aPartIsRestoredFromAnotherCopyWhateverIsThere() throws Exception {
        byte[] bytes = bytes(300_000);
        PartRef part = write(store, SLOT, bytes, Durability.ALWAYS);
        FilePartStore other = over(List.of(otherDisk));
        assertThat(other.holds(SLOT, part)).isFalse();
        try (PartReader copy = store.open(SLOT, part)) {
            other.restore(SLOT, part, copy);
        }
        assertThat(other.holds(SLOT, part)).isTrue();
        Path file = new PartLayout(List.of(otherDisk)).file(SLOT, part);
        assertThat(file).hasBinaryContent(bytes);

        Files.write(file, new byte[] {1, 2, 3});
        assertThat(other.holds(SLOT, part)).isFalse();
        try (PartReader copy = store.open(SLOT, part)) {
            other.restore(SLOT, part, copy);
        }
        assertThat(file).hasBinaryContent(bytes);
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp*");
    }

    @Test
    void whatIsNotThePartIsNotPutInItsPlace() throws Exception {
        byte[] bytes = bytes(300_000);
        PartRef part = write(store, SLOT, bytes, Durability.ALWAYS);
        Path file = new PartLayout(List.of(data)).file(SLOT, part);
        PartReader wrong = new PartReader() {
            @Override
            public ByteBuffer read(long offsetBytes, long limitBytes, ReadMemory memory) {
                return ByteBuffer.wrap(new byte[(int) Math.min(65_536, limitBytes - offsetBytes)]);
            }

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> store.restore(SLOT, part, wrong))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Corrupt.class));
        assertThat(file).hasBinaryContent(bytes);
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp*");
    }
}
