package dev.skerry.metadata;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.Durability;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.ReplicationStatus;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.UploadPartSummary;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Fold;
import dev.skerry.blob.commit.MetadataStore.Scan;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.commit.MetadataStore.Statistics;
import dev.skerry.blob.event.SequencedEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Databases written by each schema version open with the newest code, and every row reads back. The fixtures are dumps
 * of what the program of that version wrote; they never change.
 */
class UpgradeTest {
    private static final SlotId SLOT = new SlotId(0);

    @TempDir
    private Path folder;

    private static void restore(String resource, Path file) throws IOException, SQLException {
        Files.createDirectories(DatabaseFile.folderOf(file));
        try (InputStream stream = Objects.requireNonNull(UpgradeTest.class.getResourceAsStream(resource));
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static BlobPath path(String key) {
        return BlobPath.of("bucket", key);
    }

    @Test
    void aSlotOfVersionOneReadsBack() throws Exception {
        slotReadsBack("slot-v1.sql");
    }

    @Test
    void aSlotOfVersionTwoReadsBack() throws Exception {
        slotReadsBack("slot-v2.sql");
    }

    private void slotReadsBack(String dump) throws Exception {
        restore(dump, folder.resolve("slots/0/meta.sqlite3"));
        try (SlotDatabases databases =
                        SlotDatabases.open(folder.resolve("slots"), 1, Thread::new, () -> Instant.EPOCH);
                SqliteMetadataStore store =
                        new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT)) {
            store.start();
            assertThat(store.statistics(SLOT))
                    .isEqualTo(new Statistics(6, 32, 9, 2, 1, 1, 10, new BlobId("01KDYAKAM600583A794FEMTWKK")));
            generationsAreThere(store);
            contentIsThere(store);
            currentVersionsAreListed(store);
            uploadsAreThere(store);
            assertThat(store.garbage(SLOT, Instant.MAX, 9)).containsExactly(new BlobId("01KDYAKAM60044PHTJCHF7DWWY"));
            assertThat(store.events(SLOT, 0, 99))
                    .extracting(SequencedEvent::sequence)
                    .containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        }
    }

    private static void generationsAreThere(SqliteMetadataStore store) {
        BlobMeta meta = store.find(SLOT, path("inline"), CURRENT).orElseThrow();
        assertThat(meta.generation().value()).isEqualTo(7);
        assertThat(meta.writeId()).isEqualTo("write-1");
        assertThat(meta.etag()).isEqualTo("a9f0e61a137d86aa9db53465e0801612");
        assertThat(meta.attributes().tags()).isEqualTo(Map.of("a", "b", "k", "v"));
        assertThat(meta.createdAt()).isEqualTo(Instant.parse("2026-01-02T03:04:06.678Z"));
        assertThat(meta.homeRegion()).isEqualTo(BlobMeta.LOCAL_REGION);
        assertThat(meta.placementGroup()).isEqualTo(PlacementGroup.ZERO);
        assertThat(meta.replicationStatus()).isEqualTo(new ReplicationStatus.None());
        assertThat(store.generations(SLOT, path("inline"), 9)).hasSize(2);
        assertThat(store.generations(SLOT, path("gone"), 9))
                .allSatisfy(generation -> assertThat(generation.visible()).isFalse());
        assertThat(store.find(SLOT, path("marked"), CURRENT).orElseThrow().tombstone())
                .isTrue();
        BlobMeta multipart = store.find(SLOT, path("multipart"), CURRENT).orElseThrow();
        assertThat(multipart.uploadParts())
                .extracting(UploadPartSummary::number)
                .containsExactly(1, 5);
        assertThat(multipart.checksums()).extracting(Checksum::value).containsExactly("N54r2ouYv8M=");
    }

    private static void contentIsThere(SqliteMetadataStore store) {
        assertThat(store.open(SLOT, path("inline"), CURRENT).orElseThrow().content())
                .isInstanceOfSatisfying(
                        BlobContent.Inline.class,
                        body -> assertThat(body.bytes()).asString().isEqualTo("second"));
        BlobPath raw = BlobPath.of("bucket", new byte[] {(byte) 0xff, 0, '/'});
        assertThat(store.open(SLOT, raw, VersionSelector.NULL_VERSION)
                        .orElseThrow()
                        .content())
                .isInstanceOfSatisfying(
                        BlobContent.Inline.class,
                        body -> assertThat(body.bytes()).asString().isEqualTo("raw"));
        assertThat(store.contents(SLOT, null, 9)).hasSize(2);
        assertThat(store.open(SLOT, path("files"), CURRENT).orElseThrow().content())
                .isInstanceOfSatisfying(
                        BlobContent.Parts.class,
                        content -> assertThat(content.parts())
                                .hasSize(3)
                                .last()
                                .satisfies(
                                        part -> assertThat(part.offsetBytes()).isEqualTo(8)));
    }

    private static void currentVersionsAreListed(SqliteMetadataStore store) {
        Scan all = new Scan("bucket", new byte[0], true, null, new Fold("", ""), Scope.CURRENT, 99);
        assertThat(store.scan(SLOT, all))
                .extracting(listed -> listed.path().toString(), ListedBlob::etag)
                .containsExactly(
                        tuple("bucket/files", "781e5e245d69b566979b86e28d23f2c7"),
                        tuple("bucket/inline", "a9f0e61a137d86aa9db53465e0801612"),
                        tuple("bucket/multipart", "51fd87b82af79d48cd15d144497ae267-2"),
                        tuple("bucket/\ufffd\0/", "bdd166af3a63f7be696dd17a218a6ffb"));
    }

    private static void uploadsAreThere(SqliteMetadataStore store) {
        List<Upload> uploads = store.uploads(SLOT, "bucket", new byte[0], new byte[0], null, 9);
        assertThat(uploads).extracting(Upload::path).containsExactly(path("open"));
        assertThat(store.uploadParts(SLOT, uploads.getFirst().uploadId(), 0, 9))
                .extracting(UploadPart::number)
                .containsExactly(3);
    }

    @Test
    void aCatalogOfVersionOneReadsBack() throws Exception {
        Path file = folder.resolve("catalog.sqlite3");
        restore("catalog-v1.sql", file);
        try (SqliteCatalog catalog = SqliteCatalog.open(file, List.of(), Thread::new, () -> Instant.EPOCH)) {
            assertThat(catalog.buckets())
                    .containsExactly(new Bucket(
                            "bucket",
                            "owner-1",
                            "",
                            new HlcTimestamp(
                                    Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli(), 3),
                            Versioning.ENABLED,
                            Durability.PERIODIC,
                            Map.of(ConfigurationKind.CORS, "<CORSConfiguration/>")));
            assertThat(catalog.rootCredentials()).isEqualTo(new RootCredentials("AKFIXTURE", "not-a-secret"));
            assertThat(catalog.events(0, 9)).hasSize(3);
        }
    }
}
