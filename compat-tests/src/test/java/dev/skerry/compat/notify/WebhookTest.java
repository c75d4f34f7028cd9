package dev.skerry.compat.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Form;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Event;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.FilterRule;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.OwnershipControlsRule;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.TopicConfiguration;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/** Webhooks get what their rules ask for: all of it, at least once, in the order of each key, whatever breaks. */
@ExtendWith(WithServer.class)
class WebhookTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String ARN = "arn:skerry:sqs::hook:webhook";

    private static SkerryServer server(ServerLab lab, String... targets) {
        List<String> yaml = new ArrayList<>(List.of("notifications:", "  targets:"));
        yaml.addAll(List.of(targets));
        return lab.server(Settings.of(lab.path("data")).withYaml(yaml.toArray(String[]::new)))
                .start();
    }

    private static QueueConfiguration queue(Event... events) {
        return QueueConfiguration.builder()
                .id("all")
                .queueArn(ARN)
                .events(events)
                .build();
    }

    private static void notify(S3Client client, String bucket, QueueConfiguration... rules) {
        client.putBucketNotificationConfiguration(
                b -> b.bucket(bucket).notificationConfiguration(n -> n.queueConfigurations(rules)));
    }

    @Test
    void everyOperationIsToldInTheFormOfS3(ServerLab lab) throws Throwable {
        Path token = lab.path("token");
        Files.createDirectories(token.getParent());
        Files.writeString(token, "a-token\n");
        try (Receiver receiver = new Receiver()) {
            SkerryServer server =
                    server(lab, receiver.yaml("hook", ", token_file: " + token + ", headers: {X-From: skerry}"));
            try (S3Client client = Sdk.sync(server)) {
                String bucket = Sdk.versionedBucket(client);
                notify(
                        client,
                        bucket,
                        queue(
                                Event.S3_OBJECT_CREATED,
                                Event.S3_OBJECT_REMOVED,
                                Event.S3_OBJECT_TAGGING,
                                Event.S3_OBJECT_ACL_PUT));
                assertThat(receiver.tests()).singleElement().satisfies(test -> {
                    assertThat(test.path("Event").asText()).isEqualTo("s3:TestEvent");
                    assertThat(test.path("Bucket").asText()).isEqualTo(bucket);
                });
                String version = doEverything(client, bucket);
                Eventually.holds(
                        SOON,
                        () -> assertThat(names(receiver.events()))
                                .containsExactly(
                                        "ObjectCreated:Put",
                                        "ObjectTagging:Put",
                                        "ObjectTagging:Delete",
                                        "ObjectCreated:Copy",
                                        "ObjectRemoved:DeleteMarkerCreated",
                                        "ObjectRemoved:Delete",
                                        "ObjectCreated:CompleteMultipartUpload"));
                assertFormOfS3(receiver.events().getFirst(), bucket, version);
                assertThat(receiver.lastHeaders().get("Authorization")).isEqualTo("Bearer a-token");
                assertThat(receiver.lastHeaders().get("X-From")).isEqualTo("skerry");
                assertInOrder(receiver.events());
            }
        }
    }

    /** One of each, in this order; gives the first version's id. */
    private static String doEverything(S3Client client, String bucket) {
        String version = client.putObject(b -> b.bucket(bucket).key("dir/a key+é"), RequestBody.fromString("text"))
                .versionId();
        client.putObjectTagging(b -> b.bucket(bucket)
                .key("dir/a key+é")
                .tagging(t -> t.tagSet(Tag.builder().key("k").value("v").build())));
        client.deleteObjectTagging(b -> b.bucket(bucket).key("dir/a key+é"));
        client.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("dir/a key+é")
                .destinationBucket(bucket)
                .destinationKey("dir/a key+é")
                .metadataDirective(MetadataDirective.REPLACE));
        client.deleteObject(b -> b.bucket(bucket).key("dir/a key+é"));
        client.deleteObject(b -> b.bucket(bucket).key("dir/a key+é").versionId(version));
        String upload = client.createMultipartUpload(b -> b.bucket(bucket).key("dir/a key+é"))
                .uploadId();
        String etag = client.uploadPart(
                        b -> b.bucket(bucket)
                                .key("dir/a key+é")
                                .uploadId(upload)
                                .partNumber(1),
                        RequestBody.fromString("part"))
                .eTag();
        client.completeMultipartUpload(b -> b.bucket(bucket)
                .key("dir/a key+é")
                .uploadId(upload)
                .multipartUpload(m ->
                        m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
        return version;
    }

    private static void assertFormOfS3(JsonNode put, String bucket, String version) {
        assertThat(put.path("eventSource").asText()).isEqualTo("aws:s3");
        assertThat(put.path("eventVersion").asText()).isEqualTo("2.1");
        assertThat(put.path("awsRegion").asText()).isEqualTo("us-east-1");
        JsonNode s3 = put.path("s3");
        assertThat(s3.path("configurationId").asText()).isEqualTo("all");
        assertThat(s3.path("bucket").path("name").asText()).isEqualTo(bucket);
        assertThat(s3.path("bucket").path("arn").asText()).isEqualTo("arn:aws:s3:::" + bucket);
        assertThat(s3.path("object").path("key").asText()).isEqualTo("dir/a+key%2B%C3%A9");
        assertThat(s3.path("object").path("size").asLong()).isEqualTo(4);
        assertThat(s3.path("object").path("eTag").asText()).isEqualTo("1cb251ec0d568de6a929b520c4aed8d1");
        assertThat(s3.path("object").path("versionId").asText()).isEqualTo(version);
    }

    @Test
    void formsListsAndLifecycleRulesAreToldToo(ServerLab lab) throws Throwable {
        try (Receiver receiver = new Receiver()) {
            SkerryServer server = lab.server(Settings.of(lab.path("data"))
                            .withYaml(
                                    "lifecycle:",
                                    "  day: 1s",
                                    "  interval: 200ms",
                                    "notifications:",
                                    "  targets:",
                                    receiver.yaml("hook", "")))
                    .start();
            try (S3Client client = Sdk.sync(server)) {
                String bucket = Sdk.bucket(client);
                client.putBucketOwnershipControls(b -> b.bucket(bucket)
                        .ownershipControls(o -> o.rules(OwnershipControlsRule.builder()
                                .objectOwnership(ObjectOwnership.OBJECT_WRITER)
                                .build())));
                QueueConfiguration all = queue(
                        Event.S3_OBJECT_CREATED,
                        Event.S3_OBJECT_REMOVED,
                        Event.S3_OBJECT_ACL_PUT,
                        Event.S3_LIFECYCLE_EXPIRATION,
                        Event.S3_LIFECYCLE_TRANSITION);
                notify(client, bucket, all);
                post(server, bucket, "posted");
                client.putObjectAcl(b -> b.bucket(bucket).key("posted").acl(ObjectCannedACL.PRIVATE));
                follow(
                        client,
                        bucket,
                        rule -> rule.transitions(Transition.builder()
                                        .days(1)
                                        .storageClass(TransitionStorageClass.GLACIER)
                                        .build())
                                .expiration(e -> e.days(3)));
                Eventually.holds(
                        SOON,
                        () -> assertThat(names(receiver.events()))
                                .containsExactly(
                                        "ObjectCreated:Post",
                                        "ObjectAcl:Put",
                                        "LifecycleTransition",
                                        "LifecycleExpiration:Delete"));
                JsonNode moved = receiver.events().get(2);
                assertThat(moved.path("lifecycleEventData")
                                .path("transitionEventData")
                                .path("destinationStorageClass")
                                .asText())
                        .isEqualTo("GLACIER");
                assertThat(moved.path("userIdentity").path("principalId").asText())
                        .isEqualTo("s3.amazonaws.com");
                ofVersions(client, receiver, all);
            }
        }
    }

    private static void post(SkerryServer server, String bucket, String key) throws IOException {
        Wire.exchange(
                server.s3(),
                new Form()
                        .field("key", key)
                        .file("f", Bytes.of(1, 200_000))
                        .sign("{\"bucket\": \"" + bucket + "\"}", "{\"key\": \"" + key + "\"}")
                        .to(server.s3(), bucket));
    }

    private static void ofVersions(S3Client client, Receiver receiver, QueueConfiguration all) throws Throwable {
        String versioned = Sdk.versionedBucket(client);
        notify(client, versioned, all);
        client.putObject(b -> b.bucket(versioned).key("k"), RequestBody.fromString("text"));
        follow(
                client,
                versioned,
                rule -> rule.expiration(e -> e.days(1)).noncurrentVersionExpiration(n -> n.noncurrentDays(1)));
        Eventually.holds(
                SOON,
                () -> assertThat(names(receiver.events()).stream().skip(4))
                        .containsExactly(
                                "ObjectCreated:Put",
                                "LifecycleExpiration:DeleteMarkerCreated",
                                "LifecycleExpiration:Delete"));
    }

    private static void follow(S3Client client, String bucket, UnaryOperator<LifecycleRule.Builder> rule) {
        LifecycleRule made = rule.apply(
                        LifecycleRule.builder().status(ExpirationStatus.ENABLED).filter(f -> f.prefix("")))
                .build();
        client.putBucketLifecycleConfiguration(b -> b.bucket(bucket).lifecycleConfiguration(c -> c.rules(made)));
    }

    @Test
    void onlyWhatTheFilterLetsThroughIsTold(ServerLab lab) throws Throwable {
        try (Receiver receiver = new Receiver();
                Receiver other = new Receiver()) {
            SkerryServer server = server(lab, receiver.yaml("hook", ""), other.yaml("other", ""));
            try (S3Client client = Sdk.sync(server)) {
                String bucket = Sdk.bucket(client);
                client.putObject(b -> b.bucket(bucket).key("in/before.jpg"), RequestBody.fromString("x"));
                client.putBucketNotificationConfiguration(b -> b.bucket(bucket)
                        .notificationConfiguration(n -> n.queueConfigurations(
                                        queue(Event.S3_OBJECT_CREATED_PUT).toBuilder()
                                                .filter(f -> f.key(k -> k.filterRules(
                                                        FilterRule.builder()
                                                                .name("prefix")
                                                                .value("in/")
                                                                .build(),
                                                        FilterRule.builder()
                                                                .name("suffix")
                                                                .value(".jpg")
                                                                .build())))
                                                .build())
                                .topicConfigurations(TopicConfiguration.builder()
                                        .topicArn("arn:skerry:sns:us-east-1:other:webhook")
                                        .events(Event.S3_OBJECT_REMOVED)
                                        .build())));
                for (String key : List.of("in/a.jpg", "in/a.png", "out/a.jpg", "in/b.jpg")) {
                    client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("x"));
                }
                client.deleteObject(b -> b.bucket(bucket).key("out/a.jpg"));
                Eventually.holds(SOON, () -> {
                    assertThat(keys(receiver.events())).containsExactlyInAnyOrder("in/a.jpg", "in/b.jpg");
                    assertThat(keys(other.events())).containsExactly("out/a.jpg");
                });
                GetBucketNotificationConfigurationResponse shown =
                        client.getBucketNotificationConfiguration(b -> b.bucket(bucket));
                assertThat(shown.queueConfigurations()).singleElement().satisfies(rule -> {
                    assertThat(rule.id()).isEqualTo("all");
                    assertThat(rule.queueArn()).isEqualTo(ARN);
                    assertThat(rule.filter().key().filterRules()).hasSize(2);
                });
                assertThat(shown.topicConfigurations()).hasSize(1);
                notify(client, bucket);
                assertThat(client.getBucketNotificationConfiguration(b -> b.bucket(bucket))
                                .queueConfigurations())
                        .isEmpty();
            }
        }
    }

    @Test
    void aTargetThatIsUnknownOrDoesNotAnswerIsRefused(ServerLab lab) {
        try (Receiver receiver = new Receiver()) {
            SkerryServer server = server(lab, receiver.yaml("hook", ", timeout: 1s"));
            try (S3Client client = Sdk.sync(server)) {
                String bucket = Sdk.bucket(client);
                assertThat(refusal(
                                client,
                                bucket,
                                queue(Event.S3_OBJECT_CREATED).toBuilder()
                                        .queueArn("arn:skerry:sqs::nobody:webhook")
                                        .build()))
                        .isEqualTo("400 InvalidArgument");
                receiver.manner(Receiver.Manner.HANGS);
                assertThat(refusal(client, bucket, queue(Event.S3_OBJECT_CREATED)))
                        .isEqualTo("400 InvalidArgument");
                client.putBucketNotificationConfiguration(b -> b.bucket(bucket)
                        .skipDestinationValidation(true)
                        .notificationConfiguration(n -> n.queueConfigurations(queue(Event.S3_OBJECT_CREATED))));
            }
        }
    }

    private static String refusal(S3Client client, String bucket, QueueConfiguration rule) {
        return Sdk.refusal(() -> client.putBucketNotificationConfiguration(
                b -> b.bucket(bucket).notificationConfiguration(n -> n.queueConfigurations(rule))));
    }

    @Test
    void nothingIsLostWhateverBreaks(ServerLab lab) throws Throwable {
        try (Receiver receiver = new Receiver()) {
            SkerryServer server = server(lab, receiver.yaml("hook", ", timeout: 2s"));
            String bucket;
            try (S3Client client = Sdk.sync(server)) {
                bucket = Sdk.bucket(client);
                client.putBucketVersioning(
                        b -> b.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
                // a busy machine may take longer than that for the test event
                client.putBucketNotificationConfiguration(b -> b.bucket(bucket)
                        .skipDestinationValidation(true)
                        .notificationConfiguration(n -> n.queueConfigurations(queue(Event.S3_OBJECT_CREATED))));
            }
            Map<String, List<String>> written = new ConcurrentHashMap<>();
            receiver.manner(Receiver.Manner.FALTERS);
            write(server, bucket, "faltering", written);
            receiver.manner(Receiver.Manner.HANGS);
            write(server, bucket, "hanging", written);
            receiver.stop();
            write(server, bucket, "gone", written);
            receiver.manner(Receiver.Manner.REFUSES);
            receiver.start();
            server.kill();
            server.start();
            write(server, bucket, "refusing", written);
            receiver.manner(Receiver.Manner.FALTERS);
            write(server, bucket, "again", written);
            server.kill();
            receiver.manner(Receiver.Manner.TAKES);
            server.start();
            write(server, bucket, "last", written);

            Set<String> acknowledged =
                    written.values().stream().flatMap(List::stream).collect(Collectors.toSet());
            assertThat(acknowledged).hasSize(6 * 8 * 10);
            Eventually.holds(
                    Duration.ofMinutes(2),
                    () -> assertThat(versions(receiver.events())).containsAll(acknowledged));
            assertThat(receiver.refused()).as("the receiver did refuse").isPositive();
            assertInOrder(receiver.events());
        }
    }

    @Test
    void aStuckTargetHoldsNoOtherUp(ServerLab lab) throws Throwable {
        try (Receiver stuck = new Receiver();
                Receiver receiver = new Receiver()) {
            SkerryServer server = server(lab, stuck.yaml("stuck", ", timeout: 5m"), receiver.yaml("hook", ""));
            try (S3Client client = Sdk.sync(server)) {
                String bucket = Sdk.bucket(client);
                String slow = Sdk.bucket(client);
                notify(
                        client,
                        slow,
                        queue(Event.S3_OBJECT_CREATED).toBuilder()
                                .queueArn("arn:skerry:sqs::stuck:webhook")
                                .build());
                notify(client, bucket, queue(Event.S3_OBJECT_CREATED));
                stuck.manner(Receiver.Manner.HANGS);
                for (int i = 0; i < 100; i++) {
                    String key = "k" + i;
                    client.putObject(b -> b.bucket(slow).key(key), RequestBody.fromString("x"));
                    client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("x"));
                }
                Eventually.holds(SOON, () -> assertThat(keys(receiver.events())).hasSize(100));
                assertThat(stuck.events()).isEmpty();
            }
            assertThat(server.stop())
                    .as("a target that hangs does not keep the server from stopping")
                    .isZero();
        }
    }

    /** Each of eight keys ten times, by one writer each; all are acknowledged. */
    private static void write(SkerryServer server, String bucket, String round, Map<String, List<String>> written)
            throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int w = 0; w < 8; w++) {
                String key = "key " + w;
                writers.add(threads.submit(() -> {
                    try (WireClient client = new WireClient(server.s3())) {
                        for (int i = 0; i < 10; i++) {
                            String version = client.exchange(
                                            client.object("PUT", bucket, key).body(round + i))
                                    .header("x-amz-version-id")
                                    .orElseThrow();
                            written.computeIfAbsent(round + key, _ -> new ArrayList<>())
                                    .add(version);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
    }

    /** Where an event was told before, its first time counts; from then on each key's sequencers only grow. */
    private static void assertInOrder(List<JsonNode> events) {
        Map<String, Map<String, Integer>> firsts = new HashMap<>();
        for (JsonNode event : events) {
            JsonNode object = event.path("s3").path("object");
            firsts.computeIfAbsent(object.path("key").asText(), _ -> new LinkedHashMap<>())
                    .putIfAbsent(object.path("sequencer").asText(), 0);
        }
        firsts.forEach((key, sequencers) -> assertThat(List.copyOf(sequencers.keySet()))
                .as("the first time each event of %s was told", key)
                .isSorted());
    }

    private static List<String> names(List<JsonNode> events) {
        return events.stream().map(event -> event.path("eventName").asText()).toList();
    }

    private static List<String> keys(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("s3").path("object").path("key").asText())
                .toList();
    }

    private static Set<String> versions(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("s3").path("object").path("versionId").asText())
                .collect(Collectors.toSet());
    }
}
