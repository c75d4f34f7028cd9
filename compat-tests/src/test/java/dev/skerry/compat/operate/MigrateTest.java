package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import dev.skerry.metadata.legacy.LegacyFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/** {@code skerry migrate} as a person runs it, and the server that then serves what the older stores held. */
@ExtendWith(WithServer.class)
class MigrateTest {
    private static final String ID_1 = "01HQXW5P7ZTSV4RRFFQ69G5FA1";
    private static final String ID_2 = "01HQXW5P7ZTSV4RRFFQ69G5FA2";
    private static final String ID_3 = "01HQXW5P7ZTSV4RRFFQ69G5FA3";
    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) versions and (\\d+) bytes brought in, (\\d+) were there already, (\\d+) verified");
    private static final String LONGER = " is longer than a body that lives in the database".repeat(300);

    @Test
    void amberBlobsObjectsAreServed(ServerLab lab) throws IOException {
        LegacyFixture old = new LegacyFixture(lab.path("old"));
        old.amberBlob(1, "photos/small", ID_1, List.of("tiny"), null);
        old.amberBlob(1, "photos/2024/large", ID_2, List.of("one" + LONGER, "two" + LONGER), null);
        old.amberBlob(7, "videos/empty", "not a ulid", List.of(), null);

        SkerryServer server = migrated(lab, old, 3);

        try (S3Client client = Sdk.sync(server)) {
            assertThat(client.listBuckets().buckets()).extracting(Bucket::name).containsExactly("photos", "videos");
            assertThat(text(client, "photos", "small")).isEqualTo("tiny");
            assertThat(text(client, "photos", "2024/large")).isEqualTo("one" + LONGER + "two" + LONGER);
            assertThat(text(client, "videos", "empty")).isEmpty();
            assertThat(client.headObject(b -> b.bucket("photos").key("small")).metadata())
                    .containsEntry("legacy-modified-at", "2024-03-02T10:00:00Z");
            assertThat(client.listObjectsV2(b -> b.bucket("photos")).contents())
                    .extracting(S3Object::key)
                    .containsExactly("2024/large", "small");
        }
    }

    @Test
    void amberiosVersionsAreServed(ServerLab lab) throws IOException {
        LegacyFixture old = new LegacyFixture(lab.path("old"));
        old.amberio(3, "docs/report", 1, ID_1, List.of("version one" + LONGER), null);
        old.amberio(3, "docs/report", 2, ID_2, List.of("version ", "two, in two"), null);
        old.amberio(3, "docs/report", 3, ID_3, List.of("version three"), "2024-05-01T00:00:00Z");

        SkerryServer server = migrated(lab, old, 3);

        try (S3Client client = Sdk.sync(server)) {
            assertThat(text(client, "docs", "report")).isEqualTo("version two, in two");
            List<ObjectVersion> versions =
                    client.listObjectVersions(b -> b.bucket("docs")).versions();
            assertThat(versions).extracting(ObjectVersion::versionId).containsExactly(ID_2, ID_1);
            assertThat(client.getObjectAsBytes(
                                    b -> b.bucket("docs").key("report").versionId(ID_1))
                            .asUtf8String())
                    .isEqualTo("version one" + LONGER);
        }
        WireResponse deleted = Wire.exchange(
                server.nativeApi(), WireRequest.of("GET", server.nativeApi(), "/api/v1/blobs/docs/report?version=3"));
        assertThat(deleted.text()).as("what was deleted, by its number").isEqualTo("version three");
    }

    @Test
    void rimiosBlobsAreServedAndItsDeletionsStay(ServerLab lab) throws IOException {
        LegacyFixture old = new LegacyFixture(lab.path("old"));
        old.rimio(5, "logs/app/today", 2, List.of("part one, " + LONGER, "part two"));
        old.rimio(5, "logs/gone", 1, List.of("was here once"));
        old.rimioTombstone(5, "logs/gone", 2);
        old.rimio(5, "logs/again", 2, List.of("back once more"));

        SkerryServer server = migrated(lab, old, 4);

        try (S3Client client = Sdk.sync(server)) {
            assertThat(text(client, "logs", "app/today")).isEqualTo("part one, " + LONGER + "part two");
            assertThat(text(client, "logs", "again")).isEqualTo("back once more");
            assertThat(Sdk.refusal(() -> client.getObject(b -> b.bucket("logs").key("gone"))))
                    .isEqualTo("404 NoSuchKey");
        }
    }

    /** Looks, migrates, migrates again, and starts a server on the result. */
    private static SkerryServer migrated(ServerLab lab, LegacyFixture old, long versions) throws IOException {
        Path data = lab.path("data");
        Map<String, String> before = files(old.disk());

        Command look = migrate(old.disk(), data, "--dry-run");
        assertThat(look.exit()).as(look.text()).isZero();
        assertThat(look.text()).contains(versions + " versions", "nothing was written", "no problems");
        assertThat(data).doesNotExist();

        Command first = migrate(old.disk(), data);
        assertThat(first.exit()).as(first.text()).isZero();
        assertThat(first.text()).contains("no problems");
        assertThat(summary(first)).containsExactly(versions, 0L, versions);

        Command second = migrate(old.disk(), data);
        assertThat(second.exit()).as(second.text()).isZero();
        assertThat(summary(second)).containsExactly(0L, versions, versions);

        assertThat(files(old.disk())).as("the older data is only read").isEqualTo(before);
        return lab.server(Settings.of(data)).start();
    }

    @Test
    void severalDisksGoIntoOneBucketWhereOneIsNamed(ServerLab lab) {
        LegacyFixture first = new LegacyFixture(lab.path("first"));
        first.amberBlob(1, "photos/a", ID_1, List.of("of AmberBlob"), null);
        LegacyFixture second = new LegacyFixture(lab.path("second"));
        second.rimio(5, "Not A Bucket/b", 1, List.of("of Rimio"));
        Path data = lab.path("data");

        Command run = Command.run(
                "migrate",
                "--from",
                first.disk().toString(),
                "--from",
                second.disk().toString(),
                "--bucket",
                "old-data",
                "--data",
                data.toString());

        assertThat(run.exit()).as(run.text()).isZero();
        SkerryServer server = lab.server(Settings.of(data)).start();
        try (S3Client client = Sdk.sync(server)) {
            assertThat(text(client, "old-data", "photos/a")).isEqualTo("of AmberBlob");
            assertThat(text(client, "old-data", "Not A Bucket/b")).isEqualTo("of Rimio");
        }
    }

    @Test
    void aRunThatWasKilledIsTakenUpWhereItStopped(ServerLab lab) throws IOException {
        LegacyFixture old = new LegacyFixture(lab.path("old"));
        int objects = 300;
        for (int i = 0; i < objects; i++) {
            old.amberBlob(i % 4, "photos/" + i, "no id", List.of("object " + i + LONGER), null);
        }
        Path data = lab.path("data");

        // what it has copied when it is killed nobody takes away
        Path copies = Files.createDirectories(lab.path("copies"));
        Command killed = Command.runUntil(
                Map.of("SKERRY_JAVA_OPTS", "-Djava.io.tmpdir=" + copies),
                line -> line.contains(" of " + objects + " versions,"),
                "migrate",
                "--from",
                old.disk().toString(),
                "--data",
                data.toString());
        assertThat(killed.exit()).as(killed.text()).isEqualTo(137);

        Command rest = migrate(old.disk(), data);
        assertThat(rest.exit()).as(rest.text()).isZero();
        List<Long> numbers = summary(rest);
        assertThat(numbers.get(0)).as("brought in by the second run").isPositive();
        assertThat(numbers.get(1)).as("brought in by the killed one").isPositive();
        assertThat(numbers.get(0) + numbers.get(1)).isEqualTo(objects);
        assertThat(numbers.get(2)).isEqualTo(objects);

        SkerryServer server = lab.server(Settings.of(data)).start();
        try (S3Client client = Sdk.sync(server)) {
            for (int i = 0; i < objects; i++) {
                assertThat(text(client, "photos", "" + i)).isEqualTo("object " + i + LONGER);
            }
            assertThat(client.listObjectsV2(b -> b.bucket("photos")).contents()).hasSize(objects);
        }
    }

    @Test
    void whatIsDamagedIsNamedAndTheRestIsBroughtIn(ServerLab lab) throws IOException {
        LegacyFixture old = new LegacyFixture(lab.path("old"));
        old.amberBlob(1, "photos/whole", ID_1, List.of("as it was"), null);
        Path chunk = old.amberBlob(1, "photos/damaged", ID_2, List.of("not as it was"), null)
                .getFirst();
        Files.writeString(chunk, "not as it wAs");
        Path data = lab.path("data");

        Command run = migrate(old.disk(), data);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.text()).contains("photos/damaged", "1 problems");
        assertThat(summary(run)).containsExactly(1L, 0L, 1L);
        SkerryServer server = lab.server(Settings.of(data)).start();
        try (S3Client client = Sdk.sync(server)) {
            assertThat(text(client, "photos", "whole")).isEqualTo("as it was");
            assertThat(client.listObjectsV2(b -> b.bucket("photos")).contents()).hasSize(1);
        }
    }

    @Test
    void wrongArgumentsAreSaidAndNothingIsWritten(ServerLab lab) throws IOException {
        LegacyFixture old = new LegacyFixture(lab.path("old"));
        old.amberBlob(1, "Not A Bucket/a", ID_1, List.of("text"), null);
        String disk = old.disk().toString();
        String data = lab.path("data").toString();
        String nothing = Files.createDirectories(lab.path("nothing")).toString();

        refused(2, "--from", "migrate", "--data", data);
        refused(2, "--dry", "migrate", "--from", disk, "--data", data, "--dry");
        refused(2, "durability.mod", "migrate", "--from", disk, "--data", data, "--set", "durability.mod=none");
        refused(1, nothing + ": no older store there", "migrate", "--from", nothing, "--data", data);
        refused(1, nothing + "/x: no older store there", "migrate", "--from", nothing + "/x", "--data", data);
        refused(1, "--bucket NAME", "migrate", "--from", disk, "--data", data);
        refused(1, "Not Legal", "migrate", "--from", disk, "--data", data, "--bucket", "Not Legal");

        try (Stream<Path> files = Files.exists(Path.of(data)) ? Files.walk(Path.of(data)) : Stream.empty()) {
            assertThat(files.filter(file -> file.toString().contains("blobs"))).isEmpty();
        }
    }

    @Test
    void aFolderInUseIsRefused(ServerLab lab) {
        LegacyFixture old = new LegacyFixture(lab.path("old"));
        old.amberBlob(1, "photos/a", ID_1, List.of("text"), null);
        SkerryServer server = lab.server().start();

        refused(
                1,
                server.data().toString(),
                "migrate",
                "--from",
                old.disk().toString(),
                "--data",
                server.data().toString());

        try (S3Client client = Sdk.sync(server)) {
            assertThat(client.listBuckets().buckets()).isEmpty();
        }
    }

    private static void refused(int exit, String says, String... arguments) {
        Command run = Command.run(arguments);
        assertThat(run.text()).as(String.join(" ", arguments)).contains(says).doesNotContain("\tat ");
        assertThat(run.exit()).as(run.text()).isEqualTo(exit);
    }

    private static Command migrate(Path disk, Path data, String... more) {
        return Command.run(Stream.concat(
                        Stream.of("migrate", "--from", disk.toString(), "--data", data.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    /** Versions brought in, there already, and verified. */
    private static List<Long> summary(Command run) {
        Matcher summary = SUMMARY.matcher(run.text());
        assertThat(summary.find()).as(run.text()).isTrue();
        return List.of(Long.valueOf(summary.group(1)), Long.valueOf(summary.group(3)), Long.valueOf(summary.group(4)));
    }

    private static String text(S3Client client, String bucket, String key) {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.relativize(file).toString(),
                        Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis());
            }
        }
        return files;
    }
}
