package dev.skerry.metadata.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.migrate.MigrationProblem;
import dev.skerry.blob.migrate.MigrationProgress;
import dev.skerry.blob.migrate.MigrationReport;
import dev.skerry.blob.migrate.MigrationReport.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LegacyMigrationTest {
    private static final String ID_1 = "01HQXW5P7ZTSV4RRFFQ69G5FA1";
    private static final String ID_2 = "01HQXW5P7ZTSV4RRFFQ69G5FA2";
    private static final String ID_3 = "01HQXW5P7ZTSV4RRFFQ69G5FA3";

    private final LegacyFixture old;
    private final Path folder;
    private TargetStore store;

    LegacyMigrationTest(@TempDir Path temp) throws IOException {
        old = new LegacyFixture(Files.createDirectory(temp.resolve("old")));
        folder = Files.createDirectory(temp.resolve("new"));
        store = new TargetStore(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static BlobPath path(String path) {
        return BlobPath.ofBytes(path.getBytes(StandardCharsets.UTF_8));
    }

    /** Rows, newest first, as number, kind and state. */
    private List<String> rows(String path) {
        return store.generations(path(path)).stream()
                .map(meta -> meta.generation().value()
                        + (meta.tombstone() ? "T" : "L")
                        + (meta.latest() ? "*" : "")
                        + (meta.nullVersion() ? "n" : "")
                        + (meta.visible() ? "" : "-"))
                .toList();
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

    @Test
    void amberBlobsObjectsBecomeNullVersions() throws IOException {
        old.amberBlob(1, "photos/small", ID_1, List.of("tiny"), null);
        old.amberBlob(1, "photos/large", ID_2, List.of("first chunk,", "second chunk"), null);
        old.amberBlob(7, "videos/a/b", "not a ulid", List.of("first chunk,"), null);
        old.amberBlob(7, "videos/empty", ID_3, List.of(), null);
        Map<String, String> before = files(old.disk());

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.complete()).isTrue();
        assertThat(report.migrated()).isEqualTo(4);
        assertThat(report.verified()).isEqualTo(4);
        assertThat(report.bytes()).isEqualTo(40);
        assertThat(report.plan().buckets()).containsExactly("photos", "videos");
        assertThat(rows("photos/large")).containsExactly("1L*n");
        BlobMeta large = store.generations(path("photos/large")).getFirst();
        assertThat(large.blobId()).isEqualTo(new BlobId(ID_2));
        assertThat(large.etag()).isEqualTo(LegacyFixture.md5("first chunk,second chunk"));
        assertThat(large.nativeEtag()).isEqualTo(LegacyFixture.sha256("first chunk,second chunk"));
        assertThat(large.createdAt()).isEqualTo(Instant.parse("2024-03-01T10:00:00.123Z"));
        assertThat(large.attributes().userMetadata())
                .containsExactly(Map.entry("legacy-modified-at", "2024-03-02T10:00:00Z"));
        assertThat(large.attributes().ownerId()).isEqualTo("owner");
        assertThat(store.text(path("photos/large"), 1)).isEqualTo("first chunk,second chunk");
        assertThat(store.text(path("photos/small"), 1)).isEqualTo("tiny");
        assertThat(store.text(path("videos/a/b"), 1)).isEqualTo("first chunk,");
        assertThat(store.text(path("videos/empty"), 1)).isEmpty();
        assertThat(store.catalog.buckets()).extracting(Bucket::versioning).containsOnly(Versioning.OFF);
        assertThat(store.catalog.buckets()).extracting(Bucket::ownerId).containsOnly("owner");
        assertThat(files(old.disk())).as("the older data is not touched").isEqualTo(before);
    }

    @Test
    void partFilesLieWhereTheStorePutsThemAndShareTheirBytesWithTheOlderStore() throws IOException {
        Path chunk = old.amberBlob(1, "photos/large", ID_2, List.of("longer than inline"), null)
                .getFirst();

        store.migrate(old.disk());

        Path file = store.layout
                .folder(store.slotOf(path("photos/large")), new BlobId(ID_2))
                .resolve("part.00000000." + LegacyFixture.sha256("longer than inline"));
        assertThat(file).exists();
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(Files.getAttribute(chunk, "unix:ino"));
    }

    @Test
    void amberiosVersionsStandBesideEachOther() {
        old.amberio(3, "docs/report", 1, ID_1, List.of("version one"), null);
        old.amberio(3, "docs/report", 2, ID_2, List.of("version ", "two, in two"), null);
        old.amberio(3, "docs/report", 3, ID_3, List.of("version three"), "2024-05-01T00:00:00Z");

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.complete()).isTrue();
        assertThat(report.plan().hidden()).isEqualTo(1);
        assertThat(rows("docs/report")).containsExactly("3L-", "2L*", "1L");
        assertThat(store.generations(path("docs/report")))
                .extracting(meta -> meta.blobId().value())
                .containsExactly(ID_3, ID_2, ID_1);
        assertThat(store.text(path("docs/report"), 1)).isEqualTo("version one");
        assertThat(store.text(path("docs/report"), 2)).isEqualTo("version two, in two");
        assertThat(store.text(path("docs/report"), 3)).isEqualTo("version three");
        BlobMeta hidden = store.generations(path("docs/report")).getFirst();
        assertThat(hidden.attributes().userMetadata()).containsEntry("legacy-deleted-at", "2024-05-01T00:00:00Z");
        assertThat(hidden.tombstonedAt()).isEqualTo(TargetStore.NOW);
        assertThat(store.catalog.bucket("docs").orElseThrow().versioning()).isEqualTo(Versioning.ENABLED);
    }

    @Test
    void rimiosHeadsAndTombstonesKeepTheirGenerations() {
        old.rimio(5, "logs/app/today", 2, List.of("part one, ", "part two"));
        old.rimio(5, "logs/gone", 1, List.of("was here once"));
        old.rimioTombstone(5, "logs/gone", 2);
        old.rimioTombstone(5, "logs/again", 1);
        old.rimio(5, "logs/again", 2, List.of("back once more"));
        old.rimio(5, "logs/replaced", 1, List.of("left behind by Rimio"));
        old.rimio(5, "logs/replaced", 2, List.of("the newer write"));

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.complete()).isTrue();
        assertThat(report.plan().tombstones()).isEqualTo(2);
        assertThat(rows("logs/app/today")).containsExactly("2L*n");
        assertThat(rows("logs/gone")).containsExactly("2Tn-", "1Ln-");
        assertThat(rows("logs/again")).containsExactly("2L*n", "1Tn-");
        assertThat(rows("logs/replaced")).containsExactly("2L*n");
        assertThat(store.text(path("logs/app/today"), 2)).isEqualTo("part one, part two");
        assertThat(store.text(path("logs/gone"), 1)).isEqualTo("was here once");
        assertThat(store.generations(path("logs/app/today")).getFirst().createdAt())
                .isEqualTo(Instant.parse("2024-06-02T10:00:00Z"));
        assertThat(store.catalog.bucket("logs").orElseThrow().versioning()).isEqualTo(Versioning.OFF);
    }

    @Test
    void aSecondRunFindsEverythingThere() {
        old.amberBlob(1, "photos/large", "no id", List.of("longer than inline"), null);
        old.amberio(3, "docs/report", 1, ID_1, List.of("version one"), null);
        store.migrate(old.disk());

        MigrationReport again = store.migrate(old.disk());

        assertThat(again.complete()).isTrue();
        assertThat(again.migrated()).isZero();
        assertThat(again.present()).isEqualTo(2);
        assertThat(again.verified()).isEqualTo(2);
    }

    @Test
    void aRunThatStoppedHalfWayIsTakenUpAgain() {
        for (int i = 0; i < 10; i++) {
            old.amberBlob(i % 3, "photos/" + i, "no id", List.of("longer than inline " + i), null);
        }
        MigrationProgress stopper = new MigrationProgress() {
            @Override
            public boolean advanced(long generations, long bytes) {
                return generations < 4;
            }
        };

        MigrationReport first = store.migrate(old.disk(), null, stopper);
        assertThat(first.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(first.complete()).isFalse();
        assertThat(first.migrated()).isEqualTo(4);
        store.close();
        store = new TargetStore(folder);
        MigrationReport second = store.migrate(old.disk());

        assertThat(second.complete()).isTrue();
        assertThat(second.present()).isEqualTo(4);
        assertThat(second.migrated()).isEqualTo(6);
        assertThat(second.verified()).isEqualTo(10);
    }

    @Test
    void whatAKilledRunLeftStagedIsInNobodysWay() throws IOException {
        old.amberBlob(1, "photos/large", ID_2, List.of("longer than inline"), null);
        Path staged = store.layout.folder(store.slotOf(path("photos/large")), new BlobId(ID_2));
        LegacyFixture.write(staged.resolve(".tmp.0"), "half");
        LegacyFixture.write(staged.resolve("part.00000000." + LegacyFixture.sha256("longer than inline")), "wrong");

        assertThat(store.migrate(old.disk()).complete()).isTrue();

        assertThat(store.text(path("photos/large"), 1)).isEqualTo("longer than inline");
        assertThat(files(staged)).hasSize(1);
    }

    @Test
    void damagedChunksAreReportedAndTheRestIsMigrated() throws IOException {
        Path wrong = old.amberBlob(1, "photos/wrong", ID_1, List.of("longer than inline"), null)
                .getFirst();
        Path missing = old.amberBlob(1, "photos/missing", ID_2, List.of("another long one"), null)
                .getFirst();
        Path small =
                old.amberBlob(1, "photos/small", ID_3, List.of("tiny"), null).getFirst();
        Path shorter = old.amberBlob(2, "photos/shorter", "x", List.of("will be cut off"), null)
                .getFirst();
        old.amberBlob(2, "photos/whole", "y", List.of("this one is whole"), null);
        Files.writeString(wrong, "LONGER than inline");
        Files.delete(missing);
        Files.writeString(small, "TINY");
        Files.writeString(shorter, "will be");

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.complete()).isFalse();
        assertThat(report.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(report.migrated()).isEqualTo(1);
        assertThat(report.verified()).isEqualTo(1);
        assertThat(report.problems()).extracting(MigrationProblem::kind).containsOnly(MigrationProblem.Kind.DAMAGED);
        assertThat(report.problems())
                .extracting(MigrationProblem::subject)
                .containsExactlyInAnyOrder(
                        "photos/wrong version 1",
                        "photos/missing version 1",
                        "photos/small version 1",
                        "photos/shorter version 1");
        assertThat(rows("photos/wrong")).isEmpty();
        assertThat(store.layout.folder(store.slotOf(path("photos/wrong")), new BlobId(ID_1)))
                .doesNotExist();
        assertThat(rows("photos/whole")).containsExactly("1L*n");
    }

    @Test
    void rowsThatMakeNoSenseAreReportedAndTheRestIsMigrated() throws IOException {
        old.amberio(3, "docs/good", 1, ID_1, List.of("version one"), null);
        old.amberio(3, "docs/bad", 1, "../../../etc", List.of(), null);
        Path database = old.amberioSlot(3).resolve("meta.sqlite3");
        LegacyFixture.execute(
                database,
                "amberio.sql",
                "insert into blobs (path, version, blob_id, size, chunks, created_at) values (?, 1, 'x', 5, ?, ?)",
                "docs/json",
                "[{]",
                "2024-01-01T00:00:00Z");
        LegacyFixture.execute(
                database,
                "amberio.sql",
                "insert into blobs (path, version, blob_id, size, chunks, created_at) values (?, 0, 'x', 5, '[]', ?)",
                "docs/zero",
                "never");
        LegacyFixture.write(old.amberioSlot(4).resolve("meta.sqlite3"), "no database");

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.migrated()).isEqualTo(1);
        assertThat(report.problemCount()).isEqualTo(4);
        assertThat(report.problems()).extracting(MigrationProblem::kind).containsOnly(MigrationProblem.Kind.DAMAGED);
        assertThat(rows("docs/good")).containsExactly("1L*");
    }

    @Test
    void aChangedHeadOfRimioIsReported() {
        old.rimio(5, "logs/one", 1, List.of("longer than inline"));
        LegacyFixture.execute(
                old.amberioSlot(5).resolve("meta.sqlite3"),
                "rimio.sql",
                "update file_entries set sha256 = 'ff' where file_kind = 'meta'");

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.complete()).isFalse();
        assertThat(report.problems().getFirst().detail()).contains("hashes to");
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        old.amberBlob(1, "photos/large", ID_2, List.of("longer than inline"), null);
        Path missing = old.amberBlob(1, "photos/missing", ID_1, List.of("another long one"), null)
                .getFirst();
        Files.delete(missing);
        Map<String, String> oldBefore = files(old.disk());
        Map<String, String> newBefore = files(folder);

        MigrationReport report = store.look(old.disk());

        assertThat(report.outcome()).isEqualTo(Outcome.DRY_RUN);
        assertThat(report.complete()).isFalse();
        assertThat(report.plan().generations()).isEqualTo(2);
        assertThat(report.plan().bytes()).isEqualTo(34);
        assertThat(report.problems()).extracting(MigrationProblem::subject).containsExactly("photos/missing version 1");
        assertThat(store.catalog.buckets()).isEmpty();
        assertThat(files(old.disk())).isEqualTo(oldBefore);
        assertThat(files(folder)).isEqualTo(newBefore);
    }

    @Test
    void pathsWithoutALegalBucketAreReportedBeforeAnythingIsWritten() {
        old.amberBlob(1, "photos/good", ID_1, List.of("longer than inline"), null);
        old.amberBlob(1, "no-slash", ID_2, List.of("longer than inline"), null);
        old.amberBlob(1, "Upper Case/key", ID_3, List.of("longer than inline"), null);

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(report.complete()).isFalse();
        assertThat(report.problems())
                .extracting(MigrationProblem::subject)
                .containsExactlyInAnyOrder("no-slash", "Upper Case/key");
        assertThat(report.problems().getFirst().detail()).contains("--bucket NAME");
        assertThat(store.catalog.buckets()).isEmpty();
        assertThat(rows("photos/good")).isEmpty();
    }

    @Test
    void oneBucketForAllTakesWholePathsAsKeys() {
        old.amberBlob(1, "photos/good", ID_1, List.of("longer than inline"), null);
        old.amberBlob(1, "no-slash", ID_2, List.of("longer than inline"), null);

        MigrationReport report = store.migrate(old.disk(), "legacy", MigrationProgress.SILENT);

        assertThat(report.complete()).isTrue();
        assertThat(rows("legacy/photos/good")).containsExactly("1L*n");
        assertThat(rows("legacy/no-slash")).containsExactly("1L*n");
    }

    @Test
    void anIllegalBucketForAllIsReported() {
        old.amberBlob(1, "photos/good", ID_1, List.of("longer than inline"), null);

        MigrationReport report = store.migrate(old.disk(), "Not Legal", MigrationProgress.SILENT);

        assertThat(report.outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(report.problems().getFirst().detail()).contains("Not Legal");
    }

    @Test
    void archivedObjectsAreRefusedUnlessTheirBytesAreLocal() throws IOException {
        old.amberBlob(1, "photos/local", ID_1, List.of("longer than inline"), "s3://archive/a");
        Path away = old.amberBlob(1, "photos/away", ID_2, List.of("another long one"), "s3://archive/b")
                .getFirst();
        Files.delete(away);
        Path amberio = old.amberio(3, "docs/away", 1, ID_3, List.of("version one"), null)
                .getFirst();
        old.amberioArchive(3, ID_3, "version one", "s3://archive/c");
        Files.delete(amberio);

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.complete()).isFalse();
        assertThat(report.migrated()).isEqualTo(1);
        assertThat(report.problems()).extracting(MigrationProblem::kind).containsOnly(MigrationProblem.Kind.ARCHIVED);
        assertThat(report.problems())
                .extracting(MigrationProblem::subject)
                .containsExactlyInAnyOrder("photos/away version 1", "docs/away version 1");
        assertThat(report.problems().toString()).contains("s3://archive/b", "s3://archive/c");
    }

    @Test
    void anIdThatTwoShareNamesOnlyOne() {
        for (int i = 0; i < 4; i++) {
            old.amberBlob(1, "photos/" + i, ID_1, List.of("longer than inline " + i), null);
        }

        assertThat(store.migrate(old.disk()).complete()).isTrue();
        assertThat(store.migrate(old.disk()).present()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            assertThat(store.text(path("photos/" + i), 1)).isEqualTo("longer than inline " + i);
        }
    }

    @Test
    void anIdFromTheFarFutureIsReplaced() {
        old.amberBlob(1, "photos/a", "7ZZZZZZZZZTSV4RRFFQ69G5FA1", List.of("longer than inline"), null);

        store.migrate(old.disk());

        String id = store.generations(path("photos/a")).getFirst().blobId().value();
        assertThat(id).startsWith("01HQ");
    }

    @Test
    void versionsOfABucketThatKeepsNoneAreReportedBeforeAnythingIsWritten() {
        old.amberBlob(1, "docs/first", ID_2, List.of("longer than inline"), null);
        store.migrate(old.disk());
        old.amberio(3, "docs/report", 1, ID_1, List.of("version one"), null);

        MigrationReport report = store.migrate(old.disk());

        assertThat(report.outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(report.problems().getFirst().kind()).isEqualTo(MigrationProblem.Kind.BUCKET_WITHOUT_VERSIONS);
        assertThat(current("docs/report")).isNull();
    }

    private @Nullable BlobMeta current(String path) {
        return store.metadata
                .find(store.slotOf(path(path)), path(path), VersionSelector.CURRENT)
                .orElse(null);
    }

    @Test
    void aFolderWithoutOlderDataHasNothingToMigrate() {
        MigrationReport report = store.migrate(old.disk());

        assertThat(report.plan().stores()).isEmpty();
        assertThat(report.complete()).isTrue();
        assertThat(LegacyStores.in(folder))
                .as("our own layout is none of the older ones")
                .isEmpty();
    }
}
