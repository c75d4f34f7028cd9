package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * Five nodes of which three hold each object: whatever a client asks of whichever node, some of it is of slots that the
 * node holds nothing of.
 */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class MoreNodesThanReplicasTest {
    private static final String BUCKET = "five";
    private static final int KEYS = 24;
    private static final int PART = 5 * 1024 * 1024;
    private static final Duration BACK = Duration.ofMinutes(3);

    @Test
    void everyNodeServesWhatAnyNodeHolds(ServerLab lab) throws Throwable {
        List<SkerryServer> servers = ClusterLab.servers(lab, 5);
        ClusterLab.start(servers);
        List<S3Client> clients = new ArrayList<>();
        try {
            servers.forEach(server -> clients.add(Sdk.retrying(server)));
            clients.getFirst().createBucket(request -> request.bucket(BUCKET));
            for (int writer = 0; writer < clients.size(); writer++) {
                objects(clients, writer);
            }
            uploads(clients);
            versions(clients);

            servers.getFirst().kill();
            S3Client last = clients.getLast();
            Eventually.holds(BACK, () -> put(last, "without one", new byte[] {1}));
            assertThat(get(clients.get(2), "without one")).containsExactly(1);
            assertThat(keys(clients.get(1), "")).contains("without one", "node-0/key-0", "node-4/key-23");
            configuredOtherwise(lab, servers);
        } finally {
            for (S3Client client : clients) {
                client.close();
            }
        }
    }

    /** Once the cluster has formed, a node goes by what the nodes agreed on, and says what it passes over. */
    private static void configuredOtherwise(ServerLab lab, List<SkerryServer> servers) {
        SkerryServer gone = servers.getFirst();
        List<String> yaml = new ArrayList<>(ClusterLab.membership("a", ClusterLab.addresses(servers.subList(0, 4))));
        yaml.set(yaml.size() - 1, yaml.getLast().replace("}", ", weight: 7}"));
        SkerryServer changed = lab.server(
                Settings.of(gone.data()).withPort(gone.s3().getPort()).withYaml(yaml.toArray(String[]::new)));
        changed.start();
        assertThat(String.join("\n", changed.log()))
                .contains("goes by its own topology")
                .contains("without e, which is a node of the cluster")
                .contains("d in zone default of weight 7");
        try (S3Client client = Sdk.retrying(changed)) {
            assertThat(get(client, "without one")).containsExactly(1);
            put(client, "configured otherwise", new byte[] {2});
        }
        try (S3Client other = Sdk.retrying(servers.getLast())) {
            assertThat(get(other, "configured otherwise")).containsExactly(2);
        }
    }

    /** What one node writes every node reads, lists, and no longer finds once it is deleted. */
    private static void objects(List<S3Client> clients, int number) {
        S3Client writer = clients.get(number);
        S3Client reader = clients.get((number + 1) % clients.size());
        String prefix = "node-" + number + "/";
        for (int key = 0; key < KEYS; key++) {
            put(writer, prefix + "key-" + key, body(key));
        }
        for (int key = 0; key < KEYS; key++) {
            assertThat(get(reader, prefix + "key-" + key)).isEqualTo(body(key));
        }
        assertThat(reader.getObjectAsBytes(request ->
                                request.bucket(BUCKET).key(prefix + "key-3").range("bytes=10-19"))
                        .asByteArray())
                .hasSize(10);
        List<String> all = IntStream.range(0, KEYS)
                .mapToObj(key -> prefix + "key-" + key)
                .sorted()
                .toList();
        for (S3Client client : clients) {
            assertThat(keys(client, prefix)).isEqualTo(all);
            assertThat(client.listObjectsV2(request -> request.bucket(BUCKET).delimiter("/"))
                            .commonPrefixes())
                    .extracting(CommonPrefix::prefix)
                    .contains(prefix);
        }
        writer.putObjectTagging(request -> request.bucket(BUCKET)
                .key(prefix + "key-1")
                .tagging(tagging ->
                        tagging.tagSet(Tag.builder().key("k").value("v").build())));
        assertThat(reader.getObjectTagging(request -> request.bucket(BUCKET).key(prefix + "key-1"))
                        .tagSet())
                .hasSize(1);
        reader.copyObject(request -> request.sourceBucket(BUCKET)
                .sourceKey(prefix + "key-2")
                .destinationBucket(BUCKET)
                .destinationKey("copy-" + number));
        assertThat(get(writer, "copy-" + number)).isEqualTo(body(2));
        assertThatThrownBy(() -> reader.putObject(
                        request -> request.bucket(BUCKET).key(prefix + "key-1").ifNoneMatch("*"),
                        RequestBody.fromBytes(body(1))))
                .isInstanceOfSatisfying(
                        S3Exception.class,
                        refused -> assertThat(refused.statusCode()).isEqualTo(412));
        reader.deleteObject(request -> request.bucket(BUCKET).key("copy-" + number));
        assertThatThrownBy(() -> get(writer, "copy-" + number)).isInstanceOf(NoSuchKeyException.class);
    }

    /** Each step of an upload through another node. */
    private static void uploads(List<S3Client> clients) {
        for (int i = 0; i < clients.size(); i++) {
            String key = "upload-" + i;
            String id = client(clients, i)
                    .createMultipartUpload(request -> request.bucket(BUCKET).key(key))
                    .uploadId();
            byte[] part = new byte[PART];
            new Random(i).nextBytes(part);
            List<CompletedPart> parts = new ArrayList<>();
            for (int number = 1; number <= 2; number++) {
                int partNumber = number;
                String etag = client(clients, i + number)
                        .uploadPart(
                                request -> request.bucket(BUCKET)
                                        .key(key)
                                        .uploadId(id)
                                        .partNumber(partNumber),
                                RequestBody.fromBytes(part))
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
            }
            assertThat(client(clients, i + 3)
                            .listParts(
                                    request -> request.bucket(BUCKET).key(key).uploadId(id))
                            .parts())
                    .hasSize(2);
            assertThat(client(clients, i + 4)
                            .listMultipartUploads(request -> request.bucket(BUCKET))
                            .uploads())
                    .anySatisfy(upload -> assertThat(upload.uploadId()).isEqualTo(id));
            client(clients, i + 3)
                    .completeMultipartUpload(request -> request.bucket(BUCKET)
                            .key(key)
                            .uploadId(id)
                            .multipartUpload(upload -> upload.parts(parts)));
            assertThat(get(client(clients, i + 4), key)).hasSize(2 * PART).startsWith(part);
        }
    }

    private static void versions(List<S3Client> clients) {
        clients.getFirst()
                .putBucketVersioning(request ->
                        request.bucket(BUCKET).versioningConfiguration(versioning -> versioning.status("Enabled")));
        for (int i = 0; i < clients.size(); i++) {
            String key = "versioned-" + i;
            put(client(clients, i), key, body(1));
            put(client(clients, i + 1), key, body(2));
            client(clients, i + 2)
                    .deleteObject(request -> request.bucket(BUCKET).key(key));
            assertThat(client(clients, i + 3)
                            .listObjectVersions(
                                    request -> request.bucket(BUCKET).prefix(key))
                            .versions())
                    .hasSize(2);
            assertThat(client(clients, i + 4)
                            .listObjectVersions(
                                    request -> request.bucket(BUCKET).prefix(key))
                            .deleteMarkers())
                    .hasSize(1);
        }
    }

    private static S3Client client(List<S3Client> clients, int number) {
        return clients.get(number % clients.size());
    }

    /** Some live in the database, some in files. */
    private static byte[] body(int key) {
        byte[] bytes = new byte[key % 3 == 0 ? 100_000 + key : 100 + key];
        new Random(key).nextBytes(bytes);
        return bytes;
    }

    private static void put(S3Client client, String key, byte[] bytes) {
        client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
    }

    private static byte[] get(S3Client client, String key) {
        return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                .asByteArray();
    }

    /** Page by page. */
    private static List<String> keys(S3Client client, String prefix) {
        List<String> keys = new ArrayList<>();
        String token = null;
        do {
            String from = token;
            ListObjectsV2Response page = client.listObjectsV2(
                    request -> request.bucket(BUCKET).prefix(prefix).maxKeys(10).continuationToken(from));
            page.contents().stream().map(S3Object::key).forEach(keys::add);
            token = page.nextContinuationToken();
        } while (token != null);
        return keys;
    }
}
