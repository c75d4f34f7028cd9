package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.skerry.compat.operate.Certificate;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Checksum;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectPart;

/** Checksums of uploads in parts, of every algorithm and both types, over TLS, where the SDK sends them by trailer. */
@ExtendWith(WithServer.class)
class SdkChecksumsTest {
    private static final byte[] FIRST = Bytes.of(1, 5 << 20);
    private static final byte[] SECOND = Bytes.of(2, (5 << 20) + 1);
    private static final byte[] LAST = Bytes.of(3, 77);
    private static final List<byte[]> PARTS = List.of(FIRST, SECOND, LAST);

    private record Row(ChecksumAlgorithm algorithm, ChecksumType type) {}

    private static List<Row> rows() {
        return List.of(
                new Row(ChecksumAlgorithm.CRC32, ChecksumType.COMPOSITE),
                new Row(ChecksumAlgorithm.CRC32_C, ChecksumType.COMPOSITE),
                new Row(ChecksumAlgorithm.SHA1, ChecksumType.COMPOSITE),
                new Row(ChecksumAlgorithm.SHA256, ChecksumType.COMPOSITE),
                new Row(ChecksumAlgorithm.CRC32, ChecksumType.FULL_OBJECT),
                new Row(ChecksumAlgorithm.CRC32_C, ChecksumType.FULL_OBJECT),
                new Row(ChecksumAlgorithm.CRC64_NVME, ChecksumType.FULL_OBJECT));
    }

    @TestFactory
    @SuppressWarnings("deprecation") // still the client most programs have on their class path
    Stream<DynamicTest> everyChecksumIsKeptCheckedAndShown(ServerLab lab) throws Exception {
        Path folder = Files.createDirectories(lab.path("tls"));
        Certificate certificate = Certificate.make(folder);
        certificate.writeCertificate(folder.resolve("certificate.pem"));
        certificate.writeKey(folder.resolve("key.pem"));
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withTls(folder.resolve("certificate.pem"), folder.resolve("key.pem")))
                .start();
        var trusted = certificate.trusted();
        S3Client client = Sdk.syncBuilder(server)
                .httpClientBuilder(ApacheHttpClient.builder().tlsTrustManagersProvider(() -> trusted))
                .build();
        String bucket = Sdk.bucket(client);
        return rows().stream()
                .map(row -> dynamicTest(row.toString(), () -> new Upload(client, bucket, row).run()))
                .onClose(() -> client.close());
    }

    /** Clients of before 2025, and those that are told so, send no checksum unless they must. */
    @Test
    void whatComesWithoutAChecksumHasTheCrc64OfItsBytes(SkerryServer server) {
        try (S3Client client = Sdk.syncBuilder(server)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build()) {
            String bucket = Sdk.bucket(client);
            for (byte[] content : List.of(new byte[0], LAST, FIRST)) {
                var put = client.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(content));
                assertThat(put.checksumCRC64NVME()).isEqualTo(Bytes.base64("CRC64NVME", content));
                assertThat(put.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
                assertHasCrc64(client, bucket, "k", content);
            }
            inParts(client, bucket);
            client.copyObject(b -> b.sourceBucket(bucket)
                    .sourceKey("upload")
                    .destinationBucket(bucket)
                    .destinationKey("copy"));
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            PARTS.forEach(whole::writeBytes);
            assertHasCrc64(client, bucket, "upload", whole.toByteArray());
            assertHasCrc64(client, bucket, "copy", whole.toByteArray());
        }
    }

    private static void assertHasCrc64(S3Client client, String bucket, String key, byte[] content) {
        var head = client.headObject(b -> b.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED));
        assertThat(head.checksumCRC64NVME()).as(key).isEqualTo(Bytes.base64("CRC64NVME", content));
        assertThat(head.checksumType()).as(key).isEqualTo(ChecksumType.FULL_OBJECT);
        assertThat(client.headObject(b -> b.bucket(bucket).key(key)).checksumCRC64NVME())
                .as("not asked for")
                .isNull();
        // the client compares what it reads
        assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED))
                        .asByteArrayUnsafe())
                .isEqualTo(content);
    }

    /** Parts of an upload that asks for nothing, with numbers left out between them. */
    private static void inParts(S3Client client, String bucket) {
        String upload = client.createMultipartUpload(b -> b.bucket(bucket).key("upload"))
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int i = 0; i < PARTS.size(); i++) {
            int number = 2 * i + 2;
            byte[] content = PARTS.get(i);
            var part = client.uploadPart(
                    b -> b.bucket(bucket).key("upload").uploadId(upload).partNumber(number),
                    RequestBody.fromBytes(content));
            assertThat(part.checksumCRC64NVME()).isEqualTo(Bytes.base64("CRC64NVME", content));
            parts.add(
                    CompletedPart.builder().partNumber(number).eTag(part.eTag()).build());
        }
        var done = client.completeMultipartUpload(
                b -> b.bucket(bucket).key("upload").uploadId(upload).multipartUpload(m -> m.parts(parts)));
        assertThat(done.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
        assertThat(done.checksumCRC64NVME()).isNotEmpty();
    }

    /** One upload from begin to end, with its mistakes. */
    private record Upload(S3Client client, String bucket, Row row) {
        private String key() {
            return row.algorithm() + "-" + row.type();
        }

        private String checksum(byte[] bytes) {
            return Bytes.base64(row.algorithm().toString(), bytes);
        }

        private String whole() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            boolean composite = row.type() == ChecksumType.COMPOSITE;
            PARTS.forEach(
                    part -> bytes.writeBytes(composite ? Base64.getDecoder().decode(checksum(part)) : part));
            return checksum(bytes.toByteArray()) + (composite ? "-3" : "");
        }

        void run() {
            String id = client.createMultipartUpload(b -> b.bucket(bucket)
                            .key(key())
                            .checksumAlgorithm(row.algorithm())
                            .checksumType(row.type()))
                    .uploadId();
            List<CompletedPart> parts = new ArrayList<>();
            for (int i = 0; i < PARTS.size(); i++) {
                parts.add(part(id, i + 1, PARTS.get(i)));
            }
            ChecksumType other =
                    row.type() == ChecksumType.COMPOSITE ? ChecksumType.FULL_OBJECT : ChecksumType.COMPOSITE;
            assertThat(refusal(id, parts, null, other)).isEqualTo("400 BadDigest");
            String wrong = checksum(Bytes.utf8("other")) + (row.type() == ChecksumType.COMPOSITE ? "-3" : "");
            assertThat(refusal(id, parts, wrong, row.type())).isEqualTo("400 BadDigest");
            var done = client.completeMultipartUpload(completion(id, parts, whole(), row.type()));
            assertThat(done.checksumType()).isEqualTo(row.type());
            shownByHead();
            shownByAttributes();
            readByParts();
        }

        private CompletedPart part(String id, int number, byte[] content) {
            var answer = client.uploadPart(
                    b -> b.bucket(bucket)
                            .key(key())
                            .uploadId(id)
                            .partNumber(number)
                            .checksumAlgorithm(row.algorithm()),
                    RequestBody.fromBytes(content));
            CompletedPart.Builder part =
                    CompletedPart.builder().partNumber(number).eTag(answer.eTag());
            String sum = checksum(content);
            return switch (row.algorithm()) {
                case CRC32 -> part.checksumCRC32(sum).build();
                case CRC32_C -> part.checksumCRC32C(sum).build();
                case CRC64_NVME -> part.checksumCRC64NVME(sum).build();
                case SHA1 -> part.checksumSHA1(sum).build();
                case SHA256 -> part.checksumSHA256(sum).build();
                default -> throw new IllegalArgumentException(row.toString());
            };
        }

        private String refusal(String id, List<CompletedPart> parts, @Nullable String whole, ChecksumType type) {
            return Sdk.refusal(() -> client.completeMultipartUpload(completion(id, parts, whole, type)));
        }

        private CompleteMultipartUploadRequest completion(
                String id, List<CompletedPart> parts, @Nullable String whole, ChecksumType type) {
            CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                    .bucket(bucket)
                    .key(key())
                    .uploadId(id)
                    .checksumType(type)
                    .multipartUpload(m -> m.parts(parts));
            if (whole != null) {
                switch (row.algorithm()) {
                    case CRC32 -> request.checksumCRC32(whole);
                    case CRC32_C -> request.checksumCRC32C(whole);
                    case CRC64_NVME -> request.checksumCRC64NVME(whole);
                    case SHA1 -> request.checksumSHA1(whole);
                    case SHA256 -> request.checksumSHA256(whole);
                    default -> throw new IllegalArgumentException(row.toString());
                }
            }
            return request.build();
        }

        private void shownByHead() {
            var head = client.headObject(b -> b.bucket(bucket).key(key()).checksumMode(ChecksumMode.ENABLED));
            assertThat(head.checksumType()).isEqualTo(row.type());
            assertThat(Stream.of(
                            head.checksumCRC32(),
                            head.checksumCRC32C(),
                            head.checksumCRC64NVME(),
                            head.checksumSHA1(),
                            head.checksumSHA256()))
                    .containsOnlyOnce(whole())
                    .filteredOn(sum -> sum != null)
                    .hasSize(1);
            assertThat(client.headObject(b -> b.bucket(bucket).key(key())).checksumType())
                    .isNull();
        }

        private void shownByAttributes() {
            var first = client.getObjectAttributes(b -> b.bucket(bucket)
                    .key(key())
                    .maxParts(2)
                    .objectAttributes(
                            ObjectAttributes.CHECKSUM, ObjectAttributes.OBJECT_PARTS, ObjectAttributes.OBJECT_SIZE));
            assertThat(first.objectSize()).isEqualTo(FIRST.length + SECOND.length + LAST.length);
            assertThat(first.checksum().checksumType()).isEqualTo(row.type());
            assertThat(of(first.checksum())).isEqualTo(whole());
            assertThat(first.objectParts().totalPartsCount()).isEqualTo(3);
            assertThat(first.objectParts().isTruncated()).isTrue();
            var rest = client.getObjectAttributes(b -> b.bucket(bucket)
                    .key(key())
                    .partNumberMarker(first.objectParts().nextPartNumberMarker())
                    .objectAttributes(ObjectAttributes.OBJECT_PARTS));
            assertThat(rest.objectParts().isTruncated()).isFalse();
            List<ObjectPart> parts = new ArrayList<>(first.objectParts().parts());
            parts.addAll(rest.objectParts().parts());
            assertThat(parts)
                    .extracting(ObjectPart::size)
                    .containsExactly((long) FIRST.length, (long) SECOND.length, (long) LAST.length);
            assertThat(parts).extracting(Upload::of).containsExactly(checksum(FIRST), checksum(SECOND), checksum(LAST));
        }

        private void readByParts() {
            for (int i = 0; i < PARTS.size(); i++) {
                int number = i + 1;
                var head = client.headObject(
                        b -> b.bucket(bucket).key(key()).partNumber(number).checksumMode(ChecksumMode.ENABLED));
                assertThat(head.contentLength()).isEqualTo(PARTS.get(i).length);
                assertThat(head.partsCount()).isEqualTo(3);
                assertThat(Stream.of(
                                head.checksumCRC32(),
                                head.checksumCRC32C(),
                                head.checksumCRC64NVME(),
                                head.checksumSHA1(),
                                head.checksumSHA256()))
                        .contains(checksum(PARTS.get(i)));
                assertThat(client.getObjectAsBytes(b -> b.bucket(bucket)
                                        .key(key())
                                        .partNumber(number)
                                        .checksumMode(ChecksumMode.ENABLED))
                                .asByteArrayUnsafe())
                        .isEqualTo(PARTS.get(i));
            }
            assertThat(Sdk.refusal(() -> client.getObjectAsBytes(
                            b -> b.bucket(bucket).key(key()).partNumber(4))))
                    .isEqualTo("416 InvalidPartNumber");
        }

        private static @Nullable String of(Checksum sum) {
            return Stream.of(
                            sum.checksumCRC32(),
                            sum.checksumCRC32C(),
                            sum.checksumCRC64NVME(),
                            sum.checksumSHA1(),
                            sum.checksumSHA256())
                    .filter(value -> value != null)
                    .findFirst()
                    .orElse(null);
        }

        private static @Nullable String of(ObjectPart part) {
            return Stream.of(
                            part.checksumCRC32(),
                            part.checksumCRC32C(),
                            part.checksumCRC64NVME(),
                            part.checksumSHA1(),
                            part.checksumSHA256())
                    .filter(value -> value != null)
                    .findFirst()
                    .orElse(null);
        }
    }
}
