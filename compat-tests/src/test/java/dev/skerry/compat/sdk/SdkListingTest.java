package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Listings, whatever the page size: the same keys in the order of their bytes, none twice, none missing. */
@ExtendWith(WithServer.class)
class SdkListingTest {
    private static final List<String> KEYS = Stream.of(
                    IntStream.range(0, 120)
                            .mapToObj(i -> String.format(Locale.ROOT, "photos/20%02d/%03d.jpg", i % 12, i)),
                    Stream.of(
                            "a",
                            "a/",
                            "a//b",
                            "../x",
                            "é",
                            "日本",
                            "z+z",
                            "z z",
                            "z%z",
                            "Z",
                            "a/b",
                            "a0",
                            "\uD83D\uDE00",
                            "\uFB01"))
            .flatMap(s -> s)
            .sorted(Comparator.comparing(k -> k.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
            .toList();

    private static S3Client client;
    private static String bucket;

    @BeforeAll
    static void setUp(SkerryServer server) {
        client = Sdk.sync(server);
        bucket = Sdk.versionedBucket(client);
        KEYS.forEach(key -> client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(key)));
    }

    @AfterAll
    static void tearDown() {
        client.close();
    }

    @Test
    void everyPageSizeGivesTheSameKeys() {
        for (int size : new int[] {1, 2, 7, 100, 1000}) {
            assertThat(client.listObjectsV2Paginator(b -> b.bucket(bucket).maxKeys(size)).contents().stream()
                            .map(S3Object::key))
                    .as("v2 by %d", size)
                    .containsExactlyElementsOf(KEYS);
            assertThat(v1(size)).as("v1 by %d", size).containsExactlyElementsOf(KEYS);
            assertThat(client.listObjectVersionsPaginator(b -> b.bucket(bucket).maxKeys(size)).versions().stream()
                            .map(ObjectVersion::key))
                    .as("versions by %d", size)
                    .containsExactlyElementsOf(KEYS);
        }
    }

    private static List<String> v1(int size) {
        List<String> keys = new ArrayList<>();
        String marker = "";
        while (true) {
            String from = marker;
            ListObjectsResponse page =
                    client.listObjects(b -> b.bucket(bucket).maxKeys(size).marker(from));
            page.contents().forEach(o -> keys.add(o.key()));
            if (!page.isTruncated()) {
                return keys;
            }
            marker = page.contents().getLast().key();
        }
    }

    @Test
    void delimiterFoldsWhateverThePageSize() {
        List<String> keys = KEYS.stream().filter(k -> !k.contains("/")).toList();
        for (int size : new int[] {1, 3, 1000}) {
            List<ListObjectsV2Response> pages =
                    client
                            .listObjectsV2Paginator(
                                    b -> b.bucket(bucket).delimiter("/").maxKeys(size))
                            .stream()
                            .toList();
            assertThat(pages.stream().flatMap(p -> p.contents().stream()).map(S3Object::key))
                    .containsExactlyElementsOf(keys);
            assertThat(pages.stream().flatMap(p -> p.commonPrefixes().stream()).map(CommonPrefix::prefix))
                    .containsExactly("../", "a/", "photos/");
            assertThat(pages).allSatisfy(p -> assertThat(p.keyCount()).isLessThanOrEqualTo(size));
        }
        assertThat(client
                        .listObjectsV2Paginator(b -> b.bucket(bucket)
                                .prefix("photos/")
                                .delimiter("/")
                                .maxKeys(5))
                        .commonPrefixes()
                        .stream()
                        .map(CommonPrefix::prefix))
                .hasSize(12)
                .isSorted()
                .contains("photos/2000/", "photos/2011/");
    }

    @Test
    void listingStartsWhereAsked() {
        List<String> after = KEYS.subList(KEYS.indexOf("photos/2003/003.jpg") + 1, KEYS.size());
        assertThat(keys(ListObjectsV2Request.builder().startAfter("photos/2003/003.jpg")))
                .containsExactlyElementsOf(after);
        assertThat(keys(ListObjectsV2Request.builder().startAfter("photos/2003/003.jp")))
                .startsWith("photos/2003/003.jpg");
        assertThat(keys(ListObjectsV2Request.builder().prefix("photos/2005/")))
                .hasSize(10)
                .allMatch(k -> k.startsWith("photos/2005/"));
        assertThat(keys(ListObjectsV2Request.builder().prefix("none"))).isEmpty();
        assertThat(client.listObjectsV2(b -> b.bucket(bucket).maxKeys(0)).isTruncated())
                .isFalse();
    }

    private static List<String> keys(ListObjectsV2Request.Builder request) {
        return client.listObjectsV2(request.bucket(bucket).build()).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    @Test
    void urlEncodingIsUndoneByTheClient() {
        assertThat(client.listObjectsV2(b -> b.bucket(bucket).encodingType(EncodingType.URL))
                        .contents())
                .extracting(S3Object::key)
                .containsExactlyElementsOf(KEYS);
    }

    @Test
    void bucketsAreListedByName() {
        String other = Sdk.bucket(client);
        List<String> names =
                client.listBuckets().buckets().stream().map(Bucket::name).toList();
        assertThat(names).isSorted().contains(bucket, other);
        assertThat(client.listBucketsPaginator(b -> b.maxBuckets(1)).buckets().stream()
                        .map(Bucket::name))
                .contains(bucket, other)
                .doesNotHaveDuplicates();
        client.headBucket(b -> b.bucket(other));
        assertThat(client.getBucketLocation(b -> b.bucket(other)).locationConstraintAsString())
                .isNullOrEmpty();
        client.deleteBucket(b -> b.bucket(other));
        assertThat(Sdk.refusal(() -> client.headBucket(b -> b.bucket(other)))).startsWith("404");
        assertThat(Sdk.refusal(() -> client.deleteBucket(b -> b.bucket(bucket))))
                .isEqualTo("409 BucketNotEmpty");
    }
}
