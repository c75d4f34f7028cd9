package dev.skerry.compat.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Event;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;

/** Three nodes tell what happens as one does: webhooks, and the lines of access logs. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class ToldOnceTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final QueueConfiguration CREATED = QueueConfiguration.builder()
            .id("all")
            .queueArn("arn:skerry:sqs::hook:webhook")
            .events(Event.S3_OBJECT_CREATED)
            .build();
    private static final int ROUNDS = 3;
    private static final List<String> KEYS =
            IntStream.range(0, 12).mapToObj(i -> "key " + i).toList();

    @Test
    void eachEventIsToldByOneNodeAndByAnotherWhereThatOneIsKilled(ServerLab lab) throws Throwable {
        try (Receiver receiver = new Receiver()) {
            List<SkerryServer> nodes = ClusterLab.servers(
                    lab, 3, List.of("notifications:", "  targets:", receiver.yaml("hook", ", timeout: 5s")));
            ClusterLab.start(nodes);
            String bucket;
            try (S3Client client = Sdk.retrying(nodes.getFirst())) {
                bucket = Sdk.versionedBucket(client);
                client.putBucketNotificationConfiguration(b -> b.bucket(bucket)
                        .skipDestinationValidation(true)
                        .notificationConfiguration(n -> n.queueConfigurations(CREATED)));
            }
            Set<String> acknowledged = new LinkedHashSet<>(write(nodes, bucket));
            Eventually.holds(
                    SOON,
                    () -> assertThat(versions(receiver.events())).containsExactlyInAnyOrderElementsOf(acknowledged));
            assertThat(receiver.events())
                    .as(
                            "a leader that changes may repeat some; three nodes that all tell would give three times as many")
                    .hasSizeLessThan(2 * acknowledged.size());

            for (SkerryServer killed : nodes) {
                receiver.manner(Receiver.Manner.REFUSES);
                acknowledged.addAll(write(nodes, bucket));
                killed.kill();
                List<SkerryServer> left =
                        nodes.stream().filter(node -> node != killed).toList();
                acknowledged.addAll(write(left, bucket));
                receiver.manner(Receiver.Manner.TAKES);
                Eventually.holds(
                        SOON, () -> assertThat(versions(receiver.events())).containsAll(acknowledged));
                killed.start();
            }
            assertInOrder(receiver.events());
        }
    }

    /** Each key some times, through one node after the other; gives the versions that were acknowledged. */
    private static List<String> write(List<SkerryServer> nodes, String bucket) {
        List<S3Client> clients = nodes.stream().map(Sdk::sync).toList();
        try {
            List<String> acknowledged = new ArrayList<>();
            for (int i = 0; i < ROUNDS * KEYS.size(); i++) {
                acknowledged.add(put(clients.get(i % clients.size()), bucket, KEYS.get(i / ROUNDS)));
            }
            return acknowledged;
        } finally {
            clients.forEach(client -> client.close());
        }
    }

    /** Again for as long as it takes nodes to find a leader. */
    private static String put(S3Client client, String bucket, String key) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                return client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("text"))
                        .versionId();
            } catch (SdkException refused) {
                if (System.nanoTime() > deadline) {
                    throw refused;
                }
            }
        }
    }

    private static Set<String> versions(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("s3").path("object").path("versionId").asText())
                .collect(Collectors.toSet());
    }

    /** Where an event was told before, its first time counts. */
    private static void assertInOrder(List<JsonNode> events) {
        Map<String, Set<String>> firsts = new LinkedHashMap<>();
        for (JsonNode event : events) {
            JsonNode object = event.path("s3").path("object");
            firsts.computeIfAbsent(object.path("key").asText(), _ -> new LinkedHashSet<>())
                    .add(object.path("sequencer").asText());
        }
        assertThat(firsts).hasSameSizeAs(KEYS);
        firsts.forEach((key, sequencers) -> assertThat(List.copyOf(sequencers))
                .as("the sequencers of %s", key)
                .isSorted());
    }

    @Test
    void eachRequestIsALineOfTheNodeThatAnsweredIt(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(lab, 3, List.of("s3:", "  access_log_interval: 200ms"));
        ClusterLab.start(nodes);
        List<S3Client> clients = nodes.stream().map(Sdk::sync).toList();
        try {
            S3Client first = clients.getFirst();
            String source = Sdk.bucket(first);
            String target = Sdk.bucket(first);
            first.putBucketLogging(b -> b.bucket(source)
                    .bucketLoggingStatus(
                            s -> s.loggingEnabled(l -> l.targetBucket(target).targetPrefix("logs/"))));
            List<String> asked = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                String key = "asked-" + i;
                Sdk.refusal(() -> clients.get(asked.size() % 3)
                        .getObjectAsBytes(b -> b.bucket(source).key(key)));
                asked.add(key);
            }
            Eventually.holds(SOON, () -> assertThat(logged(first, target)).containsExactlyInAnyOrderElementsOf(asked));
        } finally {
            clients.forEach(client -> client.close());
        }
    }

    private static Collection<String> logged(S3Client client, String bucket) {
        return client.listObjectsV2(b -> b.bucket(bucket)).contents().stream()
                .map(object -> client.getObjectAsBytes(b -> b.bucket(bucket).key(object.key())))
                .flatMap(log -> log.asUtf8String().lines())
                .filter(line -> line.contains("REST.GET.OBJECT"))
                .map(line -> line.replaceAll(".* REST\\.GET\\.OBJECT (\\S+) .*", "$1"))
                .toList();
    }
}
