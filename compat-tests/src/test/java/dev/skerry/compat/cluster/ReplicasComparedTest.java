package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A node whose databases each lost a row, so that every page and every row that is left is sound. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class ReplicasComparedTest {
    private static final String BUCKET = "replicas-compared";
    private static final String LOST_BUCKET = "replicas-compared-too";
    private static final Duration BACK = Duration.ofMinutes(3);
    private static final int OBJECTS = 60;

    /** What a database lost. */
    private record Lost(int slot, String key) {}

    @Test
    void whatDiffersIsFoundAndFetchedAnew(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(lab, 3);
        ClusterLab.start(nodes);
        SkerryServer first = nodes.getFirst();
        SkerryServer damaged = nodes.get(1);
        try (S3Client client = Sdk.retrying(first)) {
            client.createBucket(request -> request.bucket(BUCKET));
            client.createBucket(request -> request.bucket(LOST_BUCKET));
            for (int i = 0; i < OBJECTS; i++) {
                String key = "object " + i;
                client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(key));
            }
        }
        Command before = ClusterCommand.run(first, "verify");
        assertThat(before.exit()).as(before.text()).isZero();
        assertThat(before.text())
                .containsPattern("catalog: \\d+ rows on a, b, c")
                .containsPattern("slot 0: \\d+ rows on a, b, c")
                .doesNotContain("differs");

        assertThat(damaged.stop()).isZero();
        Lost lost = loseSomething(damaged.data());
        loseABucket(damaged.data());
        damaged.start();

        Eventually.holds(
                BACK,
                () -> assertThat(
                                ClusterCommand.run(first, "verify", "--catalog").text())
                        .contains("catalog: ", "on a, c; differs: b in slotlets [", "fetched anew"));
        Eventually.holds(
                BACK,
                () -> assertThat(ClusterCommand.run(first, "verify", "--slot", String.valueOf(lost.slot))
                                .text())
                        .contains("slot " + lost.slot + ": ", "on a, c; differs: b in slotlets [", "fetched anew"));

        Eventually.holds(BACK, () -> {
            Command after = ClusterCommand.run(damaged, "verify");
            assertThat(after.exit()).as(after.text()).isZero();
        });
        assertThat(first.tail(1000) + damaged.tail(1000)).contains("a slot was fetched slot=" + lost.slot);
        assertThat(damaged.tail(1000)).contains("the catalog was fetched");
        nodes.get(2).kill();
        try (S3Client client = Sdk.retrying(damaged)) {
            Eventually.holds(
                    BACK,
                    () -> assertThat(client.headBucket(request -> request.bucket(LOST_BUCKET)))
                            .isNotNull());
            Eventually.holds(
                    BACK,
                    () -> assertThat(client.getObjectAsBytes(
                                            request -> request.bucket(BUCKET).key(lost.key))
                                    .asUtf8String())
                            .isEqualTo(lost.key));
        }
    }

    private static void loseABucket(Path data) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("catalog.sqlite3"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("delete from buckets where name = '" + LOST_BUCKET + "'"))
                    .isEqualTo(1);
        }
    }

    /** Of the first database that has anything. */
    private static Lost loseSomething(Path data) throws IOException, SQLException {
        try (Stream<Path> slots = Files.list(data.resolve("slots"))) {
            for (Path slot : slots.sorted().toList()) {
                try (Connection connection =
                                DriverManager.getConnection("jdbc:sqlite:" + slot.resolve("meta.sqlite3"));
                        Statement statement = connection.createStatement()) {
                    String blob = "";
                    String key = "";
                    try (ResultSet found = statement.executeQuery(
                            "select blob_id, path from blobs where content = 'inline' limit 1")) {
                        if (found.next()) {
                            blob = found.getString(1);
                            String path = new String(found.getBytes(2), StandardCharsets.UTF_8);
                            key = path.substring(path.indexOf("object"));
                        }
                    }
                    if (!blob.isEmpty()) {
                        statement.executeUpdate("delete from blob_inline where blob_id = '" + blob + "'");
                        statement.executeUpdate("delete from blobs where blob_id = '" + blob + "'");
                        return new Lost(Integer.parseInt(String.valueOf(slot.getFileName())), key);
                    }
                }
            }
        }
        throw new AssertionError("no database has anything in " + data);
    }
}
