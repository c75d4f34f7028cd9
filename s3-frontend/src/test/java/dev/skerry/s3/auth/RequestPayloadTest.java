package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.http.BodySource;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestPayloadTest {
    private static final String DATE = "x-amz-date: 20130524T000000Z";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] readPlain(String body, String... headers) {
        return RequestPayload.open(
                        Heads.of("PUT", "/b/k", headers),
                        ScriptedSource.whole(bytes(body)),
                        new PayloadProtection.Unsigned())
                .readAll(1000);
    }

    private static S3Exception refusal(String... headers) {
        return catchThrowableOfType(S3Exception.class, () -> readPlain("hello", headers));
    }

    /** The documentation's chunked upload: 65 KiB of the letter a. */
    private static byte[] documentedChunks(String first, String second, String last, String end) {
        return bytes("10000;chunk-signature=" + first + "\r\n" + "a".repeat(65_536) + "\r\n400;chunk-signature="
                + second + "\r\n" + "a".repeat(1024) + "\r\n0;chunk-signature=" + last + "\r\n" + end);
    }

    @Test
    void theDocumentedChunkedUploadVerifies() {
        RequestHead head = Heads.of(
                "PUT",
                "/examplebucket/chunkObject.txt",
                "Host: s3.amazonaws.com",
                DATE,
                "x-amz-storage-class: REDUCED_REDUNDANCY",
                "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "Content-Encoding: aws-chunked",
                "x-amz-decoded-content-length: 66560",
                "Content-Length: 66824",
                AuthenticatorTest.authorization(
                        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                                + "x-amz-decoded-content-length;x-amz-storage-class",
                        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
        byte[] wire = documentedChunks(
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
                "\r\n");
        assertThat(wire).hasSize(66_824);
        Authentication authentication =
                AuthenticatorTest.authenticator(AuthenticatorTest.NOW).authenticate(head);
        RequestPayload payload = RequestPayload.open(head, ScriptedSource.whole(wire), authentication.payload());
        assertThat(payload.declaredBytes()).hasValue(66_560);
        assertThat(payload.readAll(100_000)).hasSize(66_560).containsOnly('a');
    }

    @Test
    void theDocumentedUploadWithTrailerVerifies() {
        RequestHead head = Heads.of(
                "PUT",
                "/examplebucket/chunkObject.txt",
                "Host: s3.amazonaws.com",
                DATE,
                "x-amz-storage-class: REDUCED_REDUNDANCY",
                "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                "Content-Encoding: aws-chunked",
                "x-amz-decoded-content-length: 66560",
                "x-amz-trailer: x-amz-checksum-crc32c",
                AuthenticatorTest.authorization(
                        "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
                                + "x-amz-storage-class;x-amz-trailer",
                        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"));
        byte[] wire = documentedChunks(
                "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
                String.join(
                        "\r\n",
                        "x-amz-checksum-crc32c:sOO8/Q==",
                        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
                        "",
                        ""));
        Authentication authentication =
                AuthenticatorTest.authenticator(AuthenticatorTest.NOW).authenticate(head);
        RequestPayload payload = RequestPayload.open(head, ScriptedSource.whole(wire), authentication.payload());
        assertThat(payload.readAll(100_000)).hasSize(66_560);
        assertThat(payload.expected().checksums()).hasSize(1);
    }

    @Test
    void digestsThatHoldAreTaken() {
        assertThat(readPlain("hello", "Content-MD5: XUFAKrxLKna5cZ2REBfFkg==")).isEqualTo(bytes("hello"));
        assertThat(readPlain("hello", "x-amz-checksum-crc32: NhCmhg==")).isEqualTo(bytes("hello"));
        assertThat(readPlain("hello", "x-amz-sdk-checksum-algorithm: CRC32", "x-amz-checksum-crc32: NhCmhg=="))
                .isEqualTo(bytes("hello"));
    }

    @Test
    void digestsThatDoNotHoldAreRefused() {
        for (String header : new String[] {"Content-MD5: XUFAKrxLKna5cZ2REBfFkA==", "x-amz-checksum-crc32: NhCmhw=="}) {
            Throwable failure = catchThrowable(() -> readPlain("hello", header));
            assertThat(failure)
                    .as(header)
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.failure()).isInstanceOf(StoreFailure.BadDigest.class));
        }
    }

    @Test
    void malformedDigestsAreRefusedBeforeTheBody() {
        assertThat(refusal("Content-MD5: abc").code()).isEqualTo(S3ErrorCode.INVALID_DIGEST);
        assertThat(refusal("Content-MD5: ").code()).isEqualTo(S3ErrorCode.INVALID_DIGEST);
        assertThat(refusal("x-amz-checksum-crc32: bad"))
                .hasMessage("Value for x-amz-checksum-crc32 header is invalid.")
                .extracting(S3Exception::code)
                .isEqualTo(S3ErrorCode.INVALID_REQUEST);
        assertThat(catchThrowableOfType(
                                S3Exception.class,
                                () -> RequestPayload.open(
                                        Heads.of("PUT", "/b/k", "x-amz-checksum-crc32: bad"),
                                        ScriptedSource.whole(bytes("hello")),
                                        new PayloadProtection.Unsigned(),
                                        Compatibility.CEPH))
                        .code())
                .isEqualTo(S3ErrorCode.BAD_DIGEST);
        assertThat(refusal("x-amz-checksum-crc32: NhCmhg==", "x-amz-checksum-sha1: qvTGHdzF6KLavt4PO0gs2a6pQ00="))
                .hasMessageStartingWith("Expecting a single x-amz-checksum- header.");
        assertThat(refusal("x-amz-sdk-checksum-algorithm: CRC32").code()).isEqualTo(S3ErrorCode.INVALID_REQUEST);
        assertThat(refusal("x-amz-sdk-checksum-algorithm: MD4", "x-amz-checksum-crc32: NhCmhg=="))
                .hasMessageStartingWith("Checksum algorithm provided is unsupported.");
        assertThat(refusal("x-amz-sdk-checksum-algorithm: SHA1", "x-amz-checksum-crc32: NhCmhg=="))
                .hasMessage("Value for x-amz-sdk-checksum-algorithm header is invalid.");
        assertThat(refusal("x-amz-trailer: x-other").code()).isEqualTo(S3ErrorCode.INVALID_REQUEST);
        assertThat(refusal("x-amz-trailer: x-amz-checksum-crc32").code()).isEqualTo(S3ErrorCode.MALFORMED_TRAILER);
    }

    @Test
    void aTrailerOtherThanTheAnnouncedOneIsRefused() {
        RequestHead head =
                Heads.of("PUT", "/b/k", "x-amz-decoded-content-length: 0", "x-amz-trailer: x-amz-checksum-crc32c");
        for (String trailer : new String[] {"", "x-amz-checksum-crc32:AAAAAA==\r\n", "x-amz-checksum-crc32c:A\r\n"}) {
            RequestPayload payload = RequestPayload.open(
                    head,
                    ScriptedSource.whole(bytes("0\r\n" + trailer + "\r\n")),
                    new PayloadProtection.UnsignedChunks());
            assertThat(catchThrowableOfType(S3Exception.class, () -> payload.readAll(10))
                            .code())
                    .as(trailer)
                    .isIn(S3ErrorCode.MALFORMED_TRAILER, S3ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void aBodyWithoutLengthIsRefused() {
        BodySource endless = new BodySource() {
            @Override
            public @Nullable ByteBuffer next() {
                throw new AssertionError("not to be read");
            }

            @Override
            public OptionalLong declaredBytes() {
                return OptionalLong.empty();
            }

            @Override
            public boolean chunked() {
                return false;
            }
        };
        RequestHead head = Heads.of("PUT", "/b/k");
        assertThat(catchThrowableOfType(
                                S3Exception.class,
                                () -> RequestPayload.open(head, endless, new PayloadProtection.Unsigned()))
                        .code())
                .isEqualTo(S3ErrorCode.MISSING_CONTENT_LENGTH);
    }

    @Test
    void chunksWithoutDecodedLengthAreRefused() {
        for (String length : new String[] {"-1", "x", "9999999999999999999999"}) {
            RequestHead head = Heads.of("PUT", "/b/k", "x-amz-decoded-content-length: " + length);
            assertThat(catchThrowableOfType(
                                    S3Exception.class,
                                    () -> RequestPayload.open(
                                            head,
                                            ScriptedSource.whole(bytes("")),
                                            new PayloadProtection.UnsignedChunks()))
                            .code())
                    .isEqualTo(S3ErrorCode.INVALID_ARGUMENT);
        }
        assertThat(catchThrowableOfType(
                                S3Exception.class,
                                () -> RequestPayload.open(
                                        Heads.of("PUT", "/b/k"),
                                        ScriptedSource.whole(bytes("")),
                                        new PayloadProtection.UnsignedChunks()))
                        .code())
                .isEqualTo(S3ErrorCode.MISSING_CONTENT_LENGTH);
    }

    @Test
    void moreThanIsWantedIsRefused() {
        assertThat(catchThrowableOfType(
                                S3Exception.class,
                                () -> RequestPayload.open(
                                                Heads.of("PUT", "/b/k"),
                                                ScriptedSource.whole(bytes("hello")),
                                                new PayloadProtection.Unsigned())
                                        .readAll(4))
                        .code())
                .isEqualTo(S3ErrorCode.MAX_MESSAGE_LENGTH_EXCEEDED);
    }
}
