package dev.skerry.blob.commit;

import static dev.skerry.blob.commit.Command.Versioning.ENABLED;
import static dev.skerry.blob.commit.Command.Versioning.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.UploadPartSummary;
import dev.skerry.blob.checksum.Crcs;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.CommandResult.Done;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Precondition.IfNoneMatch;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.event.StorageEvent.Cause;
import dev.skerry.blob.failure.StoreFailure.BadDigest;
import dev.skerry.blob.failure.StoreFailure.InvalidPart;
import dev.skerry.blob.failure.StoreFailure.InvalidPartOrder;
import dev.skerry.blob.failure.StoreFailure.InvalidRequest;
import dev.skerry.blob.failure.StoreFailure.NoSuchUpload;
import dev.skerry.blob.failure.StoreFailure.PartTooSmall;
import dev.skerry.blob.failure.StoreFailure.PreconditionFailed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SlotMachineUploadsTest extends SlotMachineFixture {
    private Upload begin() {
        return begin(null, null);
    }

    private Upload begin(@Nullable ChecksumAlgorithm algorithm, Checksum.@Nullable Type type) {
        Command.BeginUpload begin = commands.begin(PATH, algorithm, type);
        assertThat(apply(begin)).isEqualTo(new CommandResult.UploadBegun(begin.upload()));
        return begin.upload();
    }

    private UploadPart add(Upload upload, int number, String text, ChecksumAlgorithm... algorithms) {
        Command.AddUploadPart add = commands.addPart(upload, number, text, algorithms);
        assertThat(apply(add)).isEqualTo(new CommandResult.PartAdded(add.part()));
        return add.part();
    }

    private Command.CompleteUpload complete(Upload upload, UploadPart... parts) {
        return commands.complete(
                upload, Arrays.stream(parts).map(Commands::named).toList(), OFF);
    }

    private static Command.CompleteUpload claiming(Command.CompleteUpload complete, Checksum checksum) {
        return new Command.CompleteUpload(
                complete.origin(),
                complete.path(),
                complete.uploadId(),
                complete.blobId(),
                complete.versioning(),
                complete.preconditions(),
                complete.parts(),
                complete.minimumPartBytes(),
                checksum,
                null);
    }

    @Test
    void aCompletedUploadIsTheNewestGeneration() {
        put("before", OFF);
        Upload upload = begin();
        UploadPart first = add(upload, 1, "Hello, ");
        UploadPart third = add(upload, 3, "world");
        Command.CompleteUpload complete = complete(upload, first, third);

        BlobMeta meta = ((Written) apply(complete)).meta();

        assertThat(rows()).containsExactly("2L*n", "1Ln-");
        assertThat(meta.blobId()).isEqualTo(complete.blobId());
        assertThat(meta.sizeBytes()).isEqualTo(12);
        assertThat(meta.etag()).isEqualTo(etag(first, third) + "-2");
        assertThat(meta.sha256()).isNull();
        assertThat(meta.nativeEtag()).endsWith("-2");
        assertThat(meta.attributes()).isEqualTo(upload.attributes());
        assertThat(meta.createdAt()).isEqualTo(complete.origin().at());
        assertThat(meta.uploadParts())
                .containsExactly(
                        new UploadPartSummary(1, 7, first.etag(), List.of()),
                        new UploadPartSummary(3, 5, third.etag(), List.of()));
        assertThat(((BlobContent.Parts) tables.content(meta.blobId())).parts())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        first.parts().getFirst().at(0, 0, 1),
                        third.parts().getFirst().at(1, 7, 3));
        assertThat(tables.upload(PATH, upload.uploadId())).isEmpty();
        assertThat(tables.garbage()).isEmpty();
        assertThat(events().getLast()).isInstanceOfSatisfying(StorageEvent.ObjectCreated.class, event -> {
            assertThat(event.cause()).isEqualTo(Cause.MULTIPART);
            assertThat(event.generation()).isEqualTo(new Generation(2));
        });
    }

    private static String etag(UploadPart... parts) {
        String all = String.join("", Stream.of(parts).map(UploadPart::etag).toList());
        return Commands.md5(HexFormat.of().parseHex(all));
    }

    @Test
    void theETagIsTheOneS3Gives() {
        // Two parts of md5 e4d909c290d0fb1ca068ffaddf22cbd0 each, joined and hashed with another tool.
        Upload upload = begin();
        UploadPart first = add(upload, 1, "The quick brown fox jumps over the lazy dog.");
        UploadPart second = add(upload, 2, "The quick brown fox jumps over the lazy dog.");
        assertThat(first.etag()).isEqualTo("e4d909c290d0fb1ca068ffaddf22cbd0");

        assertThat(((Written) apply(complete(upload, first, second))).meta().etag())
                .isEqualTo("ae6bb1b7d8f211f1f89355ca37b02ae7-2");
    }

    @Test
    void partsOfSeveralFilesAndEmptyPartsKeepTheirOffsets() {
        Upload upload = begin();
        BlobId folder = commands.id();
        List<PartRef> files =
                ((BlobContent.Parts) Commands.inFiles(folder, "0123456789", 4).content()).parts();
        UploadPart several =
                new UploadPart(1, folder, 10, Commands.md5(bytes("0123456789")), List.of(), files, commands.now());
        apply(new Command.AddUploadPart(commands.origin(), PATH, upload.uploadId(), several));
        UploadPart next = add(upload, 2, "ab");
        UploadPart empty = add(upload, 3, "");

        BlobMeta meta = ((Written) apply(complete(upload, several, next, empty))).meta();

        assertThat(((BlobContent.Parts) tables.content(meta.blobId())).parts())
                .extracting(PartRef::index, PartRef::offsetBytes, PartRef::lengthBytes, PartRef::uploadPart)
                .containsExactly(tuple(0, 0L, 4L, 1), tuple(1, 4L, 4L, 1), tuple(2, 8L, 2L, 1), tuple(3, 10L, 2L, 2));
        assertThat(meta.uploadParts()).hasSize(3);
        assertThat(meta.sizeBytes()).isEqualTo(12);
    }

    @Test
    void oneEmptyPartMakesAnEmptyBlob() {
        Upload upload = begin();
        UploadPart empty = add(upload, 1, "");

        BlobMeta meta = ((Written) apply(complete(upload, empty))).meta();

        assertThat(meta.sizeBytes()).isZero();
        assertThat(meta.etag()).endsWith("-1");
        assertThat(tables.content(meta.blobId())).isEqualTo(BlobContent.EMPTY);
    }

    @Test
    void oneStoredPartTellsTheWholeDigest() {
        Upload upload = begin();
        UploadPart only = add(upload, 1, "text");

        BlobMeta meta = ((Written) apply(complete(upload, only))).meta();

        assertThat(meta.sha256()).isEqualTo(Commands.sha256(bytes("text")));
        assertThat(meta.nativeEtag()).isEqualTo(Commands.sha256(bytes("text")).hex());
    }

    @Test
    void unusedAndReplacedPartsBecomeGarbage() {
        Upload upload = begin();
        UploadPart replaced = add(upload, 1, "old");
        UploadPart used = add(upload, 1, "new");
        UploadPart unused = add(upload, 2, "unused");

        apply(complete(upload, used));

        assertThat(tables.garbage()).containsOnlyKeys(replaced.folder(), unused.folder());
        assertThat(tables.references(used.folder())).isTrue();
    }

    @Test
    void anAbortedUploadLeavesGarbageOnly() {
        Upload upload = begin();
        UploadPart part = add(upload, 1, "part");
        Command.AbortUpload abort = new Command.AbortUpload(commands.origin(), PATH, upload.uploadId());

        assertThat(apply(abort)).isEqualTo(new Done());

        assertThat(tables.garbage()).containsOnlyKeys(part.folder());
        assertThat(refusal(abort))
                .isEqualTo(new NoSuchUpload(PATH, upload.uploadId().value()));
        assertThat(refusal(commands.addPart(upload, 2, "late"))).isInstanceOf(NoSuchUpload.class);
        assertThat(refusal(complete(upload, part))).isInstanceOf(NoSuchUpload.class);
        assertThat(events()).isEmpty();
    }

    @Test
    void anUploadOfAnotherPathIsUnknown() {
        Upload upload = begin();
        Command.AbortUpload abort =
                new Command.AbortUpload(commands.origin(), Commands.path("other"), upload.uploadId());

        assertThat(refusal(abort)).isInstanceOf(NoSuchUpload.class);
    }

    @Test
    void aRepeatedCompletionGivesTheFirstResult() {
        Upload upload = begin();
        Command.CompleteUpload complete = complete(upload, add(upload, 1, "text"));
        BlobMeta first = ((Written) apply(complete)).meta();
        long events = tables.lastSequence();

        assertThat(apply(complete(upload))).isEqualTo(new Written(first, true));
        assertThat(tables.lastSequence()).isEqualTo(events);
    }

    @Test
    void aRepeatedCompletionOfAReplacedResultIsUnknown() {
        Upload upload = begin();
        UploadPart part = add(upload, 1, "text");
        apply(complete(upload, part));
        put("newer", OFF);

        assertThat(refusal(complete(upload, part))).isInstanceOf(NoSuchUpload.class);
    }

    @Test
    void aRepeatedCompletionOfADeletedResultIsUnknown() {
        Upload upload = begin();
        UploadPart part = add(upload, 1, "text");
        apply(complete(upload, part));
        deleteVersion(1);

        assertThat(refusal(complete(upload, part))).isInstanceOf(NoSuchUpload.class);
    }

    private void refusedWithUploadIntact(Upload upload, Executable refusal) throws Throwable {
        List<UploadPart> before = tables.uploadParts(upload.uploadId());
        refusal.execute();
        assertThat(tables.upload(PATH, upload.uploadId())).contains(upload);
        assertThat(tables.uploadParts(upload.uploadId())).isEqualTo(before);
        assertThat(tables.garbage()).isEmpty();
    }

    @Test
    void flawedPartListsAreRefusedAndTheUploadStays() throws Throwable {
        Upload upload = begin();
        UploadPart one = add(upload, 1, "one");
        UploadPart two = add(upload, 2, "two");
        NamedPart wrong = new NamedPart(2, one.etag(), List.of());
        NamedPart missing = new NamedPart(3, two.etag(), List.of());

        refusedWithUploadIntact(upload, () -> {
            InvalidPartOrder order = new InvalidPartOrder(upload.uploadId().value(), 1);
            assertThat(refusal(complete(upload, two, one))).isEqualTo(order);
            assertThat(refusal(complete(upload, one, one))).isEqualTo(order);
            assertThat(refusal(complete(upload))).isInstanceOf(InvalidRequest.class);
            assertThat(refusal(commands.complete(upload, List.of(Commands.named(one), wrong), OFF)))
                    .isInstanceOfSatisfying(InvalidPart.class, flaw -> {
                        assertThat(flaw.partNumber()).isEqualTo(2);
                        assertThat(flaw.etag()).isEqualTo(one.etag());
                        assertThat(flaw.uploadId()).isEqualTo(upload.uploadId().value());
                    });
            assertThat(refusal(commands.complete(upload, List.of(missing), OFF)))
                    .isInstanceOfSatisfying(
                            InvalidPart.class,
                            flaw -> assertThat(flaw.partNumber()).isEqualTo(3));
        });
    }

    @Test
    void everyPartButTheLastHasAMinimum() throws Throwable {
        Upload upload = begin();
        UploadPart one = add(upload, 1, "12345");
        UploadPart two = add(upload, 2, "1234");
        UploadPart three = add(upload, 3, "1");
        List<NamedPart> named = Stream.of(one, two, three).map(Commands::named).toList();

        refusedWithUploadIntact(
                upload,
                () -> assertThat(refusal(withMinimum(commands.complete(upload, named, OFF), 5)))
                        .isEqualTo(new PartTooSmall(2, 4, 5, two.etag())));
        assertThat(apply(withMinimum(commands.complete(upload, named, OFF), 4))).isInstanceOf(Written.class);
    }

    private static Command.CompleteUpload withMinimum(Command.CompleteUpload complete, long bytes) {
        return new Command.CompleteUpload(
                complete.origin(),
                complete.path(),
                complete.uploadId(),
                complete.blobId(),
                complete.versioning(),
                complete.preconditions(),
                complete.parts(),
                bytes,
                null,
                null);
    }

    @Test
    void conditionsAreEvaluatedOnCompletion() throws Throwable {
        Upload upload = begin();
        UploadPart part = add(upload, 1, "text");
        put("meanwhile", ENABLED);

        refusedWithUploadIntact(
                upload,
                () -> assertThat(refusal(commands.complete(
                                upload, List.of(Commands.named(part)), ENABLED, new IfNoneMatch(List.of("*")))))
                        .isEqualTo(new PreconditionFailed("If-None-Match")));
        apply(commands.complete(upload, List.of(Commands.named(part)), ENABLED));
        assertThat(rows()).containsExactly("2L*", "1L");
    }

    @Test
    void aFullObjectCrcFollowsFromTheParts() {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (Crcs.combinable(algorithm)) {
                Upload upload = begin(algorithm, Checksum.Type.FULL_OBJECT);
                UploadPart one = add(upload, 1, "Hello, ", algorithm);
                UploadPart two = add(upload, 2, "wor", algorithm);
                UploadPart three = add(upload, 3, "ld", algorithm);
                Checksum whole = Commands.checksum(algorithm, bytes("Hello, world"));

                Command.CompleteUpload complete = claiming(complete(upload, one, two, three), whole);

                assertThat(((Written) apply(complete)).meta().checksums()).containsExactly(whole);
            }
        }
    }

    @Test
    void aCompositeChecksumIsOverThoseOfTheParts() {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            Upload upload = begin(algorithm, Checksum.Type.COMPOSITE);
            UploadPart one = add(upload, 1, "Hello, ", algorithm);
            UploadPart two = add(upload, 2, "world", algorithm);
            byte[] both = concat(
                    one.checksums().getFirst().toBytes(),
                    two.checksums().getFirst().toBytes());
            Checksum whole =
                    new Checksum(algorithm, Commands.checksum(algorithm, both).value(), Checksum.Type.COMPOSITE);

            assertThat(((Written) apply(claiming(complete(upload, one, two), whole)))
                            .meta()
                            .checksums())
                    .containsExactly(whole);
        }
    }

    @Test
    void partsOfACompositeChecksumAreNumberedFromOneWithoutAGap() throws Throwable {
        for (List<Integer> numbers : List.of(List.of(2), List.of(1, 3))) {
            Upload composite = begin(ChecksumAlgorithm.CRC32, Checksum.Type.COMPOSITE);
            UploadPart[] parts = numbers.stream()
                    .map(number -> add(composite, number, "text", ChecksumAlgorithm.CRC32))
                    .toArray(UploadPart[]::new);
            refusedWithUploadIntact(
                    composite,
                    () -> assertThat(refusal(complete(composite, parts)))
                            .isEqualTo(new InvalidPartOrder(composite.uploadId().value(), numbers.getLast())));
        }
        Upload whole = begin(ChecksumAlgorithm.CRC32, Checksum.Type.FULL_OBJECT);
        UploadPart third = add(whole, 3, "text", ChecksumAlgorithm.CRC32);
        assertThat(apply(complete(whole, third))).isInstanceOf(Written.class);
    }

    @Test
    void theTypeFollowsFromTheAlgorithmWhereNoneIsNamed() {
        Upload crc64 = begin(ChecksumAlgorithm.CRC64NVME, null);
        UploadPart part = add(crc64, 1, "text", ChecksumAlgorithm.CRC64NVME);
        assertThat(((Written) apply(complete(crc64, part))).meta().checksums())
                .containsExactly(Commands.checksum(ChecksumAlgorithm.CRC64NVME, bytes("text")));

        Upload sha = begin(ChecksumAlgorithm.SHA256, null);
        part = add(sha, 1, "text", ChecksumAlgorithm.SHA256);
        assertThat(((Written) apply(complete(sha, part))).meta().checksums())
                .extracting(Checksum::type)
                .containsExactly(Checksum.Type.COMPOSITE);
    }

    @Test
    void anUploadThatAsksForNothingHasTheCrc64OfTheWholeIfItsPartsHaveTheirs() {
        Upload upload = begin();
        UploadPart one = add(upload, 2, "Hello, ", ChecksumAlgorithm.CRC64NVME);
        UploadPart two = add(upload, 5, "world", ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC64NVME);
        assertThat(((Written) apply(complete(upload, one, two))).meta().checksums())
                .containsExactly(Commands.checksum(ChecksumAlgorithm.CRC64NVME, bytes("Hello, world")));

        Upload older = begin();
        UploadPart with = add(older, 1, "Hello, ", ChecksumAlgorithm.CRC64NVME);
        UploadPart without = add(older, 2, "world");
        assertThat(((Written) apply(complete(older, with, without))).meta().checksums())
                .isEmpty();
    }

    @Test
    void aWrongClaimIsABadDigest() throws Throwable {
        Upload upload = begin(ChecksumAlgorithm.CRC32, Checksum.Type.FULL_OBJECT);
        UploadPart part = add(upload, 1, "text", ChecksumAlgorithm.CRC32);
        Checksum wrong = Commands.checksum(ChecksumAlgorithm.CRC32, bytes("other"));

        refusedWithUploadIntact(
                upload,
                () -> assertThat(refusal(claiming(complete(upload, part), wrong)))
                        .isInstanceOfSatisfying(BadDigest.class, flaw -> {
                            assertThat(flaw.expected()).isEqualTo(wrong.value());
                            assertThat(flaw.actual())
                                    .isEqualTo(part.checksums().getFirst().value());
                        }));
    }

    @Test
    void aClaimThatCannotBeToldIsRefused() {
        Upload upload = begin();
        UploadPart part = add(upload, 1, "text", ChecksumAlgorithm.CRC32);

        assertThat(refusal(claiming(complete(upload, part), Commands.checksum(ChecksumAlgorithm.SHA1, bytes("text")))))
                .isInstanceOf(InvalidRequest.class);
        Checksum told = Commands.checksum(ChecksumAlgorithm.CRC32, bytes("text"));
        assertThat(((Written) apply(claiming(complete(upload, part), told)))
                        .meta()
                        .checksums())
                .containsExactly(told);
    }

    @Test
    void claimedChecksumsOfPartsAreCompared() {
        Upload upload = begin(ChecksumAlgorithm.SHA1, Checksum.Type.COMPOSITE);
        UploadPart part = add(upload, 1, "text", ChecksumAlgorithm.SHA1);
        NamedPart wrong =
                new NamedPart(1, part.etag(), List.of(Commands.checksum(ChecksumAlgorithm.SHA1, bytes("other"))));
        NamedPart without = new NamedPart(1, part.etag(), List.of());

        assertThat(refusal(commands.complete(upload, List.of(wrong), OFF))).isInstanceOf(InvalidPart.class);
        assertThat(refusal(commands.complete(upload, List.of(without), OFF))).isInstanceOf(InvalidRequest.class);
        assertThat(apply(complete(upload, part))).isInstanceOf(Written.class);
    }

    @Test
    void partsNeedNoClaimsForAFullObjectChecksum() {
        Upload upload = begin(ChecksumAlgorithm.CRC32C, Checksum.Type.FULL_OBJECT);
        UploadPart part = add(upload, 1, "text", ChecksumAlgorithm.CRC32C);
        NamedPart without = new NamedPart(1, part.etag(), List.of());

        Written written = (Written) apply(commands.complete(upload, List.of(without), OFF));

        assertThat(written.meta().checksums()).isEqualTo(part.checksums());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
