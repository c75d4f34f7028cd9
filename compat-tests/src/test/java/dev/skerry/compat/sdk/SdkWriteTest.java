package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Conditional writes, presigned URLs, copies, tags, deletes. */
@ExtendWith(WithServer.class)
class SdkWriteTest {
    private S3Client client;
    private String bucket;

    @BeforeEach
    void setUp(SkerryServer server) {
        client = Sdk.sync(server);
        bucket = Sdk.bucket(client);
    }

    @AfterEach
    void tearDown() {
        client.close();
    }

    private PutObjectResponse put(String key, String text) {
        return client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(text));
    }

    private String text(String key) {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
    }

    @Test
    void conditionsOnWritesHold() {
        String first = put("k", "one").eTag();
        assertThat(Sdk.refusal(() ->
                        client.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromString("x"))))
                .isEqualTo("412 PreconditionFailed");
        client.putObject(b -> b.bucket(bucket).key("new").ifNoneMatch("*"), RequestBody.fromString("fresh"));
        String second = client.putObject(b -> b.bucket(bucket).key("k").ifMatch(first), RequestBody.fromString("two"))
                .eTag();
        assertThat(Sdk.refusal(() ->
                        client.putObject(b -> b.bucket(bucket).key("k").ifMatch(first), RequestBody.fromString("x"))))
                .isEqualTo("412 PreconditionFailed");
        assertThat(Sdk.refusal(() -> client.putObject(
                        b -> b.bucket(bucket).key("none").ifMatch(first), RequestBody.fromString("x"))))
                .isEqualTo("404 NoSuchKey");
        assertThat(text("k")).isEqualTo("two");
        assertThat(text("new")).isEqualTo("fresh");
        assertThat(Sdk.refusal(
                        () -> client.deleteObject(b -> b.bucket(bucket).key("k").ifMatch(first))))
                .isEqualTo("412 PreconditionFailed");
        client.deleteObject(b -> b.bucket(bucket).key("k").ifMatch(second));
        client.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromString("again"));
        assertThat(text("k")).isEqualTo("again");
    }

    @Test
    void presignedUrlsPutAndGet(SkerryServer server) throws Exception {
        byte[] content = Bytes.of(11, 100_000);
        String key = "a b/é+&=%.bin";
        try (S3Presigner presigner = Sdk.presigner(server);
                HttpClient http = HttpClient.newHttpClient()) {
            URI put = presigner
                    .presignPutObject(p -> p.signatureDuration(Duration.ofMinutes(5))
                            .putObjectRequest(b -> b.bucket(bucket).key(key)))
                    .url()
                    .toURI();
            HttpResponse<String> stored = http.send(
                    HttpRequest.newBuilder(put)
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
            URI get = presigner
                    .presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(5))
                            .getObjectRequest(b -> b.bucket(bucket).key(key).responseContentType("text/x-signed")))
                    .url()
                    .toURI();
            HttpResponse<byte[]> got =
                    http.send(HttpRequest.newBuilder(get).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(content);
            assertThat(got.headers().firstValue("content-type")).contains("text/x-signed");
        }
    }

    @Test
    void copiesKeepOrReplaceWhatIsSaidOfTheObject() {
        client.putObject(
                b -> b.bucket(bucket)
                        .key("from é")
                        .contentType("text/a")
                        .metadata(Map.of("m", "1"))
                        .tagging("t=1"),
                RequestBody.fromString("content"));
        client.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("from é")
                .destinationBucket(bucket)
                .destinationKey("kept"));
        client.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("from é")
                .destinationBucket(bucket)
                .destinationKey("replaced")
                .metadataDirective(MetadataDirective.REPLACE)
                .contentType("text/b")
                .metadata(Map.of("n", "2"))
                .taggingDirective(TaggingDirective.REPLACE)
                .tagging("u=2"));
        var kept = client.headObject(b -> b.bucket(bucket).key("kept"));
        assertThat(kept.contentType()).isEqualTo("text/a");
        assertThat(kept.metadata()).containsOnly(Map.entry("m", "1"));
        assertThat(tags("kept")).containsOnly(Map.entry("t", "1"));
        var replaced = client.headObject(b -> b.bucket(bucket).key("replaced"));
        assertThat(replaced.contentType()).isEqualTo("text/b");
        assertThat(replaced.metadata()).containsOnly(Map.entry("n", "2"));
        assertThat(tags("replaced")).containsOnly(Map.entry("u", "2"));
        assertThat(text("kept") + text("replaced")).isEqualTo("contentcontent");
        assertThat(Sdk.refusal(() -> client.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("kept")
                        .destinationBucket(bucket)
                        .destinationKey("kept"))))
                .as("onto itself without a change")
                .isEqualTo("400 InvalidRequest");
        assertThat(Sdk.refusal(() -> client.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("none")
                        .destinationBucket(bucket)
                        .destinationKey("x"))))
                .isEqualTo("404 NoSuchKey");
    }

    @Test
    void copySourceConditionsHold() {
        String etag = put("from", "content").eTag();
        assertThat(Sdk.refusal(() -> client.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("from")
                        .destinationBucket(bucket)
                        .destinationKey("to")
                        .copySourceIfMatch("\"other\""))))
                .isEqualTo("412 PreconditionFailed");
        assertThat(Sdk.refusal(() -> client.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("from")
                        .destinationBucket(bucket)
                        .destinationKey("to")
                        .copySourceIfNoneMatch(etag))))
                .isEqualTo("412 PreconditionFailed");
        client.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("from")
                .destinationBucket(bucket)
                .destinationKey("to")
                .copySourceIfMatch(etag));
        assertThat(text("to")).isEqualTo("content");
    }

    @Test
    void largeObjectIsCopied() {
        byte[] content = Bytes.of(5, 70 << 20);
        client.putObject(b -> b.bucket(bucket).key("from"), RequestBody.fromBytes(content));
        client.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("from")
                .destinationBucket(bucket)
                .destinationKey("to"));
        client.deleteObject(b -> b.bucket(bucket).key("from"));
        assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("to")).asByteArrayUnsafe())
                .isEqualTo(content);
    }

    private Map<String, String> tags(String key) {
        return client.getObjectTagging(b -> b.bucket(bucket).key(key)).tagSet().stream()
                .collect(java.util.stream.Collectors.toMap(Tag::key, Tag::value));
    }

    @Test
    void tagsOfObjectsAndBucketsAreSetShownAndRemoved() {
        put("k", "x");
        assertThat(tags("k")).isEmpty();
        List<Tag> tagSet = List.of(
                Tag.builder().key("a b").value("1 + 2").build(),
                Tag.builder().key("é").value("").build());
        client.putObjectTagging(b -> b.bucket(bucket).key("k").tagging(t -> t.tagSet(tagSet)));
        assertThat(tags("k")).containsOnly(Map.entry("a b", "1 + 2"), Map.entry("é", ""));
        assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("k"))
                        .response()
                        .tagCount())
                .isEqualTo(2);
        client.deleteObjectTagging(b -> b.bucket(bucket).key("k"));
        assertThat(tags("k")).isEmpty();
        List<Tag> tooMany = IntStream.range(0, 11)
                .mapToObj(i -> Tag.builder().key("k" + i).value("v").build())
                .toList();
        assertThat(Sdk.refusal(() ->
                        client.putObjectTagging(b -> b.bucket(bucket).key("k").tagging(t -> t.tagSet(tooMany)))))
                .startsWith("400");

        assertThat(Sdk.refusal(() -> client.getBucketTagging(b -> b.bucket(bucket))))
                .isEqualTo("404 NoSuchTagSet");
        client.putBucketTagging(b -> b.bucket(bucket).tagging(t -> t.tagSet(tagSet)));
        assertThat(client.getBucketTagging(b -> b.bucket(bucket)).tagSet()).containsExactlyInAnyOrderElementsOf(tagSet);
        client.deleteBucketTagging(b -> b.bucket(bucket));
        assertThat(Sdk.refusal(() -> client.getBucketTagging(b -> b.bucket(bucket))))
                .isEqualTo("404 NoSuchTagSet");
    }

    @Test
    void manyObjectsAreDeletedAtOnce() {
        List<ObjectIdentifier> keys = IntStream.range(0, 500)
                .mapToObj(i -> ObjectIdentifier.builder().key("k <&> é" + i).build())
                .toList();
        keys.stream().limit(100).forEach(k -> put(k.key(), "x"));
        put("stays", "x");
        DeleteObjectsResponse answer = client.deleteObjects(
                b -> b.bucket(bucket).delete(Delete.builder().objects(keys).build()));
        assertThat(answer.errors()).isEmpty();
        assertThat(answer.deleted()).extracting(DeletedObject::key).hasSize(500);
        assertThat(client.listObjectsV2(b -> b.bucket(bucket)).contents())
                .singleElement()
                .satisfies(o -> assertThat(o.key()).isEqualTo("stays"));
        assertThat(client.deleteObjects(b -> b.bucket(bucket)
                                .delete(d -> d.quiet(true)
                                        .objects(ObjectIdentifier.builder()
                                                .key("stays")
                                                .build())))
                        .deleted())
                .isEmpty();
        assertThat(client.listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
    }
}
