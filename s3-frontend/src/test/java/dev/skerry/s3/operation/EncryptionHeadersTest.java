package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.encryption.DefaultEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3Exception;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EncryptionHeadersTest {
    static final String SSE = "x-amz-server-side-encryption";
    static final String KEY_ID = SSE + "-aws-kms-key-id";
    static final String CONTEXT = SSE + "-context";
    static final String BUCKET_KEY = SSE + "-bucket-key-enabled";
    static final String ALGORITHM = SSE + "-customer-algorithm";
    static final String KEY = SSE + "-customer-key";
    static final String MD5 = SSE + "-customer-key-md5";

    /** 32 bytes and their MD5. */
    static final String A_KEY = "pO3upElrwuEXSoFwCfnZPdSsmt/xWeFa0N9KgDijwVs=";

    static final String ITS_MD5 = "DWygnHRtgiJ77HCm+1rvHw==";

    /** 8 bytes and their MD5. */
    private static final String SHORT_KEY = "MDEyMzQ1Njc=";

    private static final String ITS_SHORT_MD5 = "Lp7DF+GXgZNY+8Q6/KfYNw==";

    private static EncryptionHeaders headers(boolean keys, Compatibility compatibility) {
        return new EncryptionHeaders(new EncryptionHeaders.Settings(keys, true, compatibility));
    }

    private static Bucket bucket(Map<ConfigurationKind, String> configuration) {
        return new Bucket("bucket", "owner", "", new HlcTimestamp(1, 0), Versioning.OFF, null, configuration);
    }

    private static final Bucket PLAIN = bucket(Map.of());

    private static FakeRequest request(String... pairs) {
        FakeRequest request = FakeRequest.of("bucket", "key");
        for (int i = 0; i < pairs.length; i += 2) {
            request.with(pairs[i], pairs[i + 1]);
        }
        return request;
    }

    private static String context(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatAWriteAsksForIsRead() {
        EncryptionHeaders headers = headers(true, Compatibility.AWS);
        assertThat(headers.ofWrite(request(), PLAIN)).isNull();
        assertThat(headers.ofWrite(request(SSE, "AES256"), PLAIN)).isEqualTo(new EncryptionRequest.Managed());
        assertThat(headers.ofWrite(request(SSE, "aws:kms"), PLAIN))
                .isEqualTo(new EncryptionRequest.Kms(null, Map.of(), false));
        assertThat(headers.ofWrite(
                        request(
                                SSE,
                                "aws:kms",
                                KEY_ID,
                                "photos",
                                BUCKET_KEY,
                                "true",
                                CONTEXT,
                                context("{\"a\":\"b\",\"é\":\"\"}")),
                        PLAIN))
                .isEqualTo(new EncryptionRequest.Kms("photos", Map.of("a", "b", "é", ""), true));
        assertThat(headers.ofWrite(request(ALGORITHM, "AES256", KEY, A_KEY, MD5, ITS_MD5), PLAIN))
                .isInstanceOfSatisfying(
                        EncryptionRequest.Customer.class,
                        asked -> assertThat(asked.key().md5()).isEqualTo(ITS_MD5));
    }

    @Test
    void theBucketKeyComesFromTheRequestOrFromTheBucketsDefault() {
        EncryptionHeaders headers = headers(true, Compatibility.AWS);
        Bucket bucket = bucket(Map.of(
                ConfigurationKind.ENCRYPTION, new DefaultEncryption(EncryptionMethod.KMS, "photos", true).document()));
        assertThat(headers.ofWrite(request(SSE, "aws:kms", KEY_ID, "music"), bucket))
                .isEqualTo(new EncryptionRequest.Kms("music", Map.of(), true));
        assertThat(headers.ofWrite(request(BUCKET_KEY, "false"), bucket))
                .isEqualTo(new EncryptionRequest.Kms("photos", Map.of(), false));
        assertThat(headers.ofWrite(request(BUCKET_KEY, "true"), PLAIN)).isNull();
    }

    /** What is wrong, with the code and words AWS has for it. */
    private record Case(String code, String words, String... headers) {}

    private static final String KMS_ONLY = "Server Side Encryption with AWS KMS managed key requires HTTP header"
            + " x-amz-server-side-encryption : aws:kms";
    private static final String INCOMPATIBLE =
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified";

    private static final List<Case> WRONG = List.of(
            new Case("InvalidArgument", "The encryption method specified is not supported", SSE, ""),
            new Case("InvalidArgument", "The encryption method specified is not supported", SSE, "aes:kms"),
            new Case("InvalidArgument", "The encryption method specified is not supported", SSE, "aes256"),
            new Case("NotImplemented", "Dual-layer", SSE, "aws:kms:dsse"),
            new Case("InvalidArgument", KMS_ONLY, KEY_ID, "photos"),
            new Case("InvalidArgument", KMS_ONLY, SSE, "AES256", KEY_ID, "photos"),
            new Case("InvalidArgument", KMS_ONLY, SSE, "AES256", CONTEXT, context("{}")),
            new Case("InvalidArgument", "must be true or false", SSE, "aws:kms", BUCKET_KEY, "yes"),
            new Case("InvalidArgument", "shall be Base64-encoded", SSE, "aws:kms", CONTEXT, "{}"),
            new Case("InvalidArgument", "shall be Base64-encoded", SSE, "aws:kms", CONTEXT, context("")),
            new Case("InvalidArgument", "shall be Base64-encoded", SSE, "aws:kms", CONTEXT, context("[]")),
            new Case("InvalidArgument", "shall be Base64-encoded", SSE, "aws:kms", CONTEXT, context("{\"a\":1}")),
            new Case("InvalidArgument", "shall be Base64-encoded", SSE, "aws:kms", CONTEXT, context("{}{}")),
            new Case(
                    "InvalidArgument",
                    "shall be Base64-encoded",
                    SSE,
                    "aws:kms",
                    CONTEXT,
                    context("{\"a\":\"1\",\"a\":\"2\"}")),
            new Case("InvalidArgument", INCOMPATIBLE, SSE, "AES256", ALGORITHM, "AES256", KEY, A_KEY, MD5, ITS_MD5),
            new Case("InvalidArgument", INCOMPATIBLE, SSE, "aws:kms", MD5, ITS_MD5),
            new Case("InvalidArgument", KMS_ONLY, KEY_ID, "photos", ALGORITHM, "AES256", KEY, A_KEY, MD5, ITS_MD5),
            new Case("InvalidArgument", "a valid encryption algorithm", KEY, A_KEY, MD5, ITS_MD5),
            new Case(
                    "InvalidEncryptionAlgorithmError",
                    "Supported value: AES256",
                    ALGORITHM,
                    "AES192",
                    KEY,
                    A_KEY,
                    MD5,
                    ITS_MD5),
            new Case("InvalidArgument", "an appropriate secret key", ALGORITHM, "AES256"),
            new Case("InvalidArgument", "the client calculated MD5", ALGORITHM, "AES256", KEY, A_KEY),
            new Case(
                    "InvalidArgument",
                    "did not match",
                    ALGORITHM,
                    "AES256",
                    KEY,
                    A_KEY,
                    MD5,
                    "AAAAAAAAAAAAAAAAAAAAAA=="),
            new Case("InvalidArgument", "did not match", ALGORITHM, "AES256", KEY, A_KEY, MD5, "no base64"),
            new Case("InvalidArgument", "was invalid", ALGORITHM, "AES256", KEY, "no base64", MD5, ITS_MD5),
            new Case("InvalidArgument", "was invalid", ALGORITHM, "AES256", KEY, SHORT_KEY, MD5, ITS_SHORT_MD5));

    @Test
    void contradictionsAndMalformedHeadersAreRefusedAsS3Does() {
        for (Case wrong : WRONG) {
            assertThatThrownBy(() -> headers(true, Compatibility.AWS).ofWrite(request(wrong.headers()), PLAIN))
                    .as(String.join(" ", wrong.headers()))
                    .isInstanceOfSatisfying(S3Exception.class, refusal -> {
                        assertThat(refusal.code().wireName()).isEqualTo(wrong.code());
                        assertThat(refusal).hasMessageContaining(wrong.words());
                        assertThat(refusal.getMessage() + refusal.fields()).doesNotContain(A_KEY);
                    });
        }
    }

    @Test
    void aKeyThatCameInTheClearIsRefusedWhereverItComes() {
        EncryptionHeaders headers = headers(true, Compatibility.AWS);
        FakeRequest own = request(ALGORITHM, "AES256", KEY, A_KEY, MD5, ITS_MD5).inTheClear();
        FakeRequest source = request(
                        "x-amz-copy-source-server-side-encryption-customer-algorithm",
                        "AES256",
                        "x-amz-copy-source-server-side-encryption-customer-key",
                        A_KEY,
                        "x-amz-copy-source-server-side-encryption-customer-key-md5",
                        ITS_MD5)
                .inTheClear();
        assertThatThrownBy(() -> headers.ofWrite(own, PLAIN)).hasMessageContaining("secure connection");
        assertThatThrownBy(() -> headers.ofRead(own)).hasMessageContaining("secure connection");
        assertThatThrownBy(() -> headers.ofPart(own)).hasMessageContaining("secure connection");
        assertThatThrownBy(() -> headers.ofSource(source)).hasMessageContaining("secure connection");
        EncryptionHeaders lenient =
                new EncryptionHeaders(new EncryptionHeaders.Settings(true, false, Compatibility.AWS));
        assertThat(lenient.ofRead(own)).isNotNull().extracting(CustomerKey::md5).isEqualTo(ITS_MD5);
        assertThat(lenient.ofSource(source)).isNotNull();
    }

    @Test
    void withoutKeysOnlyTheClientsOwnWillDo() {
        EncryptionHeaders headers = headers(false, Compatibility.AWS);
        for (String method : List.of("AES256", "aws:kms")) {
            assertThatThrownBy(() -> headers.ofWrite(request(SSE, method), PLAIN))
                    .isInstanceOfSatisfying(
                            S3Exception.class,
                            refusal -> assertThat(refusal.code().wireName()).isEqualTo("NotImplemented"));
        }
        assertThat(headers.ofWrite(request(ALGORITHM, "AES256", KEY, A_KEY, MD5, ITS_MD5), PLAIN))
                .isInstanceOf(EncryptionRequest.Customer.class);
    }

    @Test
    void readsAndPartsDoNotSayHowToEncrypt() {
        for (String name : List.of(SSE, KEY_ID, CONTEXT, BUCKET_KEY)) {
            FakeRequest request = request(name, "x");
            assertThatThrownBy(() -> headers(true, Compatibility.AWS).ofRead(request))
                    .hasMessage(name + " header is not supported for this operation.");
            assertThatThrownBy(() -> headers(true, Compatibility.AWS).ofPart(request))
                    .hasMessage(name + " header is not supported for this operation.");
            assertThatThrownBy(() -> headers(true, Compatibility.CEPH).ofRead(request))
                    .hasMessage(name + " header is not supported for this operation.");
            assertThat(headers(true, Compatibility.CEPH).ofPart(request)).isNull();
        }
    }

    @Test
    void cephWantsTheNameOfAKey() {
        assertThatThrownBy(() -> headers(true, Compatibility.CEPH).ofWrite(request(SSE, "aws:kms"), PLAIN))
                .hasMessageContaining(KEY_ID);
    }

    @Test
    void aContextIsWrittenAsItIsRead() {
        Map<String, String> context = Map.of("a", "\"b\"", "é", "");
        assertThat(EncryptionContext.read(EncryptionContext.write(context))).isEqualTo(context);
    }
}
