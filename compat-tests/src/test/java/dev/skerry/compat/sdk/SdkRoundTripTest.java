package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk.Kind;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Objects of every size come back as they went, through every client of the SDK, with every checksum. */
@ExtendWith(WithServer.class)
class SdkRoundTripTest {
    private static final int MIB = 1 << 20;

    /** Around the inline threshold, the block of a part file, the client's chunk and the stored part. */
    private static final List<Integer> SIZES = List.of(
            0,
            1,
            8191,
            8192,
            8193,
            65_535,
            65_536,
            65_537,
            128 * 1024,
            MIB - 1,
            5 * MIB,
            8 * MIB + 1,
            64 * MIB,
            64 * MIB + 1);

    /** Opening and closing an asynchronous client takes seconds, so each is opened once. */
    private static final Map<Kind, ObjectClient> CLIENTS = new EnumMap<>(Kind.class);

    private static S3Client setUp;

    @BeforeAll
    static void open(SkerryServer server) {
        setUp = Sdk.sync(server);
        Sdk.KINDS.forEach(kind -> CLIENTS.put(kind, kind.open(server)));
    }

    @AfterAll
    static void close() {
        CLIENTS.values().parallelStream().forEach(ObjectClient::close);
        setUp.close();
    }

    private static ObjectClient client(Kind kind) {
        return Objects.requireNonNull(CLIENTS.get(kind));
    }

    @TestFactory
    Stream<DynamicNode> everySizeComesBackThroughEveryClient() {
        return Sdk.KINDS.stream()
                .map(kind -> DynamicContainer.dynamicContainer(
                        kind.name(),
                        SIZES.stream()
                                .filter(size -> size < 60 * MIB || kind == Kind.APACHE || kind == Kind.CRT)
                                .filter(size -> size > 0 || kind.readsEmptyObjects())
                                .map(size -> DynamicTest.dynamicTest(size + " bytes", () -> roundTrip(kind, size)))));
    }

    private static void roundTrip(Kind kind, int size) {
        byte[] content = Bytes.of(size, size);
        ObjectClient client = client(kind);
        String bucket = Sdk.bucket(setUp);
        PutObjectResponse put = client.put(
                PutObjectRequest.builder()
                        .bucket(bucket)
                        .key("size/" + size)
                        .contentType("application/x-test")
                        .metadata(Map.of("colour", "blue"))
                        .build(),
                content);
        ResponseBytes<GetObjectResponse> got = client.get(
                GetObjectRequest.builder().bucket(bucket).key("size/" + size).build());
        assertThat(got.asByteArrayUnsafe()).isEqualTo(content);
        if (kind != Kind.NETTY_MULTIPART) {
            // that one reads part by part and shows the first part's answer
            assertThat(got.response().contentLength()).isEqualTo(size);
        }
        assertThat(got.response().contentType()).isEqualTo("application/x-test");
        assertThat(got.response().metadata()).containsEntry("colour", "blue");
        assertThat(got.response().eTag()).isEqualTo(put.eTag());
        if (!put.eTag().contains("-")) {
            assertThat(put.eTag()).isEqualTo('"' + Bytes.md5(content) + '"');
        }
        assertThat(setUp.listObjectsV2(b -> b.bucket(bucket)).contents())
                .singleElement()
                .satisfies(o -> assertThat(o.size()).isEqualTo(size));
    }

    @TestFactory
    Stream<DynamicNode> everyChecksumIsKeptAndShown() {
        List<ChecksumAlgorithm> algorithms = List.of(
                ChecksumAlgorithm.CRC32,
                ChecksumAlgorithm.CRC32_C,
                ChecksumAlgorithm.CRC64_NVME,
                ChecksumAlgorithm.SHA1,
                ChecksumAlgorithm.SHA256);
        return Sdk.KINDS.stream()
                .map(kind -> DynamicContainer.dynamicContainer(
                        kind.name(),
                        algorithms.stream()
                                .map(algorithm -> DynamicTest.dynamicTest(
                                        algorithm.toString(), () -> checksum(kind, algorithm)))));
    }

    private static void checksum(Kind kind, ChecksumAlgorithm algorithm) {
        ObjectClient client = client(kind);
        String bucket = Sdk.bucket(setUp);
        for (int size : new int[] {0, 100, 300_000}) {
            if (size == 0 && !kind.readsEmptyObjects()) {
                continue;
            }
            byte[] content = Bytes.of(size, size);
            client.put(
                    PutObjectRequest.builder()
                            .bucket(bucket)
                            .key("k")
                            .checksumAlgorithm(algorithm)
                            .build(),
                    content);
            // this read makes the SDK compare the checksum too
            ResponseBytes<GetObjectResponse> got = client.get(GetObjectRequest.builder()
                    .bucket(bucket)
                    .key("k")
                    .checksumMode(ChecksumMode.ENABLED)
                    .build());
            assertThat(got.asByteArrayUnsafe()).isEqualTo(content);
            var head = setUp.headObject(b -> b.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED));
            String shown = switch (algorithm) {
                case CRC32 -> head.checksumCRC32();
                case CRC32_C -> head.checksumCRC32C();
                case CRC64_NVME -> head.checksumCRC64NVME();
                case SHA1 -> head.checksumSHA1();
                default -> head.checksumSHA256();
            };
            assertThat(shown).isEqualTo(Bytes.base64(algorithm.toString(), content));
        }
    }
}
