package dev.skerry.compat.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** What later phases will need of every object is written with it today. */
@ExtendWith(WithServer.class)
class CreatedObjectsTest {
    /** The fields of one generation that later phases use. */
    private record Fields(long hlc, int group, String region, String storageClass, String replication) {}

    @Test
    void everyGenerationHasTheFieldsOfLaterPhases(ServerLab lab) throws Exception {
        SkerryServer server = lab.server().start();
        long before = System.currentTimeMillis();
        create(server);
        JsonNode slot = new ObjectMapper()
                .readTree(Wire.exchange(
                                server.nativeApi(),
                                WireRequest.of("GET", server.nativeApi(), "/api/v1/slots/resolve")
                                        .query("path", "photos/inline"))
                        .text());
        assertThat(slot.path("placement_group").asInt(-1)).isZero();
        assertThat(server.stop()).isZero();
        long after = System.currentTimeMillis();

        Map<String, Fields> generations = new TreeMap<>();
        for (Path database : new DataFolder(server.data()).databases()) {
            if (database.getFileName().toString().equals("meta.sqlite3")) {
                generations.putAll(generations(database));
            }
        }
        assertThat(generations.keySet())
                .containsExactly(
                        "photos/copy@1",
                        "photos/deleted@1",
                        "photos/deleted@2",
                        "photos/in parts@1",
                        "photos/inline@1",
                        "photos/upload@1");
        assertThat(generations.values()).allSatisfy(fields -> {
            assertThat(fields.hlc >>> 16).as("milliseconds").isBetween(before, after);
            assertThat(fields.group).isZero();
            assertThat(fields.region).isEqualTo("us-east-1");
            assertThat(fields.replication).isEqualTo("none");
        });
        assertThat(generations.values()).extracting(Fields::hlc).doesNotHaveDuplicates();
        generations.forEach((path, fields) -> assertThat(fields.storageClass)
                .as(path)
                .isEqualTo(path.equals("photos/in parts@1") ? "STANDARD_IA" : "STANDARD"));
    }

    /** Objects of every way to make one. */
    private static void create(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            String bucket = "photos";
            client.createBucket(b -> b.bucket(bucket));
            client.putObject(b -> b.bucket(bucket).key("inline"), RequestBody.fromString("small"));
            client.putObject(
                    b -> b.bucket(bucket).key("in parts").storageClass(StorageClass.STANDARD_IA),
                    RequestBody.fromBytes(new byte[100_000]));
            client.copyObject(b -> b.sourceBucket(bucket)
                    .sourceKey("inline")
                    .destinationBucket(bucket)
                    .destinationKey("copy"));
            String upload = client.createMultipartUpload(b -> b.bucket(bucket).key("upload"))
                    .uploadId();
            String etag = client.uploadPart(
                            b -> b.bucket(bucket).key("upload").uploadId(upload).partNumber(1),
                            RequestBody.fromString("one part"))
                    .eTag();
            client.completeMultipartUpload(b -> b.bucket(bucket)
                    .key("upload")
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(
                            CompletedPart.builder().partNumber(1).eTag(etag).build())));
            client.putObject(b -> b.bucket(bucket).key("deleted"), RequestBody.fromString("gone"));
            client.deleteObject(b -> b.bucket(bucket).key("deleted"));
        }
    }

    private static Map<String, Fields> generations(Path database) throws SQLException {
        Map<String, Fields> generations = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery(
                                "select path, version, hlc_timestamp, placement_group, home_region, storage_class,"
                                        + " coalesce(replication_status, 'none') from blobs")) {
            while (rows.next()) {
                generations.put(
                        new String(rows.getBytes(1), StandardCharsets.UTF_8) + "@" + rows.getLong(2),
                        new Fields(
                                rows.getLong(3),
                                rows.getInt(4),
                                rows.getString(5),
                                rows.getString(6),
                                rows.getString(7)));
            }
        }
        return generations;
    }
}
