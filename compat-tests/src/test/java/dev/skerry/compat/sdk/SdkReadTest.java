package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Ranges, conditional reads, overrides of answer headers. */
@ExtendWith(WithServer.class)
class SdkReadTest {
    private static final byte[] CONTENT = Bytes.of(3, 200_000);

    private S3Client client;
    private String bucket;

    @BeforeEach
    void setUp(SkerryServer server) {
        client = Sdk.sync(server);
        bucket = Sdk.bucket(client);
        client.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(CONTENT));
    }

    @AfterEach
    void tearDown() {
        client.close();
    }

    @Test
    void rangesAreCutOutOfTheObject() {
        for (int[] range : List.of(
                new int[] {0, 0},
                new int[] {0, 199_999},
                new int[] {65_535, 65_536},
                new int[] {65_536, 131_071},
                new int[] {199_999, 199_999},
                new int[] {123_456, 150_001})) {
            ResponseBytes<GetObjectResponse> got = range("bytes=" + range[0] + "-" + range[1]);
            assertThat(got.asByteArrayUnsafe()).isEqualTo(Arrays.copyOfRange(CONTENT, range[0], range[1] + 1));
            assertThat(got.response().contentRange())
                    .isEqualTo("bytes " + range[0] + "-" + range[1] + "/" + CONTENT.length);
            assertThat(got.response().sdkHttpResponse().statusCode()).isEqualTo(206);
        }
    }

    @Test
    void openAndSuffixRangesReachTheEnd() {
        assertThat(range("bytes=199990-").asByteArrayUnsafe()).isEqualTo(Arrays.copyOfRange(CONTENT, 199_990, 200_000));
        assertThat(range("bytes=-10").asByteArrayUnsafe()).isEqualTo(Arrays.copyOfRange(CONTENT, 199_990, 200_000));
        assertThat(range("bytes=-300000").asByteArrayUnsafe()).isEqualTo(CONTENT);
        assertThat(range("bytes=199990-999999").asByteArrayUnsafe())
                .isEqualTo(Arrays.copyOfRange(CONTENT, 199_990, 200_000));
    }

    @Test
    void rangeBeyondTheEndIsRefused() {
        assertThat(Sdk.refusal(() -> range("bytes=200000-"))).isEqualTo("416 InvalidRange");
        assertThat(Sdk.refusal(() -> range("bytes=-0"))).isEqualTo("416 InvalidRange");
    }

    @Test
    void malformedRangesGiveTheWholeObject() {
        for (String range : List.of("bytes=5-2", "bytes=x-y", "lines=1-2", "bytes=")) {
            assertThat(range(range).asByteArrayUnsafe()).as(range).isEqualTo(CONTENT);
        }
    }

    private ResponseBytes<GetObjectResponse> range(String range) {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key("k").range(range));
    }

    @Test
    void conditionsOnReadsHold() {
        HeadObjectResponse head = client.headObject(b -> b.bucket(bucket).key("k"));
        Instant before = head.lastModified().minus(Duration.ofHours(1));
        Instant after = head.lastModified().plus(Duration.ofSeconds(1));
        assertThat(Sdk.refusal(() -> client.getObjectAsBytes(
                        b -> b.bucket(bucket).key("k").ifMatch("\"0123456789abcdef0123456789abcdef\""))))
                .isEqualTo("412 PreconditionFailed");
        assertThat(Sdk.refusal(() ->
                        client.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifNoneMatch(head.eTag()))))
                .startsWith("304");
        assertThat(Sdk.refusal(() ->
                        client.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifModifiedSince(head.lastModified()))))
                .startsWith("304");
        assertThat(Sdk.refusal(() ->
                        client.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifUnmodifiedSince(before))))
                .isEqualTo("412 PreconditionFailed");
        // If-Match that holds makes If-Unmodified-Since not count, and so with the other pair
        for (ResponseBytes<GetObjectResponse> got : List.of(
                client.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifMatch(head.eTag())),
                client.getObjectAsBytes(
                        b -> b.bucket(bucket).key("k").ifMatch(head.eTag()).ifUnmodifiedSince(before)),
                client.getObjectAsBytes(
                        b -> b.bucket(bucket).key("k").ifNoneMatch("\"other\"").ifModifiedSince(after)),
                client.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifModifiedSince(before)),
                client.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifUnmodifiedSince(after)))) {
            assertThat(got.asByteArrayUnsafe()).isEqualTo(CONTENT);
        }
    }

    @Test
    void answerHeadersCanBeOverridden() {
        GetObjectResponse got = client.getObjectAsBytes(b -> b.bucket(bucket)
                        .key("k")
                        .responseContentType("text/x-other")
                        .responseContentDisposition("attachment; filename=\"a b.txt\"")
                        .responseContentLanguage("nb")
                        .responseCacheControl("no-store")
                        .responseContentEncoding("identity"))
                .response();
        assertThat(got.contentType()).isEqualTo("text/x-other");
        assertThat(got.contentDisposition()).isEqualTo("attachment; filename=\"a b.txt\"");
        assertThat(got.contentLanguage()).isEqualTo("nb");
        assertThat(got.cacheControl()).isEqualTo("no-store");
    }

    @Test
    void headersAndMetadataAreKept() {
        client.putObject(
                b -> b.bucket(bucket)
                        .key("m")
                        .cacheControl("max-age=60")
                        .contentDisposition("inline")
                        .contentEncoding("gzip")
                        .contentLanguage("en")
                        .contentType("text/plain; charset=utf-8")
                        .expires(Instant.parse("2030-01-01T00:00:00Z"))
                        .metadata(Map.of("one", "1", "two-words", "a b  c")),
                RequestBody.fromString("x"));
        HeadObjectResponse head = client.headObject(b -> b.bucket(bucket).key("m"));
        assertThat(head.cacheControl()).isEqualTo("max-age=60");
        assertThat(head.contentDisposition()).isEqualTo("inline");
        assertThat(head.contentEncoding()).isEqualTo("gzip");
        assertThat(head.contentLanguage()).isEqualTo("en");
        assertThat(head.contentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(head.expiresString()).isEqualTo("Tue, 01 Jan 2030 00:00:00 GMT");
        assertThat(head.metadata()).containsOnly(Map.entry("one", "1"), Map.entry("two-words", "a b  c"));
    }

    @Test
    void missingThingsHaveTheirCodes() {
        assertThat(Sdk.refusal(
                        () -> client.getObjectAsBytes(b -> b.bucket(bucket).key("none"))))
                .isEqualTo("404 NoSuchKey");
        assertThat(Sdk.refusal(() -> client.getObjectAsBytes(
                        b -> b.bucket("no-such-bucket-x").key("k"))))
                .isEqualTo("404 NoSuchBucket");
        assertThat(Sdk.refusal(() -> client.headObject(b -> b.bucket(bucket).key("none"))))
                .startsWith("404");
    }
}
