package dev.skerry.blob.encryption;

import static dev.skerry.blob.failure.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.encryption.EncryptionRequest.Customer;
import dev.skerry.blob.encryption.EncryptionRequest.Kms;
import dev.skerry.blob.encryption.EncryptionRequest.Managed;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentKeysTest {
    private static final BlobPath PATH = BlobPath.of("bucket", "key");
    private static final BlobId ID = new BlobId("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    private static final BlobId OTHER = new BlobId("01ARZ3NDEKTSV4RRFFQ69G5FAW");
    private static final byte[] PLAIN = "something to hide".getBytes(StandardCharsets.UTF_8);
    private static final String MD5 = "0123456789abcdef0123456789abcdef";
    private static final CustomerKey CUSTOMER = customerKey(1);

    private final FakeKeyService service = new FakeKeyService("testkey-1");
    private final ContentKeys keys = new ContentKeys(service, new SecureRandom());

    private static CustomerKey customerKey(int fill) {
        byte[] bytes = new byte[CustomerKey.LENGTH_BYTES];
        Arrays.fill(bytes, (byte) fill);
        return CustomerKey.of(bytes);
    }

    @Test
    void whatOneKeySealedItsSuccessorOpens() {
        for (EncryptionRequest request :
                List.of(new Managed(), new Kms("testkey-1", Map.of("a", "b"), true), new Customer(CUSTOMER))) {
            try (ContentKey made = keys.make(request);
                    ContentKey found = keys.find(
                            PATH, false, made.kept(), request instanceof Customer(CustomerKey key) ? key : null)) {
                assertThat(found).isNotNull();
                byte[] sealed = made.sealInline(ID, PLAIN);
                assertThat(found.openInline(ID, sealed)).hasValue(PLAIN);
                assertThat(found.openInline(OTHER, sealed)).isEmpty();
                assertThat(found.openInline(ID, new byte[3])).isEmpty();
                assertThat(found.etag(MD5)).isEqualTo(made.etag(MD5));
            }
        }
    }

    @Test
    void whatIsKeptSaysHowItWasAskedFor() {
        assertThat(keys.make(new Managed()).kept()).satisfies(kept -> {
            assertThat(kept.method()).isEqualTo(EncryptionMethod.MANAGED);
            assertThat(kept.keyId()).isNull();
        });
        assertThat(keys.make(new Kms("testkey-1", Map.of("a", "b"), true)).kept())
                .satisfies(kept -> {
                    assertThat(kept.keyId()).isEqualTo("testkey-1");
                    assertThat(kept.context()).isEqualTo(Map.of("a", "b"));
                    assertThat(kept.bucketKey()).isTrue();
                });
        assertThat(keys.make(new Customer(CUSTOMER)).kept().customerKeyMd5()).isEqualTo(CUSTOMER.md5());
    }

    @Test
    void everyFileHasAKeyOfItsOwn() {
        try (ContentKey key = keys.make(new Managed())) {
            ByteBuffer stored = ByteBuffer.allocate(PLAIN.length + FrameCipher.TAG_BYTES);
            key.ofFile(ID, 1).seal(0, true, ByteBuffer.wrap(PLAIN), stored);
            stored.flip();
            for (FrameCipher other : List.of(key.ofFile(ID, 2), key.ofFile(OTHER, 1), key.ofFile(ID, 11))) {
                assertThat(other.open(0, true, stored.duplicate(), ByteBuffer.allocate(PLAIN.length)))
                        .isFalse();
            }
            assertThat(key.ofFile(ID, 1).open(0, true, stored.duplicate(), ByteBuffer.allocate(PLAIN.length)))
                    .isTrue();
        }
    }

    @Test
    void onlyWhatTheStoreEncryptsInItsOwnNameShowsItsMd5() {
        assertThat(keys.make(new Managed()).etag(MD5)).isEqualTo(MD5);
        for (EncryptionRequest request : List.of(new Kms("testkey-1", Map.of(), false), new Customer(CUSTOMER))) {
            try (ContentKey key = keys.make(request);
                    ContentKey other = keys.make(request)) {
                assertThat(key.etag(MD5)).hasSize(32).isNotEqualTo(MD5).isNotEqualTo(other.etag(MD5));
            }
        }
    }

    @Test
    void aClientsKeyIsWantedWhereItWasUsedAndNowhereElse() {
        BlobEncryption kept = keys.make(new Customer(CUSTOMER)).kept();
        BlobEncryption managed = keys.make(new Managed()).kept();
        assertThat(failureOf(() -> keys.find(PATH, false, kept, null)))
                .isEqualTo(new StoreFailure.CustomerKeyMissing(PATH, false));
        assertThat(failureOf(() -> keys.find(PATH, true, kept, customerKey(2))))
                .isEqualTo(new StoreFailure.CustomerKeyWrong(PATH, true));
        assertThat(failureOf(() -> keys.find(PATH, false, managed, CUSTOMER)))
                .isEqualTo(new StoreFailure.CustomerKeyNotApplicable(PATH, false));
        assertThat(failureOf(() -> keys.find(PATH, false, null, CUSTOMER)))
                .isEqualTo(new StoreFailure.CustomerKeyNotApplicable(PATH, false));
        assertThat(keys.find(PATH, false, null, null)).isNull();
    }

    @Test
    void aDataKeyThatIsNotWhatWasWrappedIsCorrupt() {
        BlobEncryption customer = keys.make(new Customer(CUSTOMER)).kept();
        BlobEncryption managed = keys.make(new Managed()).kept();
        for (String wrapped : List.of("", "?", Base64.getEncoder().encodeToString(new byte[60]))) {
            assertThat(failureOf(() -> keys.find(PATH, false, with(customer, wrapped), CUSTOMER)))
                    .isInstanceOf(StoreFailure.Corrupt.class);
            assertThat(failureOf(() -> keys.find(PATH, false, with(managed, wrapped), null)))
                    .isInstanceOf(StoreFailure.Corrupt.class);
        }
    }

    private static BlobEncryption with(BlobEncryption kept, String wrapped) {
        return new BlobEncryption(
                kept.method(), kept.keyId(), wrapped, kept.context(), kept.bucketKey(), kept.customerKeyMd5());
    }

    @Test
    void aKeyThatIsClosedOpensNothing() {
        ContentKey key = keys.make(new Managed());
        byte[] sealed = key.sealInline(ID, PLAIN);
        key.close();
        assertThat(key.openInline(ID, sealed)).isEmpty();
    }

    @Test
    void noKeyIsShown() throws Exception {
        byte[] bytes = new byte[CustomerKey.LENGTH_BYTES];
        new SecureRandom().nextBytes(bytes);
        CustomerKey key = CustomerKey.of(bytes);
        String hex = HexFormat.of().formatHex(bytes);
        String base64 = Base64.getEncoder().encodeToString(bytes);
        Customer request = new Customer(key);
        assertThat(key + " " + request + " " + keys.make(request) + " " + service.newDataKey(null, Map.of()))
                .doesNotContain(hex, base64, "[B@");
        assertThat(key.md5())
                .isEqualTo(Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("MD5").digest(bytes)));
        assertThatIllegalArgumentException().isThrownBy(() -> CustomerKey.of(new byte[16]));
    }
}
