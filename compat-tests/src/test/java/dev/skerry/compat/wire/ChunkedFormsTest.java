package dev.skerry.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/** The five ways a body is signed, with each checksum in the trailer; and CORS, which no SDK asks for. */
@ExtendWith(WithServer.class)
class ChunkedFormsTest {
    private static final List<String> ALGORITHMS = List.of("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256");

    private static S3Client client;
    private static String bucket;

    @BeforeAll
    static void setUp(SkerryServer server) {
        client = Sdk.sync(server);
        bucket = Sdk.bucket(client);
    }

    @AfterAll
    static void tearDown() {
        client.close();
    }

    @TestFactory
    Stream<DynamicTest> everyFormStoresTheSameBytes(SkerryServer server) {
        return Stream.of(0, 1, 8192, 8193, 65_536, 200_000)
                .flatMap(size -> Stream.of(8192, 65_536, 1_000_000)
                        .map(chunk -> DynamicTest.dynamicTest(
                                size + " bytes in chunks of " + chunk, () -> everyForm(server, size, chunk))));
    }

    private static void everyForm(SkerryServer server, int size, int chunk) throws IOException {
        byte[] content = Bytes.of(size + chunk, size);
        store(server, content, put(server, content).sign());
        store(
                server,
                content,
                put(server, content).payloadHash("UNSIGNED-PAYLOAD").sign());
        store(server, content, put(server, content).signChunked(new Chunking(true, Map.of(), chunk)));
        for (String algorithm : ALGORITHMS) {
            Map<String, String> trailer =
                    Map.of("x-amz-checksum-" + algorithm.toLowerCase(Locale.ROOT), Bytes.base64(algorithm, content));
            store(server, content, put(server, content).signChunked(new Chunking(true, trailer, chunk)));
            store(server, content, put(server, content).signChunked(new Chunking(false, trailer, chunk)));
        }
    }

    private static WireRequest put(SkerryServer server, byte[] content) {
        return WireRequest.object("PUT", server.s3(), bucket, "k").body(content);
    }

    private static void store(SkerryServer server, byte[] content, WireRequest request) throws IOException {
        WireResponse stored = Wire.exchange(server.s3(), request);
        assertThat(stored.status()).as("%s", stored).isEqualTo(200);
        WireResponse got = Wire.exchange(
                server.s3(), WireRequest.object("GET", server.s3(), bucket, "k").sign());
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(content);
        assertThat(got.header("etag")).contains('"' + Bytes.md5(content) + '"');
        assertThat(got.header("content-encoding").orElse("")).doesNotContain("aws-chunked");
    }

    @Test
    @SuppressWarnings("unchecked") // the SDK's varargs of consumers
    void preflightIsAnsweredByTheBucketsRules(SkerryServer server) throws IOException {
        String configured = Sdk.bucket(client);
        client.putBucketCors(b -> b.bucket(configured)
                .corsConfiguration(c -> c.corsRules(r -> r.allowedOrigins("https://*.example.com")
                        .allowedMethods("GET", "PUT")
                        .allowedHeaders("x-amz-*", "content-type")
                        .exposeHeaders("ETag")
                        .maxAgeSeconds(600))));
        WireResponse allowed = preflight(server, configured, "https://app.example.com", "PUT");
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.header("access-control-allow-origin")).contains("https://app.example.com");
        assertThat(allowed.header("access-control-allow-methods").orElse("")).contains("PUT");
        assertThat(allowed.header("access-control-max-age")).contains("600");
        assertThat(preflight(server, configured, "https://evil.test", "PUT").status())
                .isEqualTo(403);
        assertThat(preflight(server, configured, "https://app.example.com", "DELETE")
                        .status())
                .isEqualTo(403);
        assertThat(preflight(server, bucket, "https://app.example.com", "GET").status())
                .as("a bucket without rules")
                .isEqualTo(403);
        WireResponse got = Wire.exchange(
                server.s3(),
                WireRequest.of("GET", server.s3(), "/" + configured)
                        .header("origin", "https://app.example.com")
                        .sign());
        assertThat(got.header("access-control-allow-origin")).contains("https://app.example.com");
        assertThat(got.header("access-control-expose-headers").orElse("")).contains("ETag");
    }

    private static WireResponse preflight(SkerryServer server, String bucket, String origin, String method)
            throws IOException {
        return Wire.exchange(
                server.s3(),
                WireRequest.object("OPTIONS", server.s3(), bucket, "k")
                        .header("origin", origin)
                        .header("access-control-request-method", method)
                        .header("access-control-request-headers", "x-amz-date, content-type"));
    }
}
