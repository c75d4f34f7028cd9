package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Encrypted objects read as they were written, whatever became of them, and nothing in the data folder shows them. */
@ExtendWith(WithServer.class)
class SdkSealedFolderTest {
    private static final String KEY_NAME = "testkey-1";
    private static final String MARKER = "whoever reads this has read too much; ";
    private static final int PART = 5 << 20;
    private static final int[] SIZES = {0, 40, 3000, 8193, 3 << 20};

    private final byte[] customerKey = new byte[32];
    private final String customerKeyText;
    private final String customerKeyMd5;

    SdkSealedFolderTest() {
        new SecureRandom().nextBytes(customerKey);
        customerKeyText = Base64.getEncoder().encodeToString(customerKey);
        customerKeyMd5 = Base64.getEncoder().encodeToString(Bytes.digest("MD5", customerKey));
    }

    /** In which way an object is encrypted. */
    private enum Way {
        PLAIN,
        MANAGED,
        KMS,
        CUSTOMER;

        static final List<Way> SEALED = List.of(MANAGED, KMS, CUSTOMER);
    }

    private static SkerryServer server(ServerLab lab) {
        return lab.server(Settings.of(lab.path("data"))
                .withYaml(
                        "encryption:",
                        "  key_ring: " + lab.path("keys").resolve("ring"),
                        "  keys: [" + KEY_NAME + "]",
                        "  customer_keys_need_tls: false"));
    }

    private static void makeRingFolder(ServerLab lab) throws IOException {
        Files.createDirectories(lab.path("keys"));
    }

    private static byte[] marked(int size) {
        return Arrays.copyOf(Bytes.utf8(MARKER.repeat(size / MARKER.length() + 1)), size);
    }

    private void put(S3Client client, String bucket, String key, Way way, byte[] body) {
        PutObjectRequest.Builder put = PutObjectRequest.builder().bucket(bucket).key(key);
        switch (way) {
            case PLAIN -> {}
            case MANAGED -> put.serverSideEncryption(ServerSideEncryption.AES256);
            case KMS -> put.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(KEY_NAME);
            case CUSTOMER ->
                put.sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(customerKeyText)
                        .sseCustomerKeyMD5(customerKeyMd5);
        }
        client.putObject(put.build(), RequestBody.fromBytes(body));
    }

    private void copy(S3Client client, String bucket, String from, Way old, String to, Way way) {
        CopyObjectRequest.Builder copy = CopyObjectRequest.builder()
                .sourceBucket(bucket)
                .sourceKey(from)
                .destinationBucket(bucket)
                .destinationKey(to);
        if (old == Way.CUSTOMER) {
            copy.copySourceSSECustomerAlgorithm("AES256")
                    .copySourceSSECustomerKey(customerKeyText)
                    .copySourceSSECustomerKeyMD5(customerKeyMd5);
        }
        switch (way) {
            case PLAIN -> {}
            case MANAGED -> copy.serverSideEncryption(ServerSideEncryption.AES256);
            case KMS -> copy.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(KEY_NAME);
            case CUSTOMER ->
                copy.sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(customerKeyText)
                        .sseCustomerKeyMD5(customerKeyMd5);
        }
        client.copyObject(copy.build());
    }

    private GetObjectRequest.Builder get(String bucket, String key, Way way) {
        GetObjectRequest.Builder get = GetObjectRequest.builder().bucket(bucket).key(key);
        return way == Way.CUSTOMER
                ? get.sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(customerKeyText)
                        .sseCustomerKeyMD5(customerKeyMd5)
                : get;
    }

    private byte[] read(S3Client client, String bucket, String key, Way way) {
        return client.getObjectAsBytes(get(bucket, key, way).build()).asByteArrayUnsafe();
    }

    /** Two parts written, and a third copied from an object. */
    private byte[] upload(S3Client client, String bucket, String key, Way way, String from, Way old) {
        String upload = client.createMultipartUpload(b -> {
                    b.bucket(bucket).key(key);
                    switch (way) {
                        case PLAIN -> {}
                        case MANAGED -> b.serverSideEncryption(ServerSideEncryption.AES256);
                        case KMS ->
                            b.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(KEY_NAME);
                        case CUSTOMER ->
                            b.sseCustomerAlgorithm("AES256")
                                    .sseCustomerKey(customerKeyText)
                                    .sseCustomerKeyMD5(customerKeyMd5);
                    }
                })
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            int partNumber = number;
            String etag = client.uploadPart(
                            b -> {
                                b.bucket(bucket).key(key).uploadId(upload).partNumber(partNumber);
                                if (way == Way.CUSTOMER) {
                                    b.sseCustomerAlgorithm("AES256")
                                            .sseCustomerKey(customerKeyText)
                                            .sseCustomerKeyMD5(customerKeyMd5);
                                }
                            },
                            RequestBody.fromBytes(marked(PART)))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
        }
        String etag = client.uploadPartCopy(b -> {
                    b.sourceBucket(bucket)
                            .sourceKey(from)
                            .destinationBucket(bucket)
                            .destinationKey(key);
                    b.uploadId(upload).partNumber(3).copySourceRange("bytes=65519-131041");
                    if (old == Way.CUSTOMER) {
                        b.copySourceSSECustomerAlgorithm("AES256")
                                .copySourceSSECustomerKey(customerKeyText)
                                .copySourceSSECustomerKeyMD5(customerKeyMd5);
                    }
                    if (way == Way.CUSTOMER) {
                        b.sseCustomerAlgorithm("AES256")
                                .sseCustomerKey(customerKeyText)
                                .sseCustomerKeyMD5(customerKeyMd5);
                    }
                })
                .copyPartResult()
                .eTag();
        parts.add(CompletedPart.builder().partNumber(3).eTag(etag).build());
        client.completeMultipartUpload(
                b -> b.bucket(bucket).key(key).uploadId(upload).multipartUpload(m -> m.parts(parts)));
        byte[] whole = Arrays.copyOf(marked(PART), 2 * PART + 131042 - 65519);
        System.arraycopy(marked(PART), 0, whole, PART, PART);
        System.arraycopy(marked(SIZES[4]), 65519, whole, 2 * PART, 131042 - 65519);
        return whole;
    }

    private static String name(Way way, int size) {
        return way + "-" + size;
    }

    @Test
    void copiesInEveryCombinationReadAsTheirSources(ServerLab lab) throws IOException {
        makeRingFolder(lab);
        SkerryServer server = server(lab).start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            for (Way way : Way.values()) {
                for (int size : SIZES) {
                    put(client, bucket, name(way, size), way, marked(size));
                }
            }
            for (Way old : Way.values()) {
                for (Way way : Way.values()) {
                    for (int size : SIZES) {
                        copy(client, bucket, name(old, size), old, "copy", way);
                        assertThat(read(client, bucket, "copy", way))
                                .as("%s to %s, %s bytes", old, way, size)
                                .isEqualTo(marked(size));
                    }
                    byte[] whole = upload(client, bucket, "upload", way, name(old, SIZES[4]), old);
                    assertThat(read(client, bucket, "upload", way))
                            .as("%s to a part of %s", old, way)
                            .isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void nothingOfThemLiesOpenInTheDataFolder(ServerLab lab) throws IOException {
        makeRingFolder(lab);
        SkerryServer server = server(lab).start();
        List<String> logs = new ArrayList<>();
        String bucket;
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.versionedBucket(client);
            for (Way way : Way.SEALED) {
                for (int size : SIZES) {
                    put(client, bucket, name(way, size), way, marked(size));
                    put(client, bucket, name(way, size), way, marked(size));
                }
            }
            for (Way old : Way.SEALED) {
                for (Way way : Way.SEALED) {
                    for (int size : SIZES) {
                        copy(client, bucket, name(old, size), old, old + "-to-" + way + "-" + size, way);
                    }
                    upload(client, bucket, "upload-" + old + "-" + way, way, name(old, SIZES[4]), old);
                }
            }
            client.deleteObject(b -> b.bucket(bucket).key(name(Way.MANAGED, 3000)));
            assertNothingOpen(lab);
            assertRead(client, bucket);
        }
        logs.addAll(server.log());
        server.kill();
        assertNothingOpen(lab);
        server.start();
        try (S3Client client = Sdk.sync(server)) {
            assertRead(client, bucket);
            assertNothingOpen(lab);
            logs.addAll(server.log());
            assertThat(String.join("\n", logs)).doesNotContain(customerKeyText, MARKER);
        }
        assertThat(server.stop()).isZero();
        assertSearchFindsWhatLiesOpen(lab);
    }

    /** A server without keys encrypts nothing in the buckets it makes. */
    private void assertSearchFindsWhatLiesOpen(ServerLab lab) {
        SkerryServer server = lab.server(Settings.of(lab.path("data"))).start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            put(client, bucket, "small", Way.PLAIN, marked(3000));
            put(client, bucket, "large", Way.PLAIN, marked(100_000));
            put(client, bucket, "key", Way.PLAIN, customerKey);
            assertThat(filesWith(lab, Bytes.utf8(MARKER))).hasSizeGreaterThan(1);
            assertThat(filesWith(lab, customerKey)).isNotEmpty();
        }
    }

    private void assertRead(S3Client client, String bucket) {
        for (Way way : Way.SEALED) {
            assertThat(read(client, bucket, "upload-MANAGED-" + way, way)).hasSize(2 * PART + 131042 - 65519);
            for (int size : SIZES) {
                assertThat(read(client, bucket, "CUSTOMER-to-" + way + "-" + size, way))
                        .isEqualTo(marked(size));
            }
            assertThat(client.getObjectAsBytes(get(bucket, name(way, 3 << 20), way)
                                    .range("bytes=65519-65521")
                                    .build())
                            .asByteArrayUnsafe())
                    .isEqualTo(Arrays.copyOfRange(marked(70_000), 65519, 65522));
        }
    }

    private void assertNothingOpen(ServerLab lab) {
        List<byte[]> secrets = List.of(
                Bytes.utf8(MARKER.substring(0, 20)),
                Bytes.utf8(MARKER.substring(MARKER.length() - 20)),
                customerKey,
                customerKeyText.getBytes(StandardCharsets.US_ASCII),
                HexFormat.of().formatHex(customerKey).getBytes(StandardCharsets.US_ASCII));
        for (byte[] secret : secrets) {
            assertThat(filesWith(lab, secret)).isEmpty();
        }
    }

    /** The files of the data folder that hold those bytes. */
    private static List<Path> filesWith(ServerLab lab, byte[] wanted) {
        String text = new String(wanted, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.walk(lab.path("data"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> content(file).contains(text))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theNativeApiReadsAllButWhatNeedsAClientsKey(ServerLab lab) throws IOException {
        makeRingFolder(lab);
        SkerryServer server = server(lab).start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            for (Way way : Way.SEALED) {
                put(client, bucket, way.name(), way, marked(100_000));
                WireResponse answer = Wire.exchange(
                        server.nativeApi(),
                        WireRequest.of("GET", server.nativeApi(), "/api/v1/blobs/" + bucket + "/" + way));
                if (way == Way.CUSTOMER) {
                    assertThat(answer.status()).isEqualTo(400);
                    assertThat(answer.text()).contains("key of the client's").doesNotContain(MARKER);
                } else {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo(marked(100_000));
                }
            }
        }
    }
}
