package dev.skerry.compat.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.server.OneNode;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every refusal that the first phase promises. The object {@code k} is there before, and must be as it was. */
@ExtendWith(WithServer.class)
class BadRequestTest {
    private static final byte[] BODY = Bytes.of(1, 20_000);

    @RegisterExtension
    final OwnBucket own = OwnBucket.holding("k", "before");

    @AfterEach
    void nothingWasStored() {
        assertThat(own.client()
                        .getObjectAsBytes(b -> b.bucket(own.name()).key("k"))
                        .asUtf8String())
                .isEqualTo("before");
        assertThat(own.client().listObjectsV2(b -> b.bucket(own.name())).contents())
                .hasSize(1);
    }

    private WireRequest put() {
        return WireRequest.object("PUT", own.s3(), own.name(), "k").body(BODY);
    }

    private void refused(WireRequest request, int status, String code) throws IOException {
        WireResponse answer = Wire.exchange(own.s3(), request);
        assertThat(answer.status() + " " + answer.code()).as("%s", answer).isEqualTo(status + " " + code);
        assertThat(answer.header("x-amz-request-id")).isPresent();
    }

    @Test
    void wrongSignature() throws IOException {
        refused(put().credentials(SkerryServer.ACCESS_KEY, "not the secret").sign(), 403, "SignatureDoesNotMatch");
        refused(put().sign().header("x-amz-date", "20260101T000000Z"), 400, "AuthorizationHeaderMalformed");
        refused(
                put().header("content-type", "text/a").sign().header("content-type", "text/b"),
                403,
                "SignatureDoesNotMatch");
        refused(put().sign().query("versionId", "null"), 403, "SignatureDoesNotMatch");
        refused(put().sign().header("x-amz-meta-added-later", "x"), 403, "AccessDenied");
    }

    @Test
    void unknownAccessKey() throws IOException {
        refused(put().credentials("NOBODYNOBODYNOBODY00", "whatever").sign(), 403, "InvalidAccessKeyId");
    }

    @Test
    void noSignature() throws IOException {
        refused(put(), 403, "AccessDenied");
    }

    @Test
    void malformedAuthorization() throws IOException {
        refused(put().sign().header("authorization", "AWS4-HMAC-SHA256 nonsense"), 400, "AuthorizationHeaderMalformed");
    }

    @Test
    void expiredUrl() throws IOException {
        refused(
                put().at(Instant.now().minus(Duration.ofMinutes(10))).presign(Duration.ofMinutes(5)),
                403,
                "AccessDenied");
    }

    @Test
    void urlValidForTooLong() throws IOException {
        refused(put().presign(Duration.ofDays(8)), 400, "AuthorizationQueryParametersError");
    }

    @Test
    void clockTooFarOff() throws IOException {
        refused(put().at(Instant.now().minus(Duration.ofMinutes(20))).sign(), 403, "RequestTimeTooSkewed");
        refused(put().at(Instant.now().plus(Duration.ofMinutes(20))).sign(), 403, "RequestTimeTooSkewed");
    }

    @Test
    void wrongMd5() throws IOException {
        refused(
                put().header("content-md5", Bytes.base64("MD5", Bytes.utf8("other")))
                        .sign(),
                400,
                "BadDigest");
        refused(put().header("content-md5", "not base64!").sign(), 400, "InvalidDigest");
    }

    @Test
    void wrongSha256() throws IOException {
        refused(put().payloadHash(Bytes.sha256(Bytes.utf8("other"))).sign(), 400, "XAmzContentSHA256Mismatch");
        refused(put().payloadHash("nonsense").sign(), 400, "InvalidArgument");
    }

    @Test
    void wrongChecksumHeader() throws IOException {
        for (String algorithm : List.of("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")) {
            String name = "x-amz-checksum-" + algorithm.toLowerCase(java.util.Locale.ROOT);
            refused(
                    put().header(name, Bytes.base64(algorithm, Bytes.utf8("other")))
                            .sign(),
                    400,
                    "BadDigest");
            refused(put().header(name, "AA").sign(), 400, "InvalidRequest");
        }
    }

    @Test
    void wrongTrailerChecksum() throws IOException {
        for (boolean signed : new boolean[] {true, false}) {
            for (String algorithm : List.of("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")) {
                Map<String, String> trailer = Map.of(
                        "x-amz-checksum-" + algorithm.toLowerCase(java.util.Locale.ROOT),
                        Bytes.base64(algorithm, Bytes.utf8("other")));
                refused(put().signChunked(new Chunking(signed, trailer, 8192)), 400, "BadDigest");
            }
        }
    }

    @Test
    void chunkChangedAfterSigning() throws IOException {
        byte[] bytes = put().signChunked(new Chunking(true, Map.of(), 8192)).toBytes();
        bytes[bytes.length - 5000] ^= 1;
        try (Wire wire = new Wire(own.s3())) {
            wire.send(bytes);
            WireResponse answer = wire.receive("PUT");
            assertThat(answer.status() + " " + answer.code()).isEqualTo("403 SignatureDoesNotMatch");
        }
    }

    @Test
    void chunksShorterThanAnnounced() throws IOException {
        Map<String, String> trailer = Map.of("x-amz-checksum-crc32", Bytes.base64("CRC32", BODY));
        byte[] bytes = put().signChunked(new Chunking(false, trailer, 8192)).toBytes();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String whole = text.replace("x-amz-decoded-content-length: 20000", "x-amz-decoded-content-length: 20001");
        // the header is signed, so it is signed as 20001 by asking for it beforehand
        WireRequest longer = put().body(Arrays.copyOf(BODY, 20_001)).signChunked(new Chunking(false, trailer, 8192));
        String head = new String(longer.toBytes(), StandardCharsets.ISO_8859_1).split("\r\n\r\n", 2)[0];
        String body = whole.split("\r\n\r\n", 2)[1];
        head = head.replaceAll("content-length: 20\\d\\d\\d$", "content-length: " + body.length());
        head = head.replaceAll("\r\ncontent-length: \\d+", "\r\ncontent-length: " + body.length());
        try (Wire wire = new Wire(own.s3())) {
            wire.send((head + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
            WireResponse answer = wire.receive("PUT");
            assertThat(answer.status() + " " + answer.code()).as("%s", answer).isEqualTo("400 IncompleteBody");
        }
    }

    @Test
    void bodyShorterThanAnnounced() throws IOException {
        byte[] bytes = put().sign().toBytes();
        try (Wire wire = new Wire(own.s3())) {
            wire.send(Arrays.copyOf(bytes, bytes.length - 1000));
            wire.endOutput();
            WireResponse answer = wire.receive("PUT");
            assertThat(answer.status() + " " + answer.code()).isEqualTo("400 IncompleteBody");
        } catch (EOFException | SocketException closed) {
            // the client hung up, so an answer is not owed; nothing may be stored, which is looked at afterwards
            assertThat(closed).isNotNull();
        }
    }

    @Test
    @OneNode("the endpoint before the nodes answers this itself")
    void unsupportedVersionOfHttp() throws IOException {
        String request = new String(put().sign().toBytes(), StandardCharsets.ISO_8859_1);
        for (String version : List.of("HTTP/199999999999999999999.1", "HTTP/1.1999", "HTTP/0.9", "HTTP/2.0", "A/1.1")) {
            try (Wire wire = new Wire(own.s3())) {
                wire.send(request.replaceFirst(" HTTP/1\\.1\r\n", " " + version + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
                WireResponse answer = wire.receive("PUT");
                assertThat(answer.status() + " " + answer.code())
                        .as("%s %s", version, answer)
                        .isEqualTo("400 BadRequest");
            }
        }
    }

    @Test
    void lengthMissing() throws IOException {
        refused(
                WireRequest.object("PUT", own.s3(), own.name(), "k")
                        .withoutLength()
                        .sign(),
                411,
                "MissingContentLength");
    }

    @Test
    @OneNode("the endpoint before the nodes waits for the body that is announced")
    void objectLargerThanAPutMayBe() throws IOException {
        refused(
                WireRequest.object("PUT", own.s3(), own.name(), "k")
                        .header("content-length", Long.toString((5L << 30) + 1))
                        .payloadHash("UNSIGNED-PAYLOAD")
                        .sign(),
                400,
                "EntityTooLarge");
    }

    @Test
    void keyTooLong() throws IOException {
        for (String key : List.of("k".repeat(1025), "é".repeat(513))) {
            refused(WireRequest.object("PUT", own.s3(), own.name(), key).sign(), 400, "KeyTooLongError");
        }
    }

    @Test
    void longestKeyIsTaken() throws IOException {
        String key = "é".repeat(512);
        assertThat(Wire.exchange(
                                own.s3(),
                                WireRequest.object("PUT", own.s3(), own.name(), key)
                                        .sign())
                        .status())
                .isEqualTo(200);
        assertThat(Wire.exchange(
                                own.s3(),
                                WireRequest.object("DELETE", own.s3(), own.name(), key)
                                        .sign())
                        .status())
                .isEqualTo(204);
    }

    @Test
    void partNumberOutOfRange() throws IOException {
        String upload = own.client()
                .createMultipartUpload(b -> b.bucket(own.name()).key("u"))
                .uploadId();
        for (String number : List.of("0", "10001", "-1", "x", "99999999999")) {
            refused(
                    WireRequest.object("PUT", own.s3(), own.name(), "u")
                            .query("partNumber", number)
                            .query("uploadId", upload)
                            .body(BODY)
                            .sign(),
                    400,
                    "InvalidArgument");
        }
        assertThat(own.client()
                        .listParts(b -> b.bucket(own.name()).key("u").uploadId(upload))
                        .parts())
                .isEmpty();
    }

    @Test
    void metadataTooLarge() throws IOException {
        refused(put().header("x-amz-meta-a", "x".repeat(2049)).sign(), 400, "MetadataTooLarge");
    }

    @Test
    void xmlBomb() throws IOException {
        StringBuilder bomb = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"lol\">");
        for (int i = 1; i < 12; i++) {
            bomb.append("<!ENTITY a")
                    .append(i)
                    .append(" \"")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        bomb.append("]>");
        for (String target : List.of("delete", "versioning", "tagging", "cors")) {
            String method = target.equals("delete") ? "POST" : "PUT";
            String xml = bomb + "<Delete><Object><Key>&a11;</Key></Object></Delete>";
            refused(xml(method, target, xml), 400, "MalformedXML");
        }
        refused(
                xml(
                        "POST",
                        "delete",
                        "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
                                + "<Delete><Object><Key>&f;</Key></Object></Delete>"),
                400,
                "MalformedXML");
    }

    private WireRequest xml(String method, String subresource, String xml) {
        byte[] body = Bytes.utf8(xml);
        return WireRequest.of(method, own.s3(), "/" + own.name())
                .query(subresource, "")
                .header("content-md5", Bytes.base64("MD5", body))
                .body(body)
                .sign();
    }

    @Test
    void threeThousandEntryDelete() throws IOException {
        StringBuilder xml = new StringBuilder("<Delete><Object><Key>k</Key></Object>");
        for (int i = 0; i < 2999; i++) {
            xml.append("<Object><Key>").append(i).append("</Key></Object>");
        }
        refused(xml("POST", "delete", xml + "</Delete>"), 400, "MalformedXML");
    }

    @TestFactory
    Stream<DynamicTest> bucketNamesOfEveryWrongKind() {
        return Stream.of(
                        "ab",
                        "a".repeat(64),
                        "Upper",
                        "under_score",
                        "_leading",
                        "-leading",
                        "trailing-",
                        ".leading",
                        "trailing.",
                        "two..dots",
                        "192.168.5.4",
                        "xn--puny",
                        "sthree-x",
                        "x-s3alias",
                        "x--ol-s3",
                        "has space",
                        "é-accent",
                        "semi;colon",
                        "star*",
                        "per%cent",
                        "new\nline",
                        "nul\u0000byte")
                .map(name -> DynamicTest.dynamicTest(
                        name.replaceAll("\\p{Cntrl}", "?"),
                        () -> refused(
                                WireRequest.of("PUT", own.s3(), "/" + WireRequest.encode(name))
                                        .sign(),
                                400,
                                "InvalidBucketName")));
    }

    @Test
    void rangeBeyondTheEnd() throws IOException {
        refused(
                WireRequest.object("GET", own.s3(), own.name(), "k")
                        .header("range", "bytes=6-")
                        .sign(),
                416,
                "InvalidRange");
    }

    @Test
    void operationsThatAreNotThereSaySo() throws IOException {
        for (String subresource : List.of("inventory", "analytics", "metrics", "intelligent-tiering")) {
            refused(
                    WireRequest.of("PUT", own.s3(), "/" + own.name())
                            .query(subresource, "")
                            .query("id", "x")
                            .body("<x/>")
                            .sign(),
                    501,
                    "NotImplemented");
        }
    }

    @Test
    void methodsThatDoNotExist() throws IOException {
        WireResponse answer = Wire.exchange(
                own.s3(), WireRequest.object("PATCH", own.s3(), own.name(), "k").sign());
        assertThat(answer.status()).isEqualTo(405);
    }
}
