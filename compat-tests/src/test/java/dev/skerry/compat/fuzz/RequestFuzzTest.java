package dev.skerry.compat.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Chunking;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Damaged requests by the thousand. Each is answered, none with a failure of the server's own; afterwards the server is
 * well and what was stored elsewhere is as it was.
 */
@ExtendWith(WithServer.class)
class RequestFuzzTest {
    private static final int ROUNDS = Integer.getInteger("skerry.fuzz", 1500);
    private static final Set<Integer> FAILURES_ALLOWED = Set.of(501, 503, 507);
    private static final List<String> METHODS = List.of("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS");
    private static final List<String> PARAMETERS = List.of(
            "acl",
            "attributes",
            "cors",
            "continuation-token",
            "delete",
            "delimiter",
            "encoding-type",
            "fetch-owner",
            "key-marker",
            "legal-hold",
            "lifecycle",
            "list-type",
            "location",
            "logging",
            "marker",
            "max-keys",
            "max-parts",
            "max-uploads",
            "notification",
            "object-lock",
            "partNumber",
            "part-number-marker",
            "policy",
            "policyStatus",
            "prefix",
            "publicAccessBlock",
            "replication",
            "requestPayment",
            "response-content-type",
            "restore",
            "retention",
            "select",
            "start-after",
            "tagging",
            "torrent",
            "upload-id-marker",
            "uploadId",
            "uploads",
            "version-id-marker",
            "versionId",
            "versioning",
            "versions",
            "website",
            "x-id",
            "X-Amz-Signature",
            "X-Amz-Expires");
    private static final List<String> HEADERS = List.of(
            "accept-encoding",
            "cache-control",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-md5",
            "content-type",
            "expect",
            "expires",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-unmodified-since",
            "origin",
            "range",
            "te",
            "x-amz-acl",
            "x-amz-checksum-algorithm",
            "x-amz-checksum-crc32",
            "x-amz-checksum-mode",
            "x-amz-checksum-sha256",
            "x-amz-copy-source",
            "x-amz-copy-source-if-match",
            "x-amz-copy-source-range",
            "x-amz-decoded-content-length",
            "x-amz-expected-bucket-owner",
            "x-amz-grant-read",
            "x-amz-meta-a",
            "x-amz-metadata-directive",
            "x-amz-mfa",
            "x-amz-object-attributes",
            "x-amz-object-lock-mode",
            "x-amz-sdk-checksum-algorithm",
            "x-amz-server-side-encryption",
            "x-amz-storage-class",
            "x-amz-tagging",
            "x-amz-trailer",
            "x-amz-website-redirect-location");
    private static final List<String> DOCUMENTS = List.of(
            "<Delete><Quiet>true</Quiet><Object><Key>a</Key><VersionId>null</VersionId></Object></Delete>",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
            "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
            "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
                    + "<MaxAgeSeconds>5</MaxAgeSeconds></CORSRule></CORSConfiguration>",
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"x\"</ETag></Part></CompleteMultipartUpload>",
            "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>");

    private final SplittableRandom random = Seed.of("RequestFuzzTest");
    private final Mutation mutation = new Mutation(random);

    private SkerryServer server;
    private URI s3;
    private S3Client client;
    private String kept;
    private String fuzzed;

    @BeforeEach
    void setUp(ServerLab lab) {
        server = lab.server(Settings.of(lab.path("data")).withYaml("limits:", "  idle_timeout: 5s"))
                .start();
        s3 = server.s3();
        client = Sdk.sync(server);
        kept = Sdk.versionedBucket(client);
        fuzzed = Sdk.bucket(client);
        for (int i = 0; i < 12; i++) {
            String key = "kept " + i;
            byte[] content = Bytes.of(i, i * i * 1000);
            client.putObject(b -> b.bucket(kept).key(key), RequestBody.fromBytes(content));
        }
    }

    @AfterEach
    void everythingIsAsItWas() {
        // another one: the server has hung up on connections that were idle while it was bothered
        client.close();
        client = Sdk.sync(server);
        for (int i = 0; i < 12; i++) {
            String key = "kept " + i;
            assertThat(client.getObjectAsBytes(b -> b.bucket(kept).key(key)).asByteArrayUnsafe())
                    .isEqualTo(Bytes.of(i, i * i * 1000));
        }
        assertThat(client.listObjectVersions(b -> b.bucket(kept)).versions()).hasSize(12);
        client.close();
        assertThat(server.stop()).isZero();
    }

    @Test
    void damagedDocumentsAreRefused() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] body = mutation.bytes(Bytes.utf8(mutation.pick(DOCUMENTS)));
            WireRequest request = WireRequest.of(
                            mutation.pick(List.of("PUT", "POST")), s3, "/" + fuzzed + mutation.pick(List.of("", "/k")))
                    .query(mutation.pick(List.of("delete", "versioning", "tagging", "cors", "uploadId", "uploads")), "")
                    .header("content-md5", Bytes.base64("MD5", body))
                    .body(body);
            answered(request.sign().toBytes(), request.method(), false);
        }
    }

    @Test
    void deeplyNestedDocumentIsRefused() throws IOException {
        for (String piece : List.of("<a>", "<Delete>", "<a b='c'>")) {
            byte[] body = Bytes.utf8(piece.repeat(100_000));
            WireRequest request =
                    WireRequest.of("POST", s3, "/" + fuzzed).query("delete", "").body(body);
            WireResponse answer = Wire.exchange(s3, request.sign());
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void damagedChunksStoreNothingWrong() throws IOException {
        byte[] content = Bytes.of(5, 3000);
        for (int i = 0; i < ROUNDS; i++) {
            Map<String, String> trailer =
                    random.nextBoolean() ? Map.of("x-amz-checksum-crc32", Bytes.base64("CRC32", content)) : Map.of();
            WireRequest request = WireRequest.object("PUT", s3, fuzzed, "chunked")
                    .body(content)
                    .signChunked(new Chunking(trailer.isEmpty() || random.nextBoolean(), trailer, 1000));
            byte[] whole = request.toBytes();
            String text = new String(whole, StandardCharsets.ISO_8859_1);
            int split = text.indexOf("\r\n\r\n") + 4;
            byte[] body = mutation.bytes(Arrays.copyOfRange(whole, split, whole.length));
            String head = text.substring(0, split)
                    .replaceAll("\r\ncontent-length: \\d+", "\r\ncontent-length: " + body.length);
            byte[] damaged = Arrays.copyOf(head.getBytes(StandardCharsets.ISO_8859_1), head.length() + body.length);
            System.arraycopy(body, 0, damaged, head.length(), body.length);
            answered(damaged, "PUT", false);
            WireResponse got = Wire.exchange(
                    s3, WireRequest.object("GET", s3, fuzzed, "chunked").sign());
            if (got.status() == 200) {
                assertThat(got.body()).isEqualTo(content);
            }
        }
    }

    @Test
    void strangeHeadersAndParametersAreAnswered() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            String method = mutation.pick(METHODS);
            String key = random.nextBoolean() ? "/k" + i % 5 : "";
            WireRequest request = WireRequest.of(method, s3, "/" + fuzzed + key);
            for (int n = random.nextInt(4); n > 0; n--) {
                request.query(mutation.pick(PARAMETERS), random.nextBoolean() ? "" : mutation.text("7"));
            }
            for (int n = random.nextInt(4); n > 0; n--) {
                String value = mutation.text(
                        mutation.pick(List.of("1", "bytes=0-5", "\"abc\"", "private", "a=b", fuzzed + "/k1")));
                request.header(
                        mutation.pick(HEADERS),
                        value.replaceAll("[^\\x20-\\x7e]", "?").strip());
            }
            if (method.startsWith("P")) {
                request.body(Bytes.of(i, random.nextInt(200)));
            }
            answered(request.sign().toBytes(), method, false);
        }
    }

    @Test
    void strangePathsAreAnswered() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            String path = "/" + fuzzed + "/" + mutation.text("some/key%20name").replaceAll("[^\\x21-\\x7e]", "%FF");
            String method = mutation.pick(List.of("GET", "PUT", "DELETE", "HEAD"));
            answered(
                    WireRequest.of(method, s3, path.replace("?", "%3F").replace("#", "%23"))
                            .sign()
                            .toBytes(),
                    method,
                    true);
        }
    }

    @Test
    void damagedBytesNeverHangTheServer() throws IOException {
        byte[] valid = WireRequest.object("PUT", s3, fuzzed, "raw")
                .body(Bytes.of(3, 500))
                .sign()
                .toBytes();
        for (int i = 0; i < ROUNDS; i++) {
            answered(mutation.bytes(valid), "PUT", true);
        }
    }

    /**
     * Sends and expects an answer that is no failure of the server's.
     *
     * @param mayHangUp whether the bytes may be so bad that the server owes no answer
     */
    private void answered(byte[] request, String method, boolean mayHangUp) throws IOException {
        try (Wire wire = new Wire(s3)) {
            wire.send(request);
            if (mayHangUp) {
                wire.endOutput();
            }
            WireResponse answer = wire.receive(method);
            assertThat(answer.status() < 500 || FAILURES_ALLOWED.contains(answer.status()))
                    .as("%s\n-> %s", new String(request, StandardCharsets.ISO_8859_1), answer)
                    .isTrue();
        } catch (EOFException | SocketException hungUp) {
            if (!mayHangUp) {
                throw new AssertionError("no answer to\n" + new String(request, StandardCharsets.ISO_8859_1), hungUp);
            }
        } catch (IOException e) {
            throw new AssertionError(new String(request, StandardCharsets.ISO_8859_1), e);
        }
    }
}
