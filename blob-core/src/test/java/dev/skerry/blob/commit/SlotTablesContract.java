package dev.skerry.blob.commit;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static dev.skerry.blob.VersionSelector.LATEST_LIVE;
import static dev.skerry.blob.VersionSelector.NULL_VERSION;
import static dev.skerry.blob.commit.Commands.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector.ByBlobId;
import dev.skerry.blob.VersionSelector.ByGeneration;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What every {@link SlotTables} does, whatever keeps its rows. */
public abstract class SlotTablesContract {
    private static final BlobPath PATH = path("a/b.txt");

    /** Makes what the tests store. */
    protected final Commands commands = new Commands();

    /** Runs {@code work} in a transaction of its own on one and the same slot, and commits it. */
    protected abstract <T> T inTransaction(Function<SlotTables, T> work);

    private <T> Optional<T> found(Function<SlotTables, Optional<T>> work) {
        return inTransaction(work);
    }

    private <T> List<T> listed(Function<SlotTables, List<T>> work) {
        return inTransaction(work);
    }

    private BlobContent content(StoredBlob blob) {
        return inTransaction(tables -> tables.content(blob.meta().blobId()));
    }

    private StoredBlob insertLive(BlobPath path, long generation, boolean latest, boolean nullVersion) {
        return insert(
                row(path, generation, nullVersion)
                        .live(
                                Commands.inline("generation " + generation),
                                List.of(),
                                put(path).attributes(),
                                null),
                latest);
    }

    private StoredBlob insertTombstone(BlobPath path, long generation, boolean latest, boolean nullVersion) {
        return insert(row(path, generation, nullVersion).tombstone(Commands.OWNER, null), latest);
    }

    private StoredBlob insert(StoredBlob blob, boolean latest) {
        StoredBlob stored = new StoredBlob(blob.meta().withLatest(latest), blob.content());
        return inTransaction(tables -> {
            tables.insert(stored, null);
            return stored;
        });
    }

    private NewRow row(BlobPath path, long generation, boolean nullVersion) {
        return new NewRow(commands.origin(), path, new Generation(generation), commands.id(), nullVersion);
    }

    private Command.PutBlob put(BlobPath path) {
        return commands.put(path, "", Command.Versioning.ENABLED);
    }

    private void hide(BlobMeta meta, Instant at) {
        update(meta.withLatest(false).withTombstonedAt(at));
    }

    private void update(BlobMeta meta) {
        inTransaction(tables -> {
            tables.update(meta);
            return meta;
        });
    }

    @Test
    void whatIsNotThereIsNotFound() {
        inTransaction(tables -> {
            assertThat(tables.find(PATH, CURRENT)).isEmpty();
            assertThat(tables.find(PATH, LATEST_LIVE)).isEmpty();
            assertThat(tables.find(PATH, NULL_VERSION)).isEmpty();
            assertThat(tables.find(PATH, new ByGeneration(Generation.FIRST))).isEmpty();
            assertThat(tables.find(PATH, new ByBlobId(commands.id()))).isEmpty();
            assertThat(tables.newest(PATH)).isEmpty();
            assertThat(tables.newestVisible(PATH)).isEmpty();
            assertThat(tables.generations(PATH, 10)).isEmpty();
            assertThat(tables.byWriteId(PATH, "w")).isEmpty();
            assertThat(tables.byUpload(PATH, commands.id())).isEmpty();
            assertThat(tables.upload(PATH, commands.id())).isEmpty();
            assertThat(tables.uploadParts(commands.id())).isEmpty();
            return tables.expired(Instant.MAX, Instant.MAX, 10);
        });
    }

    @Test
    void aGenerationIsGivenBackAsItWasInserted() {
        StoredBlob blob = insertLive(PATH, 7, true, true);

        inTransaction(tables -> {
            assertThat(tables.find(PATH, CURRENT)).contains(blob.meta());
            assertThat(tables.find(PATH, LATEST_LIVE)).contains(blob.meta());
            assertThat(tables.find(PATH, NULL_VERSION)).contains(blob.meta());
            assertThat(tables.find(PATH, new ByGeneration(new Generation(7)))).contains(blob.meta());
            assertThat(tables.find(PATH, new ByBlobId(blob.meta().blobId()))).contains(blob.meta());
            assertThat(tables.find(path("other"), new ByBlobId(blob.meta().blobId())))
                    .isEmpty();
            assertThat(tables.newest(PATH)).contains(blob.meta());
            return assertThat(tables.newestVisible(PATH)).contains(blob.meta());
        });
    }

    @Test
    void pathsAreBytes() {
        BlobPath raw = BlobPath.of("bucket", new byte[] {(byte) 0xFF, 0, '/', (byte) 0xC3});
        StoredBlob blob = insertLive(raw, 1, true, true);

        assertThat(found(tables -> tables.newest(raw))).contains(blob.meta());
        assertThat(found(tables -> tables.newest(path("\uFFFD\0/\uFFFD")))).isEmpty();
    }

    @Test
    void selectorsLookAtVisibleGenerationsButForNumbers() {
        StoredBlob first = insertLive(PATH, 1, false, true);
        StoredBlob second = insertLive(PATH, 2, false, false);
        hide(second.meta(), commands.now());
        StoredBlob third = insertTombstone(PATH, 3, true, false);

        inTransaction(tables -> {
            assertThat(tables.find(PATH, CURRENT)).contains(third.meta());
            assertThat(tables.find(PATH, LATEST_LIVE)).contains(first.meta());
            assertThat(tables.find(PATH, NULL_VERSION)).contains(first.meta());
            assertThat(tables.find(PATH, new ByBlobId(second.meta().blobId()))).isEmpty();
            assertThat(tables.find(PATH, new ByGeneration(new Generation(2))))
                    .contains(second.meta().withTombstonedAt(commands.now()));
            assertThat(tables.newest(PATH)).contains(third.meta());
            assertThat(tables.newestVisible(PATH)).contains(third.meta());
            return assertThat(tables.generations(PATH, 2))
                    .extracting(meta -> meta.generation().value())
                    .containsExactly(3L, 2L);
        });
    }

    @Test
    void newestVisibleDoesNotCareWhoIsLatest() {
        StoredBlob first = insertLive(PATH, 1, false, false);
        StoredBlob second = insertLive(PATH, 2, true, false);
        hide(second.meta(), commands.now());

        assertThat(found(tables -> tables.newestVisible(PATH))).contains(first.meta());
        assertThat(found(tables -> tables.newest(PATH)).map(BlobMeta::blobId))
                .contains(second.meta().blobId());
        assertThat(found(tables -> tables.find(PATH, CURRENT))).isEmpty();
    }

    @Test
    void anUpdateReplacesWhatMayChange() {
        BlobMeta before = insertLive(PATH, 1, true, false).meta();
        BlobMeta after = before.withLatest(false)
                .withAttributes(before.attributes().withTags(Map.of("k", "v", "é", "")))
                .withTombstonedAt(commands.now());

        update(after);

        assertThat(found(tables -> tables.newest(PATH))).contains(after);
        update(before);
        assertThat(found(tables -> tables.newest(PATH))).contains(before);
    }

    @Test
    void contentIsKeptByteForByte() {
        StoredBlob inline = insertLive(PATH, 1, false, false);
        StoredBlob empty = insertTombstone(PATH, 2, false, false);
        BlobId folder = commands.id();
        Body body = Commands.inFiles(folder, "0123456789", 4);
        StoredBlob parts =
                insert(row(PATH, 3, false).live(body, List.of(), put(PATH).attributes(), "w"), true);

        BlobContent.Inline bytes = (BlobContent.Inline) content(inline);
        assertThat(bytes.bytes()).asString().isEqualTo("generation 1");
        assertThat(bytes.crc32c()).isEqualTo(((BlobContent.Inline) inline.content()).crc32c());
        assertThat(((BlobContent.Inline) content(empty)).bytes()).isEmpty();
        BlobContent.Parts files = (BlobContent.Parts) content(parts);
        assertThat(files.parts())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(((BlobContent.Parts) body.content()).parts());
        assertThat(found(tables -> tables.newest(PATH))).contains(parts.meta());
    }

    @Test
    void writesAreFoundByTheirIdAtTheirPath() {
        StoredBlob blob = insert(
                row(PATH, 1, true)
                        .live(Commands.inline("x"), List.of(), put(PATH).attributes(), "w"),
                true);

        assertThat(found(tables -> tables.byWriteId(PATH, "w"))).contains(blob.meta());
        assertThat(found(tables -> tables.byWriteId(PATH, "W"))).isEmpty();
        assertThat(found(tables -> tables.byWriteId(path("other"), "w"))).isEmpty();
    }

    @Test
    void generationsAreFoundByTheUploadThatMadeThem() {
        BlobId uploadId = commands.id();
        StoredBlob blob = row(PATH, 1, true)
                .live(Commands.inline("x"), List.of(), put(PATH).attributes(), null);
        inTransaction(tables -> {
            tables.insert(blob, uploadId);
            return blob;
        });

        assertThat(found(tables -> tables.byUpload(PATH, uploadId))).contains(blob.meta());
        assertThat(found(tables -> tables.byUpload(path("other"), uploadId))).isEmpty();
        assertThat(found(tables -> tables.byUpload(PATH, commands.id()))).isEmpty();
    }

    @Test
    void whatIsRemovedIsGoneAndItsIdIsFree() {
        StoredBlob blob = insertLive(PATH, 1, true, true);

        inTransaction(tables -> {
            tables.remove(blob.meta().blobId(), commands.now());
            assertThat(tables.newest(PATH)).isEmpty();
            tables.insert(blob, null);
            return blob;
        });

        assertThat(found(tables -> tables.newest(PATH))).contains(blob.meta());
    }

    @Test
    void hiddenGenerationsExpireOldestFirst() {
        Instant start = commands.now();
        BlobMeta first = insertLive(path("p1"), 1, false, true).meta();
        BlobMeta second = insertLive(path("p2"), 1, false, true).meta();
        insertLive(path("p3"), 1, true, true);
        hide(first, start.plusSeconds(2));
        hide(second, start.plusSeconds(1));

        assertThat(expired(start.plusSeconds(3), Instant.EPOCH, 10)).containsExactly(second.blobId(), first.blobId());
        assertThat(expired(start.plusSeconds(3), Instant.EPOCH, 1)).containsExactly(second.blobId());
        assertThat(expired(start.plusSeconds(2), Instant.EPOCH, 10)).containsExactly(second.blobId());
        assertThat(expired(start.plusSeconds(1), Instant.EPOCH, 10)).isEmpty();
    }

    @Test
    void aVisibleTombstoneExpiresWhereNothingElseIsVisible() {
        BlobMeta alone = insertTombstone(path("alone"), 1, true, false).meta();
        insertLive(path("covering"), 1, false, false);
        insertTombstone(path("covering"), 2, true, false);
        BlobMeta under = insertLive(path("above hidden"), 1, false, false).meta();
        hide(under, commands.now());
        BlobMeta above = insertTombstone(path("above hidden"), 2, true, false).meta();
        Instant later = commands.now().plus(Duration.ofDays(1));

        assertThat(expired(Instant.EPOCH, later, 10)).containsExactlyInAnyOrder(alone.blobId(), above.blobId());
        assertThat(expired(Instant.EPOCH, commands.now(), 10)).isEmpty();
    }

    @Test
    void aHiddenTombstoneThatKeepsItsPathsNumbersExpiresLast() {
        BlobMeta first = insertLive(PATH, 1, false, true).meta();
        BlobMeta second = insertTombstone(PATH, 2, false, true).meta();
        hide(first, commands.now());
        hide(second, commands.now());
        Instant later = commands.now().plusSeconds(1);

        assertThat(expired(later, later, 10)).containsExactly(first.blobId());
        inTransaction(tables -> {
            tables.remove(first.blobId(), later);
            return first;
        });
        assertThat(expired(later, later, 10)).containsExactly(second.blobId());
    }

    private List<BlobId> expired(Instant hiddenBefore, Instant tombstonesBefore, int limit) {
        return inTransaction(tables -> tables.expired(hiddenBefore, tombstonesBefore, limit)).stream()
                .map(BlobMeta::blobId)
                .toList();
    }

    @Test
    void anUploadIsKeptWithItsParts() {
        Upload upload = begin();
        UploadPart second =
                commands.addPart(upload, 2, "two", ChecksumAlgorithm.CRC64NVME).part();
        UploadPart first = commands.addPart(upload, 1, "one").part();
        UploadPart empty = commands.addPart(upload, 10_000, "").part();
        List.of(second, first, empty).forEach(part -> putPart(upload, part));

        assertThat(found(tables -> tables.upload(PATH, upload.uploadId()))).contains(upload);
        assertThat(found(tables -> tables.upload(path("other"), upload.uploadId())))
                .isEmpty();
        assertThat(listed(tables -> tables.uploadParts(upload.uploadId())))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(first, second, empty);
    }

    @Test
    void howSomethingIsEncryptedIsGivenBackAsItWasKept() {
        List<BlobEncryption> all = List.of(
                new BlobEncryption(EncryptionMethod.MANAGED, null, "a2V5", Map.of(), false, null),
                new BlobEncryption(EncryptionMethod.KMS, "k\"1", "a2V5", Map.of("b", "é", "a", ""), true, null),
                new BlobEncryption(EncryptionMethod.CUSTOMER, null, "a2V5", Map.of(), false, "bWQ1"));
        byte[] stored = "12345".repeat(4).concat("!").getBytes(StandardCharsets.US_ASCII);
        CRC32C crc = new CRC32C();
        crc.update(stored);
        for (int i = 0; i < all.size(); i++) {
            BlobPath path = path("encrypted-" + i);
            BlobAttributes attributes = BlobAttributes.ownedBy(Commands.OWNER).withEncryption(all.get(i));
            Body body = new Body(5, "etag", null, List.of(), new BlobContent.Inline(stored, (int) crc.getValue()));
            StoredBlob blob = insert(row(path, 1, true).live(body, List.of(), attributes, null), true);
            Upload began = commands.begin(path, null, null).upload();
            Upload upload =
                    new Upload(began.uploadId(), path, attributes, Commands.OWNER, null, null, began.initiatedAt());
            inTransaction(tables -> {
                tables.insertUpload(upload);
                return upload;
            });

            assertThat(found(tables -> tables.find(path, CURRENT))).contains(blob.meta());
            assertThat(((BlobContent.Inline) content(blob)).bytes()).isEqualTo(stored);
            assertThat(found(tables -> tables.upload(path, upload.uploadId()))).contains(upload);
        }
    }

    @Test
    void aPartReplacesTheOneOfItsNumber() {
        Upload upload = begin();
        putPart(
                upload,
                commands.addPart(upload, 1, "old", ChecksumAlgorithm.SHA1).part());
        UploadPart replacement = commands.addPart(upload, 1, "the new one").part();
        putPart(upload, replacement);

        assertThat(listed(tables -> tables.uploadParts(upload.uploadId())))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(replacement);
    }

    @Test
    void aRemovedUploadIsGoneWithItsParts() {
        Upload upload = begin();
        putPart(upload, commands.addPart(upload, 1, "one").part());

        inTransaction(tables -> {
            tables.removeUpload(upload.uploadId(), Set.of(), commands.now());
            return upload;
        });

        assertThat(found(tables -> tables.upload(PATH, upload.uploadId()))).isEmpty();
        assertThat(listed(tables -> tables.uploadParts(upload.uploadId()))).isEmpty();
    }

    @Test
    void partFilesOfAnUploadOutliveItInTheGenerationThatTookThem() {
        Upload upload = begin();
        UploadPart part = commands.addPart(upload, 3, "three").part();
        putPart(upload, part);
        List<PartRef> refs = part.parts().stream().map(ref -> ref.at(0, 0, 3)).toList();
        Body body = new Body(5, "etag-1", null, List.of(), new BlobContent.Parts(refs));
        StoredBlob blob = row(PATH, 1, true).live(body, List.of(), upload.attributes(), null);

        inTransaction(tables -> {
            tables.insert(blob, upload.uploadId());
            tables.removeUpload(upload.uploadId(), Set.of(part.folder()), commands.now());
            return blob;
        });

        BlobContent.Parts parts = (BlobContent.Parts) content(blob);
        assertThat(parts.parts()).usingRecursiveFieldByFieldElementComparator().isEqualTo(refs);
    }

    private Upload begin() {
        Upload upload = commands.begin(PATH, ChecksumAlgorithm.CRC64NVME, Checksum.Type.FULL_OBJECT)
                .upload();
        inTransaction(tables -> {
            tables.insertUpload(upload);
            return upload;
        });
        return upload;
    }

    private void putPart(Upload upload, UploadPart part) {
        inTransaction(tables -> {
            tables.putUploadPart(upload.uploadId(), part, commands.now());
            return part;
        });
    }
}
