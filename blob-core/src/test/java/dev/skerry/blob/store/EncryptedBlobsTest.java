package dev.skerry.blob.store;

import static dev.skerry.blob.failure.Failures.failureOf;
import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.encryption.DefaultEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.blob.encryption.EncryptionRequest.Customer;
import dev.skerry.blob.encryption.EncryptionRequest.Kms;
import dev.skerry.blob.encryption.EncryptionRequest.Managed;
import dev.skerry.blob.encryption.FakeKeyService;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobBody.Expected;
import dev.skerry.blob.upkeep.Pace;
import dev.skerry.blob.upkeep.Scrubber;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedBlobsTest {
    private static final String BUCKET = "bucket";
    private static final BlobPath PATH = BlobPath.of(BUCKET, "key");
    private static final String MARKER = "plain to see, if it were";
    private static final CustomerKey CUSTOMER = customerKey(1);
    private static final List<EncryptionRequest> REQUESTS =
            List.of(new Managed(), new Kms("testkey-1", Map.of("a", "b"), false), new Customer(CUSTOMER));
    private static final int[] SIZES = {0, 1, 8176, 8192, 8193, 65520, 65521, 65536, 131072, 299_999, 300_001, 700_001};

    @TempDir
    Path data;

    private FakeKeyService keys;
    private StoreFixture fixture;
    private BlobStore blobs;
    private Uploads uploads;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, Versioning.ENABLED);
        keys = fixture.keys;
        blobs = fixture.store.blobs();
        uploads = fixture.store.uploads();
    }

    private static CustomerKey customerKey(int fill) {
        byte[] bytes = new byte[CustomerKey.LENGTH_BYTES];
        Arrays.fill(bytes, (byte) fill);
        return CustomerKey.of(bytes);
    }

    private static @Nullable CustomerKey keyOf(@Nullable EncryptionRequest request) {
        return request instanceof Customer(CustomerKey key) ? key : null;
    }

    /** Bytes in which the marker comes again and again. */
    private static byte[] marked(int length) {
        return Arrays.copyOf(MARKER.repeat(length / MARKER.length() + 1).getBytes(StandardCharsets.US_ASCII), length);
    }

    private BlobMeta put(byte[] bytes, @Nullable EncryptionRequest encryption) {
        return put(TestBody.of(bytes), encryption, Set.of(), false);
    }

    private BlobMeta put(
            TestBody body,
            @Nullable EncryptionRequest encryption,
            Set<ChecksumAlgorithm> checksums,
            boolean hashWhole) {
        return blobs.put(
                        new PutBlobRequest(
                                PATH,
                                BlobAttributes.ownedBy(StoreFixture.OWNER),
                                List.of(),
                                checksums,
                                hashWhole,
                                null,
                                null,
                                encryption),
                        body)
                .meta();
    }

    private byte[] read(@Nullable CustomerKey key) {
        try (BlobReader reader = blobs.open(PATH, VersionSelector.CURRENT, key)) {
            return StoreFixture.drain(reader);
        }
    }

    private BlobContent content(BlobMeta meta) {
        return fixture.metadata
                .byBlobId(fixture.placement.computePlacement(PATH).slot(), meta.blobId())
                .orElseThrow()
                .content();
    }

    private static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    /** Fails where anything stored of the generation has the marker in it. */
    private void assertSealed(BlobMeta meta) throws Exception {
        if (content(meta) instanceof BlobContent.Inline(byte[] bytes, int _)) {
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain(MARKER.substring(0, 8));
        }
        for (Path file : fixture.files()) {
            assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                    .doesNotContain(MARKER.substring(0, 8));
        }
    }

    @Test
    void whatWasWrittenIsReadBackAndNothingOfItLiesOpen() throws Exception {
        for (EncryptionRequest request : REQUESTS) {
            for (int size : SIZES) {
                for (boolean declared : new boolean[] {true, false}) {
                    byte[] body = marked(size);
                    TestBody source =
                            TestBody.of(body).declaring(declared ? OptionalLong.of(size) : OptionalLong.empty());
                    BlobMeta meta = put(source, request, Set.of(), false);
                    assertThat(meta.sizeBytes()).isEqualTo(size);
                    assertThat(read(keyOf(request))).isEqualTo(body);
                    assertSealed(meta);
                }
            }
        }
    }

    @Test
    void aWriteWithoutAWordIsPlain() {
        BlobMeta meta = put(bytes(1, 100_000), null);
        assertThat(meta.attributes().encryption()).isNull();
        assertThat(read(null)).isEqualTo(bytes(1, 100_000));
        assertThat(keys.unwrapped()).isZero();
    }

    @Test
    void rangesAreTheSameRunOfBytes() {
        for (int size : new int[] {5000, 1_000_003}) {
            byte[] body = bytes(7, size);
            put(body, new Managed());
            Random random = new Random(11);
            try (BlobReader reader = blobs.open(PATH, VersionSelector.CURRENT)) {
                for (int i = 0; i < 200; i++) {
                    int from = random.nextInt(body.length + 1);
                    int length = random.nextInt(body.length - from + 1) / (1 + random.nextInt(1000));
                    reader.range(from, length);
                    assertThat(StoreFixture.drain(reader)).isEqualTo(Arrays.copyOfRange(body, from, from + length));
                }
            }
        }
    }

    @Test
    void whatIsKeptOfDigestsDependsOnTheMethod() throws Exception {
        for (int size : new int[] {5000, 200_000, 700_000}) {
            byte[] body = bytes(size, size);
            BlobMeta managed = put(TestBody.of(body), new Managed(), Set.of(), true);
            assertThat(managed.etag()).isEqualTo(hex("MD5", body));
            assertThat(managed.sha256()).isEqualTo(new Sha256(hex("SHA-256", body)));
            assertThat(managed.nativeEtag()).isEqualTo(hex("SHA-256", body));
            assertThat(managed.etagIsMd5()).isTrue();
            for (EncryptionRequest request : REQUESTS.subList(1, 3)) {
                BlobMeta meta = put(TestBody.of(body), request, Set.of(), true);
                assertThat(meta.etag()).hasSize(32).isNotEqualTo(hex("MD5", body));
                assertThat(meta.etagIsMd5()).isFalse();
                assertThat(meta.sha256()).isNull();
                assertThat(meta.nativeEtag())
                        .doesNotContain(hex("SHA-256", body))
                        .contains("-");
            }
        }
    }

    @Test
    void whatTheClientSaysOfItsBytesIsHeldAgainstThePlainOnes() throws Exception {
        for (EncryptionRequest request : REQUESTS) {
            for (int size : new int[] {5000, 200_000, 700_000}) {
                byte[] body = bytes(size, size);
                Expected right = new Expected(hex("MD5", body), new Sha256(hex("SHA-256", body)), List.of());
                Expected wrong = new Expected(hex("MD5", bytes(1, 1)), null, List.of());
                Expected late = new Expected(null, new Sha256(hex("SHA-256", bytes(1, 1))), List.of());
                put(TestBody.of(body).expecting(right), request, Set.of(ChecksumAlgorithm.values()), false);
                put(TestBody.of(body).trailing(right), request, Set.of(), false);
                assertThat(failureOf(() -> put(TestBody.of(body).expecting(wrong), request, Set.of(), false)))
                        .isInstanceOf(StoreFailure.BadDigest.class);
                assertThat(failureOf(() -> put(TestBody.of(body).trailing(late), request, Set.of(), false)))
                        .isInstanceOf(StoreFailure.BadDigest.class);
                assertThat(read(keyOf(request))).isEqualTo(body);
            }
        }
    }

    @Test
    void aVersionIsReadWithTheKeyItWasWrittenWithOnly() {
        for (byte[] body : List.of(bytes(1, 0), bytes(1, 100), bytes(1, 100_000))) {
            put(body, new Customer(CUSTOMER));
            assertThat(failureOf(() -> read(null))).isEqualTo(new StoreFailure.CustomerKeyMissing(PATH, false));
            assertThat(failureOf(() -> read(customerKey(2)))).isEqualTo(new StoreFailure.CustomerKeyWrong(PATH, false));
            assertThat(failureOf(() -> blobs.head(PATH, VersionSelector.CURRENT, null)))
                    .isEqualTo(new StoreFailure.CustomerKeyMissing(PATH, false));
            assertThat(blobs.head(PATH, VersionSelector.CURRENT, CUSTOMER).sizeBytes())
                    .isEqualTo(body.length);
            assertThat(blobs.head(PATH, VersionSelector.CURRENT).sizeBytes()).isEqualTo(body.length);
        }
        for (EncryptionRequest request : Arrays.asList(null, new Managed())) {
            put(bytes(1, 100), request);
            assertThat(failureOf(() -> read(CUSTOMER)))
                    .isEqualTo(new StoreFailure.CustomerKeyNotApplicable(PATH, false));
            assertThat(failureOf(() -> blobs.head(PATH, VersionSelector.CURRENT, CUSTOMER)))
                    .isEqualTo(new StoreFailure.CustomerKeyNotApplicable(PATH, false));
        }
    }

    @Test
    void aKeyThatIsGoneFailsReadsAndWritesClearly() {
        put(bytes(1, 100), REQUESTS.get(1));
        keys.disable("testkey-1");
        assertThat(failureOf(() -> read(null))).isEqualTo(new StoreFailure.KeyDisabled("testkey-1"));
        keys.remove("testkey-1");
        assertThat(failureOf(() -> read(null))).isEqualTo(new StoreFailure.KeyUnknown("testkey-1"));
        TestBody body = TestBody.of(bytes(1, 100));
        assertThat(failureOf(() -> put(body, REQUESTS.get(1), Set.of(), false)))
                .isEqualTo(new StoreFailure.KeyUnknown("testkey-1"));
        assertThat(body.given()).isZero();
        assertThat(body.closed()).isTrue();
        keys.available(false);
        assertThat(failureOf(() -> put(bytes(1, 100), new Managed())))
                .isInstanceOf(StoreFailure.KeyServiceUnavailable.class);
        assertThat(fixture.files()).isEmpty();
    }

    @Test
    void theBucketsDefaultHoldsForWritesWithoutAWord() {
        configure(new DefaultEncryption(EncryptionMethod.KMS, "testkey-1", true));
        BlobEncryption kept = put(bytes(1, 100), null).attributes().encryption();
        assertThat(kept).isNotNull();
        assertThat(kept.method()).isEqualTo(EncryptionMethod.KMS);
        assertThat(kept.keyId()).isEqualTo("testkey-1");
        assertThat(kept.bucketKey()).isTrue();
        assertThat(put(bytes(1, 100), new Customer(CUSTOMER)).attributes().encryption())
                .satisfies(other -> assertThat(other.method()).isEqualTo(EncryptionMethod.CUSTOMER));
        Upload upload = uploads.begin(PATH, BlobAttributes.ownedBy("owner"), "owner", null, null);
        assertThat(upload.attributes().encryption())
                .satisfies(other -> assertThat(other.method()).isEqualTo(EncryptionMethod.KMS));
        configure(null);
        assertThat(put(bytes(1, 100), null).attributes().encryption()).isNull();
    }

    private void configure(@Nullable DefaultEncryption encryption) {
        fixture.store
                .buckets()
                .configure(BUCKET, ConfigurationKind.ENCRYPTION, encryption == null ? null : encryption.document());
    }

    @Test
    void noWriteSaysItselfHowItIsEncrypted() {
        BlobEncryption foreign = put(bytes(1, 100), new Managed()).attributes().encryption();
        BlobAttributes attributes = BlobAttributes.ownedBy("owner").withEncryption(foreign);
        BlobMeta meta = blobs.put(
                        new PutBlobRequest(PATH, attributes, List.of(), Set.of(), false, null, null),
                        TestBody.of(bytes(2, 100)))
                .meta();
        assertThat(meta.attributes().encryption()).isNull();
        assertThat(read(null)).isEqualTo(bytes(2, 100));
    }

    @Test
    void tagsDeletionAndUndeletionLeaveItReadable() {
        byte[] body = bytes(1, 100_000);
        put(body, new Managed());
        blobs.setTags(PATH, VersionSelector.CURRENT, Map.of("a", "b"));
        blobs.setAcl(PATH, VersionSelector.CURRENT, "{}");
        blobs.delete(PATH, List.of());
        blobs.undelete(PATH, null);
        assertThat(read(null)).isEqualTo(body);
    }

    @Test
    void aRetryByWriteIdIsAReplayThoughItsKeyIsAnother() {
        PutBlobRequest request = new PutBlobRequest(
                PATH, BlobAttributes.ownedBy("owner"), List.of(), Set.of(), true, null, "id", REQUESTS.get(1));
        CommandResult.Written first = blobs.put(request, TestBody.of(bytes(1, 100)));
        CommandResult.Written again = blobs.put(request, TestBody.of(bytes(1, 100)));
        assertThat(again.replay()).isTrue();
        assertThat(again.meta()).isEqualTo(first.meta());
        assertThat(failureOf(() -> blobs.put(request, TestBody.of(bytes(1, 101)))))
                .isInstanceOf(StoreFailure.WriteIdReused.class);
        assertThat(read(null)).isEqualTo(bytes(1, 100));
    }

    @Test
    void theScrubberNeedsNoKeys() throws Exception {
        for (EncryptionRequest request : REQUESTS) {
            put(bytes(1, 700_000), request);
        }
        keys.available(false);
        Scrubber scrubber = new Scrubber(fixture.metadata, fixture.parts, fixture.time, StoreListener.NONE);
        Scrubber.Progress whole = scrubber.scrub(Scrubber.Position.START, Long.MAX_VALUE, Long.MAX_VALUE, new Pace());
        assertThat(whole.damaged()).isEmpty();
        assertThat(whole.parts()).isEqualTo(fixture.files().size());
        Path file = fixture.files().get(1);
        byte[] flipped = Files.readAllBytes(file);
        flipped[flipped.length - 1] ^= 1;
        Files.write(file, flipped);
        assertThat(scrubber.scrub(Scrubber.Position.START, Long.MAX_VALUE, Long.MAX_VALUE, new Pace())
                        .damaged())
                .hasSize(1);
    }

    @Test
    void partsOfAnUploadJoinUnderOneKey() throws Exception {
        for (EncryptionRequest request : REQUESTS) {
            CustomerKey key = keyOf(request);
            Upload upload = begin(request);
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            List<NamedPart> named = new ArrayList<>();
            for (int size : new int[] {700_001, 10, 65_520, 0}) {
                byte[] bytes = marked(size);
                whole.writeBytes(bytes);
                UploadPart part = part(upload, named.size() + 1, bytes, key);
                assertThat(part.sizeBytes()).isEqualTo(size);
                assertThat(part.etag().equals(hex("MD5", bytes))).isEqualTo(request instanceof Managed);
                assertThat(part(upload, named.size() + 1, bytes, key).etag()).isEqualTo(part.etag());
                named.add(new NamedPart(part.number(), part.etag(), List.of()));
            }
            BlobMeta meta = uploads.complete(new Uploads.Completion(
                            PATH, upload.uploadId().value(), named, List.of(), null, (long) whole.size()))
                    .meta();
            assertThat(meta.sizeBytes()).isEqualTo(whole.size());
            assertThat(meta.etag()).endsWith("-4");
            assertThat(read(key)).isEqualTo(whole.toByteArray());
            assertSealed(meta);
        }
    }

    @Test
    void partsComeWithTheKeyTheUploadBeganWith() {
        Upload customer = begin(new Customer(CUSTOMER));
        assertThat(failureOf(() -> part(customer, 1, bytes(1, 100), null)))
                .isEqualTo(new StoreFailure.CustomerKeyMissing(PATH, true));
        assertThat(failureOf(() -> part(customer, 1, bytes(1, 100), customerKey(2))))
                .isEqualTo(new StoreFailure.CustomerKeyWrong(PATH, true));
        for (EncryptionRequest request : Arrays.asList(null, new Managed())) {
            Upload other = begin(request);
            assertThat(failureOf(() -> part(other, 1, bytes(1, 100), CUSTOMER)))
                    .isEqualTo(new StoreFailure.CustomerKeyNotApplicable(PATH, true));
        }
        Upload managed = begin(new Managed());
        keys.available(false);
        assertThat(failureOf(() -> part(managed, 1, bytes(1, 100), null)))
                .isInstanceOf(StoreFailure.KeyServiceUnavailable.class);
        assertThat(fixture.files()).isEmpty();
    }

    private Upload begin(@Nullable EncryptionRequest request) {
        return uploads.begin(PATH, BlobAttributes.ownedBy("owner"), "owner", null, null, request);
    }

    private UploadPart part(Upload upload, int number, byte[] bytes, @Nullable CustomerKey key) {
        return uploads.putPart(PATH, upload.uploadId().value(), number, Set.of(), TestBody.of(bytes), key);
    }
}
