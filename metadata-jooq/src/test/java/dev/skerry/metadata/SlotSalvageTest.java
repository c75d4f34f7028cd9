package dev.skerry.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.encryption.FrameCipher;
import dev.skerry.metadata.SlotSalvage.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotSalvageTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final int PAGE = 4096;
    private static final int SEEDS = Integer.getInteger("skerry.seeds", 6);

    @TempDir
    private Path folder;

    private final Commands commands = new Commands();
    private final Map<BlobId, StoredBlob> written = new LinkedHashMap<>();
    private Path original;
    private Upload begun;

    @BeforeEach
    void write() throws IOException {
        original = folder.resolve("original");
        try (SlotDatabases databases = open(original);
                SqliteCommitLog log = new SqliteCommitLog(
                        databases,
                        new SlotMachine(),
                        List.of(),
                        Thread::new,
                        SqliteCommitLog.Settings.DEFAULT,
                        StoreListener.NONE)) {
            log.start();
            for (int i = 1; i <= 300; i++) {
                BlobPath path = Commands.path("folder-" + i % 7 + "/key-" + i % 200);
                Command.PutBlob put = i % 3 == 0
                        ? commands.put(
                                path, Commands.inFiles(commands.id(), "0123456789".repeat(i), 100), Versioning.ENABLED)
                        : commands.put(path, "body of " + i + " ".repeat(i * 10), Versioning.ENABLED);
                put = told(put, i);
                written.put(
                        put.blobId(),
                        new StoredBlob(
                                ((Written) log.commit(SLOT, put)).meta(),
                                put.body().content()));
                for (BlobId part : folders(put.body().content())) {
                    Files.createDirectories(original.resolve("0/blobs").resolve(part.value()));
                }
            }
            Command.BeginUpload begin = commands.begin(Commands.path("upload"), null, null);
            Upload upload = begin.upload();
            begun = new Upload(
                    upload.uploadId(),
                    upload.path(),
                    attributes(1),
                    upload.initiatorId(),
                    null,
                    null,
                    upload.initiatedAt());
            begin = new Command.BeginUpload(begin.origin(), begun);
            log.commit(SLOT, begin);
            for (int number = 1; number <= 5; number++) {
                Command.AddUploadPart add = commands.addPart(begin.upload(), number, "part " + number);
                log.commit(SLOT, add);
            }
        }
    }

    /** With everything a client may say of a blob; a wrapped key that is lost is a blob that is lost. */
    private static Command.PutBlob told(Command.PutBlob put, int i) {
        BlobAttributes attributes = attributes(i);
        return new Command.PutBlob(
                put.origin(),
                put.path(),
                put.blobId(),
                put.versioning(),
                put.preconditions(),
                attributes.encryption() == null ? put.body() : sealed(put.body(), i),
                attributes,
                null,
                null);
    }

    private static Command.Body sealed(Command.Body body, int i) {
        if (!(body.content() instanceof BlobContent.Inline)) {
            return body;
        }
        byte[] bytes = new byte[(int) FrameCipher.storedBytes(body.sizeBytes())];
        new Random(i).nextBytes(bytes);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return new Command.Body(
                body.sizeBytes(), body.etag(), body.sha256(), body.checksums(), new BlobContent.Inline(bytes, (int)
                        crc.getValue()));
    }

    private static BlobAttributes attributes(int i) {
        BlobEncryption encryption = switch (i % 4) {
            case 0 -> new BlobEncryption(EncryptionMethod.MANAGED, "ring", "a2V5" + i, Map.of(), false, null);
            case 1 -> new BlobEncryption(EncryptionMethod.KMS, "key", "a2V5" + i, Map.of("a", "b"), true, null);
            case 2 -> new BlobEncryption(EncryptionMethod.CUSTOMER, null, "a2V5", Map.of(), false, "bWQ" + i);
            default -> null;
        };
        return new BlobAttributes(
                Map.of("content-type", "text/plain"),
                Map.of("number", Integer.toString(i)),
                i % 5 == 0 ? Map.of("tag", "value") : Map.of(),
                Commands.OWNER,
                StorageClass.STANDARD,
                i % 6 == 0 ? "{}" : null,
                encryption,
                i % 7 == 0 ? BlobLock.NONE.withLegalHold(LegalHold.ON) : null);
    }

    private static List<BlobId> folders(BlobContent content) {
        return content instanceof BlobContent.Parts(var parts)
                ? parts.stream().map(part -> part.place().folder()).distinct().toList()
                : List.of();
    }

    private static SlotDatabases open(Path slots) {
        return SlotDatabases.open(slots, 1, Thread::new, () -> Instant.EPOCH);
    }

    private static Report salvage(Path slots) {
        return new SlotSalvage(SLOT, slots.resolve("0"), _ -> true, () -> Instant.EPOCH).run(false);
    }

    private Path copyWith(String name, byte[] database) throws IOException {
        Path copy = folder.resolve(name);
        Files.createDirectories(copy.resolve("0/blobs"));
        try (Stream<Path> folders = Files.list(original.resolve("0/blobs"))) {
            for (Path each : folders.toList()) {
                Files.createDirectory(copy.resolve("0/blobs").resolve(each.getFileName()));
            }
        }
        Files.write(copy.resolve("0/meta.sqlite3"), database);
        return copy;
    }

    private byte[] intact() throws IOException {
        return Files.readAllBytes(original.resolve("0/meta.sqlite3"));
    }

    @Test
    void whatIsSoundIsReleasedAsItIs() throws IOException {
        new QuarantineMark("somebody restored it", null).write(original.resolve("0"));
        byte[] before = intact();
        assertThat(salvage(original).sound()).isTrue();
        assertThat(intact()).isEqualTo(before);
        assertThat(survivors(original)).hasSize(written.size());
    }

    @Test
    void everythingButTheDamagedPagesIsThereAgainAndTheRestIsNamed() throws IOException {
        Random random = new Random(1);
        int lost = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            random.setSeed(seed);
            byte[] damaged = intact();
            int page = random.nextInt(12, damaged.length / PAGE);
            Arrays.fill(damaged, page * PAGE, (page + 1) * PAGE, (byte) random.nextInt());
            Path slots = copyWith("page-" + seed, damaged);
            try {
                Report report = salvage(slots);
                Map<BlobId, StoredBlob> left = survivors(slots);
                lost += written.size() - left.size();
                if (report.complete()) {
                    assertEveryLossIsNamed(left, report);
                }
                assertThat(left).as("one page holds few rows").hasSizeGreaterThan(written.size() / 2);
                assertThat(salvage(slots).sound()).as("a second time").isTrue();
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed, e);
            }
        }
        assertThat(lost).isPositive();
    }

    private void assertEveryLossIsNamed(Map<BlobId, StoredBlob> left, Report report) {
        written.forEach((id, blob) -> {
            if (!left.containsKey(id)) {
                assertThat(report.lost())
                        .contains(blob.meta().path() + " version "
                                + blob.meta().generation().value());
            }
        });
    }

    /** Whatever is flipped, overwritten or cut off: what is served afterwards is what was written. */
    @Test
    void nothingWrongIsSalvagedEver() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path slots = copyWith("seed-" + seed, damaged(new Random(seed)));
            try {
                salvage(slots);
                survivors(slots);
                assertThat(salvage(slots).sound()).as("a second time").isTrue();
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed, e);
            }
        }
    }

    private byte[] damaged(Random random) throws IOException {
        byte[] bytes = intact();
        for (int hits = random.nextInt(1, 200); hits > 0; hits--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(3) == 0) {
            int from = random.nextInt(bytes.length);
            Arrays.fill(bytes, from, Math.min(bytes.length, from + random.nextInt(20_000)), (byte) random.nextInt());
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(1, bytes.length)) : bytes;
    }

    /** What the salvaged slot serves, all of which must be as it was written. */
    private Map<BlobId, StoredBlob> survivors(Path slots) {
        Map<BlobId, StoredBlob> found = new HashMap<>();
        try (SlotDatabases databases = open(slots);
                SqliteMetadataStore store =
                        new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT)) {
            store.start();
            written.values()
                    .forEach(blob -> store.byBlobId(SLOT, blob.meta().blobId())
                            .ifPresent(now -> found.put(blob.meta().blobId(), now)));
            found.forEach((id, now) -> assertIsWhatWasWritten(slots, id, now));
            written.values().stream().map(blob -> blob.meta().path()).distinct().forEach(path -> {
                List<Long> visible = store.generations(SLOT, path, 100).stream()
                        .map(meta -> meta.generation().value())
                        .toList();
                assertThat(store.find(SLOT, path, VersionSelector.CURRENT)
                                .map(meta -> meta.generation().value()))
                        .as("the highest left is the current one")
                        .isEqualTo(visible.stream().findFirst());
            });
            assertThat(store.statistics(SLOT).generations()).isEqualTo(found.size());
            store.uploads(SLOT, "bucket", new byte[0], new byte[0], null, 10).forEach(upload -> {
                assertThat(upload).isEqualTo(begun);
                store.uploadParts(SLOT, upload.uploadId(), 0, 10);
            });
        }
        return found;
    }

    private void assertIsWhatWasWritten(Path slots, BlobId id, StoredBlob now) {
        StoredBlob then = Objects.requireNonNull(written.get(id));
        assertThat(now.meta().path()).isEqualTo(then.meta().path());
        assertThat(now.meta().generation()).isEqualTo(then.meta().generation());
        assertThat(now.meta().etag()).isEqualTo(then.meta().etag());
        assertThat(now.meta().attributes()).isEqualTo(then.meta().attributes());
        assertThat(now.content()).usingRecursiveComparison().isEqualTo(then.content());
        folders(now.content())
                .forEach(part -> assertThat(slots.resolve("0/blobs").resolve(part.value()))
                        .exists());
    }

    @Test
    void aLogDamagedInItsMiddleCostsNoMoreThanItsDamagedFrame() throws IOException {
        Path slots = folder.resolve("killed");
        Files.createDirectories(slots.resolve("0"));
        try (SlotDatabases databases = open(folder.resolve("running"));
                SqliteCommitLog log = new SqliteCommitLog(
                        databases,
                        new SlotMachine(),
                        List.of(),
                        Thread::new,
                        SqliteCommitLog.Settings.DEFAULT,
                        StoreListener.NONE)) {
            log.start();
            for (int i = 0; i < 100; i++) {
                log.commit(SLOT, commands.put(Commands.path("key-" + i), "text", Versioning.OFF));
            }
            for (String file : List.of("meta.sqlite3", "meta.sqlite3-wal")) {
                Files.copy(
                        folder.resolve("running/0").resolve(file),
                        slots.resolve("0").resolve(file));
            }
        }
        byte[] bytes = Files.readAllBytes(slots.resolve("0/meta.sqlite3-wal"));
        bytes[bytes.length / 3] ^= 1;
        Files.write(slots.resolve("0/meta.sqlite3-wal"), bytes);

        Report report = salvage(slots);

        assertThat(report.sound()).isFalse();
        assertThat(report.generations()).isGreaterThan(90);
    }

    @Test
    void itIsGoneOnWithWhereItWasCutShort() throws IOException {
        byte[] damaged = intact();
        Arrays.fill(damaged, 20 * PAGE, 21 * PAGE, (byte) 0);
        Path slots = copyWith("cut", damaged);
        Path slot = slots.resolve("0");
        new QuarantineMark("damaged", "salvaged-before").write(slot);
        Files.createDirectory(slot.resolve("salvaged-before"));
        Files.move(slot.resolve("meta.sqlite3"), slot.resolve("salvaged-before/meta.sqlite3"));
        Files.writeString(slot.resolve("meta.sqlite3.new"), "half of it");

        Report report = salvage(slots);

        assertThat(report.keptIn()).isEqualTo(slot.resolve("salvaged-before"));
        assertThat(survivors(slots)).hasSize((int) report.generations()).hasSizeGreaterThan(100);
        assertThat(slot.resolve("quarantined")).doesNotExist();
    }

    @Test
    void anotherDatabaseThatWasPutInItsPlaceSinceIsTakenAsItIs() throws IOException {
        Path slots = copyWith("restored", intact());
        leaveHalfDone(slots);

        assertThat(salvage(slots).sound()).isTrue();

        assertThat(Files.readAllBytes(slots.resolve("0/meta.sqlite3"))).isEqualTo(intact());
        assertThat(slots.resolve("0/salvaged-before/meta.sqlite3")).exists();
        assertThat(slots.resolve("0/quarantined")).doesNotExist();
    }

    @Test
    void norIsItThrownAwayWhereItIsDamagedToo() throws IOException {
        byte[] damaged = intact();
        Arrays.fill(damaged, 20 * PAGE, 21 * PAGE, (byte) 0);
        Path slots = copyWith("restored", damaged);
        leaveHalfDone(slots);

        Report report = salvage(slots);

        assertThat(report.generations()).isGreaterThan(100);
        assertThat(Objects.requireNonNull(report.keptIn()).resolve("meta.sqlite3"))
                .hasBinaryContent(damaged);
        assertThat(slots.resolve("0/salvaged-before/meta.sqlite3")).exists();
        assertThat(salvage(slots).sound()).isTrue();
    }

    /** A salvage that had the damaged database out of the way. */
    private void leaveHalfDone(Path slots) throws IOException {
        Path slot = slots.resolve("0");
        new QuarantineMark("damaged", "salvaged-before").write(slot);
        Files.createDirectory(slot.resolve("salvaged-before"));
        Files.write(slot.resolve("salvaged-before/meta.sqlite3"), new byte[PAGE]);
    }

    @Test
    void partFilesThatNobodyRefersToAreKept() throws IOException {
        byte[] nothing = new byte[100];
        Path slots = copyWith("nothing", nothing);
        long before;
        try (Stream<Path> folders = Files.list(slots.resolve("0/blobs"))) {
            before = folders.count();
        }
        Report report = salvage(slots);
        assertThat(report.generations()).isZero();
        assertThat(report.folders()).isEqualTo(before).isPositive();
        Path kept = Objects.requireNonNull(report.keptIn());
        assertThat(kept.resolve("blobs")).isNotEmptyDirectory();
        assertThat(kept.resolve("lost.txt")).isNotEmptyFile();
    }

    @Test
    void aDatabaseThatIsGoneIsBegunAnewOnlyWhereThatIsAsked() throws IOException {
        Files.delete(original.resolve("0/meta.sqlite3"));
        assertThatThrownBy(() -> salvage(original)).hasMessageContaining("--begin-anew");
        Report report = new SlotSalvage(SLOT, original.resolve("0"), _ -> true, () -> Instant.EPOCH).run(true);
        assertThat(report.generations()).isZero();
        assertThat(report.folders()).isPositive();
        open(original).close();
    }

    @Test
    void whatBelongsToAnotherSlotIsNotTaken() throws IOException {
        SlotSalvage salvage = new SlotSalvage(SLOT, original.resolve("0"), _ -> false, () -> Instant.EPOCH);
        new QuarantineMark("swapped", "salvaged-swapped").write(original.resolve("0"));
        assertThatThrownBy(() -> salvage.run(false)).hasMessageContaining("is another slot's");
        assertThat(salvage.run(true).generations()).isZero();
    }

    /** A table that a later schema adds must be salvaged too, or be named here with its reason. */
    @Test
    void everyTableIsSalvagedOrMadeAnew() {
        try (SlotDatabases databases = open(original)) {
            long tables = databases
                    .writer(SLOT)
                    .ask("select count(*) from sqlite_master where type = 'table' and name not like 'sqlite_%'"
                            + " and name not in ('schema_migrations', 'applied', 'events', 'blob_chunk_archives')");
            assertThat(tables).isEqualTo(SalvageSql.TABLES.size());
        }
    }
}
