package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operations do otherwise where Ceph's side is taken. */
class CephOperationsTest extends OperationsTest {
    @Override
    Compatibility compatibility() {
        return Compatibility.CEPH;
    }

    @BeforeEach
    void aBucket() {
        createBucket();
    }

    @Test
    void partsMayBeNamedWithoutTheirChecksumsAndTwice() {
        FakeRequest key = FakeRequest.of(BUCKET, "key");
        String upload = xml(S3Operation.CREATE_MULTIPART_UPLOAD, key.with("x-amz-checksum-algorithm", "SHA256"))
                .textOf("UploadId")
                .orElseThrow();
        String replaced = UploadOperationsTest.part(1, putPart(upload, "y"));
        String part = UploadOperationsTest.part(1, putPart(upload, "x"));
        XmlElement result = complete(upload, replaced, part);
        assertThat(result.textOf("ChecksumSHA256").orElse("")).endsWith("-1");
        assertThat(get("key")).isEqualTo("x");
        assertThat(complete(upload, part).textOf("ETag")).isEqualTo(result.textOf("ETag"));
    }

    @Test
    void anUploadIsCompletedWithItsCustomerKeyWhichIsShown() {
        String upload = xml(
                        S3Operation.CREATE_MULTIPART_UPLOAD,
                        EncryptionOperationsTest.own(EncryptionOperationsTest.object("key")))
                .textOf("UploadId")
                .orElseThrow();
        FakeRequest first =
                UploadOperationsTest.of("key", upload).ask("partNumber", "1").body("x");
        String etag = String.valueOf(call(S3Operation.UPLOAD_PART, EncryptionOperationsTest.own(first))
                .headers()
                .get("ETag"));
        String part = UploadOperationsTest.part(1, etag);
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(S3Operation.COMPLETE_MULTIPART_UPLOAD, UploadOperationsTest.completion(upload, part)));
        S3Response completed = call(
                S3Operation.COMPLETE_MULTIPART_UPLOAD,
                EncryptionOperationsTest.own(UploadOperationsTest.completion(upload, part)));
        assertThat(completed.headers()).containsKey("x-amz-server-side-encryption-customer-key-MD5");
        // repeated, it needs what the first one needed no more than S3 does
        assertThat(call(S3Operation.COMPLETE_MULTIPART_UPLOAD, UploadOperationsTest.completion(upload, part))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aNewBucketHasNoEncryptionByDefault() {
        assertRefused(
                S3ErrorCode.SERVER_SIDE_ENCRYPTION_CONFIGURATION_NOT_FOUND,
                () -> call(S3Operation.GET_BUCKET_ENCRYPTION, FakeRequest.of(BUCKET)));
    }

    private String putPart(String upload, String text) {
        S3Response response = call(
                S3Operation.UPLOAD_PART,
                UploadOperationsTest.of("key", upload).ask("partNumber", "1").body(text));
        return String.valueOf(response.headers().get("ETag"));
    }

    private XmlElement complete(String upload, String... parts) {
        return xml(S3Operation.COMPLETE_MULTIPART_UPLOAD, UploadOperationsTest.completion(upload, parts));
    }

    @Test
    void deletingNothingSucceedsWhateverIsAskedFor() {
        FakeRequest absent = FakeRequest.of(BUCKET, "absent").with("if-match", "x");
        assertThat(call(S3Operation.DELETE_OBJECT, absent).status()).isEqualTo(204);
        setVersioning("Enabled");
        put("key", "one");
        call(S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key"));
        assertThat(call(S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key").with("if-match", "*"))
                        .status())
                .isEqualTo(204);
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(
                        S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key").with("if-match", "x")));
    }

    @Test
    void aPartThatIsNotThereIsInvalid() {
        put("key", "bar");
        assertRefused(
                S3ErrorCode.INVALID_PART,
                () -> call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "key").ask("partNumber", "2")));
    }

    @Test
    void metadataComesBackAsHttpReadsIt() {
        String[][] table = {
            {"Ã©", "é"},
            {"é", "é"},
            {"â\u0082¬", "â\u0082¬"},
            {"plain", "plain"},
            {"=?UTF-8?Q?=C3=A9?=", "=?UTF-8?Q?=C3=A9?="}
        };
        for (String[] row : table) {
            call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "key").with("x-amz-meta-a", row[0]));
            assertThat(call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "key"))
                            .headers())
                    .containsEntry("x-amz-meta-a", row[1]);
        }
    }

    @Test
    void anObjectHasNoTorrent() {
        put("key", "bar");
        assertRefused(
                S3ErrorCode.NO_SUCH_KEY, () -> call(S3Operation.GET_OBJECT_TORRENT, FakeRequest.of(BUCKET, "key")));
    }
}
