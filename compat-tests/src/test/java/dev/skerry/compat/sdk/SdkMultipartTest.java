package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** Multipart uploads: the straight way and every mistake. */
@ExtendWith(WithServer.class)
class SdkMultipartTest {
    private static final int PART = 5 << 20;

    private S3Client client;
    private String bucket;

    @BeforeEach
    void setUp(SkerryServer server) {
        client = Sdk.sync(server);
        bucket = Sdk.bucket(client);
    }

    @AfterEach
    void tearDown() {
        client.close();
    }

    private String begin(String key) {
        return client.createMultipartUpload(b -> b.bucket(bucket).key(key)).uploadId();
    }

    private CompletedPart part(String key, String upload, int number, byte[] content) {
        String etag = client.uploadPart(
                        b -> b.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                        RequestBody.fromBytes(content))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    private CompleteMultipartUploadResponse complete(String key, String upload, CompletedPart... parts) {
        return client.completeMultipartUpload(
                b -> b.bucket(bucket).key(key).uploadId(upload).multipartUpload(m -> m.parts(parts)));
    }

    private String refused(String key, String upload, CompletedPart... parts) {
        return Sdk.refusal(() -> complete(key, upload, parts));
    }

    @Test
    void partsArriveInAnyOrderAndAreJoinedByNumber() {
        byte[] first = Bytes.of(1, PART);
        byte[] second = Bytes.of(2, PART + 1);
        byte[] third = Bytes.of(3, 1234);
        String upload = begin("k");
        CompletedPart c = part("k", upload, 900, third);
        part("k", upload, 3, Bytes.of(99, PART));
        CompletedPart b = part("k", upload, 10, second);
        CompletedPart a = part("k", upload, 3, first);
        assertThat(client.listObjectsV2(l -> l.bucket(bucket)).contents()).isEmpty();
        assertThat(client.listParts(l -> l.bucket(bucket).key("k").uploadId(upload))
                        .parts())
                .extracting(Part::partNumber)
                .containsExactly(3, 10, 900);
        assertThat(client.listMultipartUploads(l -> l.bucket(bucket)).uploads())
                .extracting(MultipartUpload::uploadId)
                .containsExactly(upload);

        String etag = complete("k", upload, a, b, c).eTag();
        assertThat(etag).isEqualTo(compositeTag(first, second, third));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List.of(first, second, third).forEach(whole::writeBytes);
        assertThat(client.getObjectAsBytes(g -> g.bucket(bucket).key("k")).asByteArrayUnsafe())
                .isEqualTo(whole.toByteArray());
        var part10 = client.getObjectAsBytes(g -> g.bucket(bucket).key("k").partNumber(10));
        assertThat(part10.asByteArrayUnsafe()).isEqualTo(second);
        assertThat(part10.response().partsCount()).isEqualTo(3);
        assertThat(client.getObjectAsBytes(
                                g -> g.bucket(bucket).key("k").range("bytes=" + (PART - 5) + "-" + (PART + 4)))
                        .asByteArrayUnsafe())
                .isEqualTo(Arrays.copyOfRange(whole.toByteArray(), PART - 5, PART + 5));
        assertThat(client.listMultipartUploads(l -> l.bucket(bucket)).uploads()).isEmpty();
    }

    private static String compositeTag(byte[]... parts) {
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            digests.writeBytes(Bytes.digest("MD5", part));
        }
        return '"' + HexFormat.of().formatHex(Bytes.digest("MD5", digests.toByteArray())) + "-" + parts.length + '"';
    }

    @Test
    void repeatedCompletionAnswersTheSame() {
        String upload = begin("k");
        CompletedPart only = part("k", upload, 1, Bytes.of(1, 100));
        String etag = complete("k", upload, only).eTag();
        assertThat(complete("k", upload, only).eTag()).isEqualTo(etag);
        assertThat(client.listObjectsV2(l -> l.bucket(bucket)).contents()).hasSize(1);
    }

    @Test
    void wrongCompletionsAreRefusedAndTheUploadLivesOn() {
        String upload = begin("k");
        CompletedPart a = part("k", upload, 1, Bytes.of(1, PART));
        CompletedPart b = part("k", upload, 2, Bytes.of(2, 10));
        assertThat(refused("k", upload, b, a)).as("order").isEqualTo("400 InvalidPartOrder");
        assertThat(refused("k", upload, a, a)).as("twice").isEqualTo("400 InvalidPartOrder");
        assertThat(refused("k", upload, a.toBuilder().eTag(b.eTag()).build()))
                .as("wrong ETag")
                .isEqualTo("400 InvalidPart");
        assertThat(refused("k", upload, a, b.toBuilder().partNumber(3).build()))
                .as("missing")
                .isEqualTo("400 InvalidPart");
        assertThat(refused("k", upload)).as("none").isEqualTo("400 MalformedXML");
        assertThat(refused("other", upload, a)).as("another key").isEqualTo("404 NoSuchUpload");
        CompletedPart small = part("k", upload, 1, Bytes.of(1, 10));
        assertThat(refused("k", upload, small, b)).as("too small").isEqualTo("400 EntityTooSmall");
        assertThat(client.listObjectsV2(l -> l.bucket(bucket)).contents()).isEmpty();
        CompletedPart again = part("k", upload, 1, Bytes.of(1, PART));
        complete("k", upload, again, b);
        assertThat(client.headObject(h -> h.bucket(bucket).key("k")).contentLength())
                .isEqualTo(PART + 10);
    }

    @Test
    void abortedUploadIsGone() {
        String upload = begin("k");
        CompletedPart only = part("k", upload, 1, Bytes.of(1, 100_000));
        client.abortMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(upload));
        assertThat(refused("k", upload, only)).isEqualTo("404 NoSuchUpload");
        assertThat(Sdk.refusal(() -> part("k", upload, 2, new byte[10]))).isEqualTo("404 NoSuchUpload");
        assertThat(Sdk.refusal(
                        () -> client.listParts(b -> b.bucket(bucket).key("k").uploadId(upload))))
                .isEqualTo("404 NoSuchUpload");
        assertThat(client.listMultipartUploads(l -> l.bucket(bucket)).uploads()).isEmpty();
    }

    @Test
    void partsAreCopiedFromObjects() {
        byte[] source = Bytes.of(4, 12 << 20);
        client.putObject(b -> b.bucket(bucket).key("from"), RequestBody.fromBytes(source));
        String upload = begin("k");
        CompletedPart[] parts = new CompletedPart[2];
        for (int i = 0; i < 2; i++) {
            int number = i + 1;
            String range = "bytes=" + (i * PART) + "-" + ((i + 1) * PART - 1);
            String etag = client.uploadPartCopy(b -> b.sourceBucket(bucket)
                            .sourceKey("from")
                            .destinationBucket(bucket)
                            .destinationKey("k")
                            .uploadId(upload)
                            .partNumber(number)
                            .copySourceRange(range))
                    .copyPartResult()
                    .eTag();
            parts[i] = CompletedPart.builder().partNumber(number).eTag(etag).build();
        }
        complete("k", upload, parts);
        client.deleteObject(b -> b.bucket(bucket).key("from"));
        assertThat(client.getObjectAsBytes(g -> g.bucket(bucket).key("k")).asByteArrayUnsafe())
                .isEqualTo(Arrays.copyOf(source, 2 * PART));
    }

    @Test
    void compositeChecksumIsComputed() {
        byte[] first = Bytes.of(1, PART);
        byte[] second = Bytes.of(2, 77);
        String upload = client.createMultipartUpload(
                        b -> b.bucket(bucket).key("k").checksumAlgorithm(ChecksumAlgorithm.SHA256))
                .uploadId();
        CompletedPart[] parts = new CompletedPart[2];
        byte[][] contents = {first, second};
        for (int i = 0; i < 2; i++) {
            int number = i + 1;
            var answer = client.uploadPart(
                    b -> b.bucket(bucket)
                            .key("k")
                            .uploadId(upload)
                            .partNumber(number)
                            .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                    RequestBody.fromBytes(contents[i]));
            assertThat(answer.checksumSHA256()).isEqualTo(Bytes.base64("SHA256", contents[i]));
            parts[i] = CompletedPart.builder()
                    .partNumber(number)
                    .eTag(answer.eTag())
                    .checksumSHA256(answer.checksumSHA256())
                    .build();
        }
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        digests.writeBytes(Bytes.digest("SHA-256", first));
        digests.writeBytes(Bytes.digest("SHA-256", second));
        assertThat(complete("k", upload, parts).checksumSHA256())
                .isEqualTo(Bytes.base64("SHA256", digests.toByteArray()) + "-2");
    }
}
