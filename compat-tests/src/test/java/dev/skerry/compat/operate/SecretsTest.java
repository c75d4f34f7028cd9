package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Form;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * What a server says at its most talkative, in its log, its metrics, its administration and its change feed, and what
 * lies in its data folder: no content of what is encrypted, no key, whoever's it is, and no secret of an identity.
 */
@ExtendWith(WithServer.class)
class SecretsTest {
    private static final Pattern RING_SECRET = Pattern.compile("\"secret\"\\s*:\\s*\"([^\"]+)\"");
    private static final String MARKER = "what nobody but its reader may see; ";
    private static final byte[] SMALL = Bytes.utf8(MARKER.repeat(3));
    private static final byte[] LARGE = Bytes.utf8(MARKER.repeat(5000));
    private static final String BUCKET = "sealed";
    private static final Duration SOON = Duration.ofMinutes(2);

    private final CustomerKey key = CustomerKey.make();
    private final CustomerKey other = CustomerKey.make();

    /** A key that a client sends. */
    private record CustomerKey(byte[] bytes, String text, String md5) {
        static CustomerKey make() {
            byte[] bytes = new byte[32];
            new SecureRandom().nextBytes(bytes);
            Base64.Encoder base64 = Base64.getEncoder();
            return new CustomerKey(
                    bytes, base64.encodeToString(bytes), base64.encodeToString(Bytes.digest("MD5", bytes)));
        }

        WireRequest on(WireRequest request) {
            return on(request, "");
        }

        WireRequest on(WireRequest request, String prefix) {
            String name = "x-amz-" + prefix + "server-side-encryption-customer-";
            return request.header(name + "algorithm", "AES256")
                    .header(name + "key", text)
                    .header(name + "key-md5", md5);
        }
    }

    private static Path ring(ServerLab lab) {
        return lab.path("keys").resolve("ring.json");
    }

    private static Settings settings(ServerLab lab) {
        return Settings.of(lab.path("data"))
                .withYaml(
                        "log:",
                        "  level: trace",
                        "  access: stdout",
                        "encryption:",
                        "  key_ring: " + ring(lab),
                        "  keys: [photos]",
                        "  customer_keys_need_tls: false",
                        "lifecycle:",
                        "  day: 1s",
                        "  interval: 1s");
    }

    @Test
    void whatIsSecretIsSaidNowhere(ServerLab lab) throws Throwable {
        Files.createDirectories(lab.path("keys"));
        SkerryServer server = lab.server(settings(lab)).start();
        String lastWord = underTheStoresKeys(server);
        underTheClientsKey(server);
        byTheNativeApi(server);
        refusals(server);
        Map<String, String> said = new LinkedHashMap<>(pages(server));
        Eventually.holds(
                SOON,
                () -> assertThat(server.log()).as("the log is talkative").anyMatch(line -> line.contains(lastWord)));
        List<String> lines = server.log();
        assertThat(lines).as("the log from its beginning").anyMatch(line -> line.contains("is ready"));
        said.put("log", String.join("\n", lines));
        assertThat(server.stop()).isZero();
        List<byte[]> secrets = secrets(ring(lab));
        assertThat(secrets).hasSizeGreaterThan(5);
        assertThat(found(said, lab.path("data"), secrets)).isEmpty();
    }

    /** The search finds what lies open: the same content on a server without keys, which says too much. */
    @Test
    void theSearchFindsWhatIsOpen(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(
                        Settings.of(lab.path("open")).withYaml("log:", "  level: debug", "  access: stdout"))
                .start();
        String named = HexFormat.of().formatHex(key.bytes());
        try (S3Client client = Sdk.sync(server)) {
            client.createBucket(b -> b.bucket(BUCKET));
            client.putObject(b -> b.bucket(BUCKET).key("small"), RequestBody.fromBytes(SMALL));
            client.putObject(b -> b.bucket(BUCKET).key("large"), RequestBody.fromBytes(LARGE));
            client.putObject(b -> b.bucket(BUCKET).key("key"), RequestBody.fromBytes(key.bytes()));
            client.putObject(b -> b.bucket(BUCKET).key(named), RequestBody.fromString("x"));
        }
        // a request is logged once its answer has gone
        Eventually.holds(SOON, () -> assertThat(server.log()).anyMatch(line -> line.contains(named)));
        Map<String, String> said = Map.of("log", String.join("\n", server.log()));
        assertThat(server.stop()).isZero();
        List<String> found = found(said, lab.path("open"), List.of(Bytes.utf8(MARKER), key.bytes()));
        assertThat(found).anyMatch(where -> where.contains("part.")).anyMatch(where -> where.contains("sqlite3"));
        assertThat(found(said, lab.path("open"), forms(key.bytes())))
                .as("the log names keys of objects")
                .anyMatch(where -> where.startsWith("log "));
    }

    /** Where something is said or lies that must not. */
    private static List<String> found(Map<String, String> said, Path folder, List<byte[]> secrets) throws IOException {
        List<String> found = new ArrayList<>();
        for (byte[] secret : secrets) {
            String shown = new String(secret, StandardCharsets.ISO_8859_1);
            said.forEach((where, text) -> {
                if (contains(text.getBytes(StandardCharsets.UTF_8), secret)) {
                    found.add(where + " says " + shown);
                }
            });
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (contains(read(file), secret)) {
                        found.add(file + " holds " + shown);
                    }
                }
            }
        }
        return found;
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException gone) {
            return new byte[0];
        }
    }

    /** Whatever must not be found: content, client's keys, the ring's, and what identities sign with. */
    private List<byte[]> secrets(Path ring) throws IOException {
        List<byte[]> secrets = new ArrayList<>(List.of(
                Bytes.utf8(MARKER.substring(0, 20)),
                Bytes.utf8(MARKER.substring(MARKER.length() - 20)),
                Bytes.utf8(SkerryServer.SECRET_KEY)));
        secrets.addAll(forms(key.bytes()));
        secrets.addAll(forms(other.bytes()));
        Matcher secret = RING_SECRET.matcher(Files.readString(ring));
        while (secret.find()) {
            secrets.addAll(forms(Base64.getDecoder().decode(secret.group(1))));
        }
        return secrets;
    }

    private static List<byte[]> forms(byte[] secret) {
        return List.of(
                secret,
                Bytes.utf8(Base64.getEncoder().encodeToString(secret)),
                Bytes.utf8(Base64.getUrlEncoder().withoutPadding().encodeToString(secret)),
                Bytes.utf8(HexFormat.of().formatHex(secret)),
                Bytes.utf8(Arrays.toString(secret)));
    }

    private static boolean contains(byte[] where, byte[] what) {
        return new String(where, StandardCharsets.ISO_8859_1).contains(new String(what, StandardCharsets.ISO_8859_1));
    }

    /** Gives a word that the log must have been talkative enough to say. */
    private static String underTheStoresKeys(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            client.createBucket(b -> b.bucket(BUCKET));
            for (byte[] content : List.of(SMALL, LARGE)) {
                client.putObject(b -> b.bucket(BUCKET).key("managed"), RequestBody.fromBytes(content));
                client.putObject(
                        b -> b.bucket(BUCKET)
                                .key("kms")
                                .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                .ssekmsKeyId("photos"),
                        RequestBody.fromBytes(content));
                for (String name : List.of("managed", "kms")) {
                    assertThat(client.getObjectAsBytes(b -> b.bucket(BUCKET).key(name))
                                    .asByteArrayUnsafe())
                            .isEqualTo(content);
                }
            }
            client.copyObject(b -> b.sourceBucket(BUCKET)
                    .sourceKey("kms")
                    .destinationBucket(BUCKET)
                    .destinationKey("the-last-copy"));
            return "the-last-copy";
        }
    }

    private void underTheClientsKey(SkerryServer server) throws IOException {
        for (byte[] content : List.of(SMALL, LARGE)) {
            done(server, key.on(object(server, "PUT", "own")).body(content).sign());
            assertThat(Wire.exchange(
                                    server.s3(),
                                    key.on(object(server, "GET", "own")).sign())
                            .body())
                    .isEqualTo(content);
            done(server, key.on(object(server, "HEAD", "own")).sign());
        }
        WireRequest copy = object(server, "PUT", "copy").header("x-amz-copy-source", "/" + BUCKET + "/own");
        done(server, other.on(key.on(copy, "copy-source-")).sign());
        WireResponse begun = Wire.exchange(
                server.s3(),
                key.on(object(server, "POST", "parts").query("uploads", "")).sign());
        String upload = begun.element("UploadId");
        assertThat(upload).isNotEmpty();
        done(
                server,
                key.on(object(server, "PUT", "parts").query("partNumber", "1").query("uploadId", upload))
                        .body(LARGE)
                        .sign());
        done(server, object(server, "DELETE", "parts").query("uploadId", upload).sign());
        String prefix = "x-amz-server-side-encryption-customer-";
        Form form = new Form()
                .field("key", "form")
                .field(prefix + "algorithm", "AES256")
                .field(prefix + "key", key.text())
                .field(prefix + "key-md5", key.md5())
                .sign(
                        "{\"bucket\": \"" + BUCKET + "\"}",
                        "[\"starts-with\", \"$key\", \"\"]",
                        "[\"starts-with\", \"$" + prefix + "algorithm\", \"\"]",
                        "[\"starts-with\", \"$" + prefix + "key\", \"\"]",
                        "[\"starts-with\", \"$" + prefix + "key-md5\", \"\"]")
                .file("a", SMALL);
        done(server, form.to(server.s3(), BUCKET));
    }

    private static void byTheNativeApi(SkerryServer server) throws IOException {
        WireRequest put = WireRequest.of("PUT", server.s3(), "/_/api/v1/blobs/" + BUCKET + "/native");
        done(server, put.body(SMALL).sign());
        WireRequest get = WireRequest.of("GET", server.s3(), "/_/api/v1/blobs/" + BUCKET + "/native");
        assertThat(Wire.exchange(server.s3(), get.sign()).body()).isEqualTo(SMALL);
    }

    /** What goes wrong is what is written down. */
    private void refusals(SkerryServer server) throws IOException {
        List<WireRequest> wrong = List.of(
                other.on(object(server, "GET", "own")).sign(),
                object(server, "GET", "own").sign(),
                key.on(object(server, "GET", "managed")).sign(),
                key.on(object(server, "GET", "own"))
                        .credentials(SkerryServer.ACCESS_KEY, "wrong")
                        .sign(),
                key.on(object(server, "GET", "own")),
                key.on(object(server, "GET", "own"))
                        .presign(Duration.ofMinutes(1))
                        .query("more", "x"),
                key.on(object(server, "PUT", "own"))
                        .header("x-amz-server-side-encryption-customer-key-md5", other.md5())
                        .body(SMALL)
                        .sign(),
                key.on(object(server, "PUT", "own"))
                        .header("content-md5", other.md5())
                        .body(SMALL)
                        .sign(),
                key.on(object(server, "PUT", "own"))
                        .header("x-amz-server-side-encryption-customer-key", key.text() + "x")
                        .body(SMALL)
                        .sign(),
                object(server, "PUT", "kms")
                        .header("x-amz-server-side-encryption", "aws:kms")
                        .header("x-amz-server-side-encryption-aws-kms-key-id", "nobody's")
                        .body(SMALL)
                        .sign());
        for (WireRequest request : wrong) {
            assertThat(Wire.exchange(server.s3(), request).status()).isGreaterThanOrEqualTo(400);
        }
    }

    private static WireRequest object(SkerryServer server, String method, String name) {
        return WireRequest.object(method, server.s3(), BUCKET, name);
    }

    private static void done(SkerryServer server, WireRequest request) throws IOException {
        WireResponse answer = Wire.exchange(server.s3(), request);
        assertThat(answer.status()).as("%s", answer).isLessThan(300);
    }

    /** Everything a server tells of itself. */
    private static Map<String, String> pages(SkerryServer server) throws IOException {
        List<WireRequest> asked = List.of(
                WireRequest.of("GET", server.s3(), "/_/metrics"),
                WireRequest.of("GET", server.s3(), "/_/health/ready"),
                WireRequest.of("GET", server.s3(), "/_/api/v1/nodes"),
                WireRequest.of("GET", server.s3(), "/_/api/v1/events").query("limit", "1000"),
                WireRequest.of("GET", server.s3(), "/_/api/v1/blobs").query("prefix", BUCKET + "/"),
                WireRequest.of("GET", server.s3(), "/_/api/v1/blobs/" + BUCKET + "/own")
                        .query("versions", ""),
                WireRequest.of("GET", server.s3(), "/_/admin/v1/access")
                        .query("identity", "root")
                        .query("action", "s3:GetObject")
                        .query("bucket", BUCKET)
                        .query("key", "own"),
                WireRequest.of("POST", server.s3(), "/_/admin/v1/lifecycle"),
                WireRequest.of("GET", server.s3(), "/" + BUCKET).query("versions", ""),
                WireRequest.of("GET", server.s3(), "/" + BUCKET).query("encryption", ""));
        Map<String, String> pages = new LinkedHashMap<>();
        for (WireRequest request : asked) {
            WireResponse answer = Wire.exchange(server.s3(), request.sign());
            String what = new String(request.toBytes(), StandardCharsets.ISO_8859_1).split("\r\n", 2)[0];
            assertThat(answer.status()).as("%s: %s", what, answer).isEqualTo(200);
            pages.put(what, answer.headers() + "\n" + answer.text());
        }
        return pages;
    }
}
