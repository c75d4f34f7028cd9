package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.FreePorts;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

/** A node with data becomes a cluster's first; two more join, and then it is lost. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class GrowthTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int MIB = 1024 * 1024;

    @Test
    void whatANodeHadAloneItsClusterHas(ServerLab lab) throws Throwable {
        Settings alone = Settings.of(lab.path("node")).withPort(FreePorts.take());
        SkerryServer single = lab.server(alone).start();
        Kept kept;
        try (S3Client client = Sdk.retrying(single)) {
            kept = Kept.write(client);
        }
        assertThat(single.stop()).isZero();

        SkerryServer first = lab.server(ClusterLab.first(alone, "a"));
        refusedBesideOthers(lab, alone);
        killedWhileItGrows(first);
        first.start();
        try (S3Client client = Sdk.retrying(first)) {
            kept.requireAll(client);
        }
        SkerryServer second = ClusterLab.joining(lab, "b", List.of(first), UnaryOperator.identity());
        SkerryServer third = ClusterLab.joining(lab, "c", List.of(first), UnaryOperator.identity());
        ClusterLab.start(List.of(second, third));
        Command rebalanced = ClusterCommand.run(second, "rebalance", "--wait");
        assertThat(rebalanced.exit()).as(rebalanced.text()).isZero();
        assertThat(ClusterCommand.replicas(third))
                .allSatisfy((log, nodes) -> assertThat(nodes).as(log).containsExactly("a", "b", "c"));
        for (SkerryServer node : List.of(first, second, third)) {
            try (S3Client client = Sdk.retrying(node)) {
                kept.requireAll(client);
            }
        }

        first.kill();
        for (SkerryServer node : List.of(second, third)) {
            try (S3Client client = Sdk.retrying(node)) {
                Eventually.holds(SOON, () -> Kept.put(client, Kept.PLAIN, "without the first", Kept.LARGE));
                kept.requireAll(client);
            }
        }
        try (S3Client client = Sdk.retrying(third)) {
            kept.upload.end(client);
        }
        SkerryServer again = lab.server(alone);
        assertThat(again.startExpectingExit()).isEqualTo(1);
        assertThat(again.tail(20)).contains("belongs to node a of the cluster");
    }

    /** It would bring what they do not have. */
    private static void refusedBesideOthers(ServerLab lab, Settings alone) {
        List<String> membership = ClusterLab.membership(
                "a", Map.of("a", "127.0.0.1:" + alone.port(), "b", "127.0.0.1:1", "c", "127.0.0.1:2"));
        SkerryServer refused = lab.server(alone.withYaml(membership.toArray(String[]::new)));
        assertThat(refused.startExpectingExit()).isEqualTo(1);
        assertThat(refused.tail(20)).contains("has what this node wrote alone");
    }

    private static void killedWhileItGrows(SkerryServer server) throws Throwable {
        try (ExecutorService starter = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<SkerryServer> starting = starter.submit(server::start);
            Eventually.holds(
                    SOON,
                    () -> assertThat(server.data().resolve("raft"))
                            .as(server.tail(20))
                            .isNotEmptyDirectory());
            server.kill();
            // it may have been ready by then
            assertThat(catchThrowable(starting::get))
                    .satisfiesAnyOf(
                            killed -> assertThat(killed).isInstanceOf(ExecutionException.class),
                            ready -> assertThat(ready).isNull());
        }
    }

    /** What was written, of each kind. */
    private record Kept(String firstVersion, String locked, UploadUnderWay upload) {
        static final String PLAIN = "plain";
        static final byte[] LARGE = bytes(12 * MIB);

        private static final String LOCKED = "locked";
        private static final byte[] SMALL = bytes(200);

        private static byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            return bytes;
        }

        static Kept write(S3Client client) {
            client.createBucket(request -> request.bucket(PLAIN));
            client.createBucket(request -> request.bucket(LOCKED).objectLockEnabledForBucket(true));
            client.putBucketTagging(request -> request.bucket(PLAIN)
                    .tagging(tagging -> tagging.tagSet(
                            Tag.builder().key("of").value("one node").build())));
            put(client, PLAIN, "small", SMALL);
            put(client, PLAIN, "large", LARGE);
            for (int i = 0; i < 40; i++) {
                put(client, PLAIN, "many/" + i, SMALL);
            }
            String firstVersion = put(client, LOCKED, "versions", LARGE);
            put(client, LOCKED, "versions", SMALL);
            client.deleteObject(request -> request.bucket(LOCKED).key("versions"));
            String locked = put(client, LOCKED, "held", SMALL);
            client.putObjectLegalHold(request ->
                    request.bucket(LOCKED).key("held").legalHold(hold -> hold.status(ObjectLockLegalHoldStatus.ON)));
            return new Kept(firstVersion, locked, UploadUnderWay.begin(client, PLAIN));
        }

        static String put(S3Client client, String bucket, String key, byte[] bytes) {
            return client.putObject(
                            request -> request.bucket(bucket).key(key).metadata(Map.of("length", "" + bytes.length)),
                            RequestBody.fromBytes(bytes))
                    .versionId();
        }

        void requireAll(S3Client client) {
            assertThat(get(client, PLAIN, "small", null)).isEqualTo(SMALL);
            assertThat(get(client, PLAIN, "large", null)).isEqualTo(LARGE);
            assertThat(client.headObject(request -> request.bucket(PLAIN).key("large"))
                            .metadata())
                    .containsEntry("length", "" + LARGE.length);
            assertThat(client.listObjectsV2(request -> request.bucket(PLAIN).prefix("many/"))
                            .contents())
                    .hasSize(40);
            assertThat(client.getBucketTagging(request -> request.bucket(PLAIN)).tagSet())
                    .hasSize(1);
            assertThat(client.listParts(request ->
                                    request.bucket(PLAIN).key("upload").uploadId(upload.id()))
                            .parts())
                    .hasSize(1);
            assertThat(get(client, LOCKED, "versions", firstVersion)).isEqualTo(LARGE);
            assertThatThrownBy(() -> get(client, LOCKED, "versions", null)).isInstanceOf(NoSuchKeyException.class);
            assertThat(client.listObjectVersions(request -> request.bucket(LOCKED))
                            .deleteMarkers())
                    .hasSize(1);
            assertThatThrownBy(() -> client.deleteObject(
                            request -> request.bucket(LOCKED).key("held").versionId(locked)))
                    .isInstanceOfSatisfying(
                            S3Exception.class,
                            refused -> assertThat(refused.statusCode()).isEqualTo(403));
        }

        private static byte[] get(S3Client client, String bucket, String key, @Nullable String version) {
            return client.getObjectAsBytes(
                            request -> request.bucket(bucket).key(key).versionId(version))
                    .asByteArray();
        }
    }
}
