package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.EncryptionHeadersTest.ALGORITHM;
import static dev.skerry.s3.operation.EncryptionHeadersTest.A_KEY;
import static dev.skerry.s3.operation.EncryptionHeadersTest.BUCKET_KEY;
import static dev.skerry.s3.operation.EncryptionHeadersTest.CONTEXT;
import static dev.skerry.s3.operation.EncryptionHeadersTest.ITS_MD5;
import static dev.skerry.s3.operation.EncryptionHeadersTest.KEY;
import static dev.skerry.s3.operation.EncryptionHeadersTest.KEY_ID;
import static dev.skerry.s3.operation.EncryptionHeadersTest.MD5;
import static dev.skerry.s3.operation.EncryptionHeadersTest.SSE;
import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.encryption.FakeKeyService;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EncryptionOperationsTest extends OperationsTest {
    private static final String OTHER_KEY = "6b+WOZ1T3cqZMxgThRcXAQBrS5mXKdDUphvpxptl9/4=";
    private static final String ITS_OTHER_MD5 = "arxBvwY2V4SiOne6yppVPQ==";
    private static final String SHOWN_MD5 = "x-amz-server-side-encryption-customer-key-MD5";
    private static final String SOURCE = "x-amz-copy-source-server-side-encryption-customer-";
    private static final String CONTENT = "what is to be kept from others";

    private final FakeKeyService keys = new FakeKeyService("photos", "music");

    @Override
    KeyService keys() {
        return keys;
    }

    @BeforeEach
    void aBucket() {
        createBucket();
    }

    static FakeRequest own(FakeRequest request) {
        return request.with(ALGORITHM, "AES256").with(KEY, A_KEY).with(MD5, ITS_MD5);
    }

    static FakeRequest other(FakeRequest request) {
        return request.with(ALGORITHM, "AES256").with(KEY, OTHER_KEY).with(MD5, ITS_OTHER_MD5);
    }

    static FakeRequest kms(FakeRequest request, String keyId) {
        return request.with(SSE, "aws:kms").with(KEY_ID, keyId);
    }

    static FakeRequest object(String key) {
        return FakeRequest.of(BUCKET, key);
    }

    private Map<String, String> put(FakeRequest request) {
        return call(S3Operation.PUT_OBJECT, request.body(CONTENT)).headers();
    }

    private XmlElement configuration() {
        return xml(S3Operation.GET_BUCKET_ENCRYPTION, FakeRequest.of(BUCKET))
                .first("Rule")
                .orElseThrow();
    }

    private void configure(String rule) {
        call(
                S3Operation.PUT_BUCKET_ENCRYPTION,
                FakeRequest.of(BUCKET)
                        .body("<ServerSideEncryptionConfiguration>" + rule + "</ServerSideEncryptionConfiguration>"));
    }

    private static String rule(String inside) {
        return "<Rule><ApplyServerSideEncryptionByDefault>" + inside + "</ApplyServerSideEncryptionByDefault></Rule>";
    }

    @Test
    void aNewBucketEncryptsAsItSays() {
        assertThat(configuration()
                        .first("ApplyServerSideEncryptionByDefault")
                        .orElseThrow()
                        .textOf("SSEAlgorithm"))
                .contains("AES256");
        assertThat(configuration().textOf("BucketKeyEnabled")).contains("false");
        assertThat(put(object("key"))).containsEntry(SSE, "AES256");
        S3Response read = call(S3Operation.GET_OBJECT, object("key"));
        assertThat(read.headers()).containsEntry(SSE, "AES256");
        assertThat(body(read)).isEqualTo(CONTENT);
        assertThat(call(S3Operation.HEAD_OBJECT, object("key")).headers()).containsEntry(SSE, "AES256");
    }

    @Test
    void whatTheDefaultIsHoldsForWritesUntilItIsDeleted() {
        configure(rule("<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>photos</KMSMasterKeyID>")
                .replace("</Rule>", "<BucketKeyEnabled>true</BucketKeyEnabled></Rule>"));
        assertThat(put(object("key")))
                .containsEntry(SSE, "aws:kms")
                .containsEntry(KEY_ID, "photos")
                .containsEntry(BUCKET_KEY, "true");
        assertThat(put(object("other").with(SSE, "AES256")))
                .containsEntry(SSE, "AES256")
                .doesNotContainKey(KEY_ID);
        XmlElement standard =
                configuration().first("ApplyServerSideEncryptionByDefault").orElseThrow();
        assertThat(standard.textOf("KMSMasterKeyID")).contains("photos");
        call(S3Operation.DELETE_BUCKET_ENCRYPTION, FakeRequest.of(BUCKET));
        assertThat(put(object("later"))).containsEntry(SSE, "AES256").doesNotContainKey(KEY_ID);
        assertThat(get("key")).isEqualTo(CONTENT);
    }

    @Test
    void aDefaultThatCannotBeIsRefused() {
        String some = "<SSEAlgorithm>AES256</SSEAlgorithm>";
        for (String malformed : List.of(
                "",
                rule(some) + rule(some),
                rule(""),
                rule("<SSEAlgorithm>AES512</SSEAlgorithm>"),
                rule(some).replace("</Rule>", "<BucketKeyEnabled>perhaps</BucketKeyEnabled></Rule>"),
                rule("<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>" + "k".repeat(2049)
                        + "</KMSMasterKeyID>"))) {
            assertRefused(S3ErrorCode.MALFORMED_XML, () -> configure(malformed));
        }
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT, () -> configure(rule(some + "<KMSMasterKeyID>photos</KMSMasterKeyID>")));
        assertRefused(S3ErrorCode.NOT_IMPLEMENTED, () -> configure(rule("<SSEAlgorithm>aws:kms:dsse</SSEAlgorithm>")));
        assertRefused(
                S3ErrorCode.NOT_IMPLEMENTED,
                () -> configure(rule(some)
                        .replace(
                                "</Rule>",
                                "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType>"
                                        + "</BlockedEncryptionTypes></Rule>")));
        configure(
                rule(some)
                        .replace(
                                "</Rule>",
                                "<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes></Rule>"));
    }

    @Test
    void aKeyAndAContextAreShownAndTheContextToItsWriterOnly() {
        String context = Base64.getEncoder().encodeToString("{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(put(kms(object("key"), "photos").with(CONTEXT, context)))
                .containsEntry(SSE, "aws:kms")
                .containsEntry(KEY_ID, "photos")
                .containsEntry(CONTEXT, context)
                .doesNotContainKey(BUCKET_KEY);
        S3Response read = call(S3Operation.GET_OBJECT, object("key"));
        assertThat(read.headers()).containsEntry(KEY_ID, "photos").doesNotContainKey(CONTEXT);
        assertThat(body(read)).isEqualTo(CONTENT);
        assertThat(put(object("unnamed").with(SSE, "aws:kms"))).containsEntry(KEY_ID, "aws/s3");
    }

    @Test
    void keysThatCannotBeHadAreToldApart() {
        assertRefused(S3ErrorCode.KMS_NOT_FOUND, () -> put(kms(object("key"), "no-such-key")));
        put(kms(object("key"), "photos"));
        keys.disable("photos");
        assertRefused(S3ErrorCode.KMS_DISABLED, () -> call(S3Operation.GET_OBJECT, object("key")));
        assertRefused(S3ErrorCode.KMS_DISABLED, () -> put(kms(object("key"), "photos")));
        keys.available(false);
        assertRefused(S3ErrorCode.SERVICE_UNAVAILABLE, () -> call(S3Operation.GET_OBJECT, object("key")));
        assertThat(call(S3Operation.HEAD_OBJECT, object("key")).headers()).containsEntry(KEY_ID, "photos");
    }

    @Test
    void aClientsKeyIsWantedByEverythingThatShowsTheObject() {
        assertThat(put(own(object("key"))))
                .containsEntry(ALGORITHM, "AES256")
                .containsEntry(SHOWN_MD5, ITS_MD5)
                .doesNotContainKey(SSE);
        for (S3Operation operation :
                List.of(S3Operation.GET_OBJECT, S3Operation.HEAD_OBJECT, S3Operation.GET_OBJECT_ATTRIBUTES)) {
            assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(operation, attributes(object("key"))));
            assertRefused(S3ErrorCode.ACCESS_DENIED, () -> call(operation, attributes(other(object("key")))));
            assertThat(call(operation, attributes(own(object("key")))).status()).isEqualTo(200);
        }
        S3Response read = call(S3Operation.GET_OBJECT, own(object("key")));
        assertThat(read.headers()).containsEntry(ALGORITHM, "AES256").containsEntry(SHOWN_MD5, ITS_MD5);
        assertThat(body(read)).isEqualTo(CONTENT);
        put(object("plain").with(SSE, "AES256"));
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.GET_OBJECT, own(object("plain"))));
    }

    @Test
    void aPartThatIsNotThereIsNotAskedAKeyFor() {
        put(own(object("key")));
        assertRefused(
                S3ErrorCode.INVALID_PART_NUMBER,
                () -> call(S3Operation.GET_OBJECT, object("key").ask("partNumber", "2")));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(S3Operation.GET_OBJECT, object("key").ask("partNumber", "1")));
    }

    private static FakeRequest attributes(FakeRequest request) {
        return request.with("x-amz-object-attributes", "ETag,ObjectSize");
    }

    @Test
    void aCopyReadsWithOneKeyAndWritesWithAnother() {
        put(own(object("key")));
        FakeRequest copy = other(object("copy")).with("x-amz-copy-source", BUCKET + "/key");
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.COPY_OBJECT, copy));
        FakeRequest complete = copy.with(SOURCE + "algorithm", "AES256")
                .with(SOURCE + "key", A_KEY)
                .with(SOURCE + "key-md5", ITS_MD5);
        assertThat(call(S3Operation.COPY_OBJECT, complete).headers()).containsEntry(SHOWN_MD5, ITS_OTHER_MD5);
        assertThat(body(call(S3Operation.GET_OBJECT, other(object("copy"))))).isEqualTo(CONTENT);
        assertThat(call(
                                S3Operation.COPY_OBJECT,
                                kms(object("kms"), "music")
                                        .with("x-amz-copy-source", BUCKET + "/copy")
                                        .with(SOURCE + "algorithm", "AES256")
                                        .with(SOURCE + "key", OTHER_KEY)
                                        .with(SOURCE + "key-md5", ITS_OTHER_MD5))
                        .headers())
                .containsEntry(KEY_ID, "music");
        assertThat(get("kms")).isEqualTo(CONTENT);
    }

    @Test
    void anObjectIsCopiedOntoItselfToEncryptItAnew() {
        put(object("key"));
        FakeRequest same = object("key").with("x-amz-copy-source", BUCKET + "/key");
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.COPY_OBJECT, same));
        assertThat(call(S3Operation.COPY_OBJECT, kms(same, "photos")).headers()).containsEntry(KEY_ID, "photos");
        assertThat(get("key")).isEqualTo(CONTENT);
    }

    private String begin(FakeRequest request) {
        return xml(S3Operation.CREATE_MULTIPART_UPLOAD, request)
                .textOf("UploadId")
                .orElseThrow();
    }

    private static FakeRequest part(String upload) {
        return object("key").ask("uploadId", upload).ask("partNumber", "1").body(CONTENT);
    }

    @Test
    void allPartsComeWithTheKeyTheirUploadBeganWith() {
        String upload = begin(own(object("key")));
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.UPLOAD_PART, part(upload)));
        assertRefused(S3ErrorCode.INVALID_REQUEST, () -> call(S3Operation.UPLOAD_PART, other(part(upload))));
        Map<String, String> written =
                call(S3Operation.UPLOAD_PART, own(part(upload))).headers();
        assertThat(written).containsEntry(SHOWN_MD5, ITS_MD5);
        String etag = String.valueOf(written.get("ETag"));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(
                        S3Operation.COMPLETE_MULTIPART_UPLOAD,
                        other(UploadOperationsTest.completion(upload, UploadOperationsTest.part(1, etag)))));
        S3Response completed = call(
                S3Operation.COMPLETE_MULTIPART_UPLOAD,
                UploadOperationsTest.completion(upload, UploadOperationsTest.part(1, etag)));
        assertThat(completed.headers()).doesNotContainKey(SHOWN_MD5);
        assertThat(body(call(S3Operation.GET_OBJECT, own(object("key"))))).isEqualTo(CONTENT);
    }

    @Test
    void anUploadShowsItsKeyInEveryAnswer() {
        S3Response begun = call(S3Operation.CREATE_MULTIPART_UPLOAD, kms(object("key"), "photos"));
        assertThat(begun.headers()).containsEntry(SSE, "aws:kms").containsEntry(KEY_ID, "photos");
        String upload = ((S3Response.Xml) begun).body().textOf("UploadId").orElseThrow();
        assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> call(S3Operation.UPLOAD_PART, kms(part(upload), "photos")));
        put(object("source"));
        Map<String, String> copied = call(
                        S3Operation.UPLOAD_PART_COPY, part(upload).with("x-amz-copy-source", BUCKET + "/source"))
                .headers();
        assertThat(copied).containsEntry(SSE, "aws:kms").containsEntry(KEY_ID, "photos");
        Map<String, String> written =
                call(S3Operation.UPLOAD_PART, part(upload)).headers();
        assertThat(written).containsEntry(SSE, "aws:kms").containsEntry(KEY_ID, "photos");
        FakeRequest completion = UploadOperationsTest.completion(
                upload, UploadOperationsTest.part(1, String.valueOf(written.get("ETag"))));
        assertThat(call(S3Operation.COMPLETE_MULTIPART_UPLOAD, completion).headers())
                .containsEntry(SSE, "aws:kms")
                .containsEntry(KEY_ID, "photos");
        assertThat(get("key")).isEqualTo(CONTENT);
    }
}
