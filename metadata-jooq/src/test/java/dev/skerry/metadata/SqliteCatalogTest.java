package dev.skerry.metadata;

import static dev.skerry.metadata.schema.catalog.Tables.BUCKETS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.Durability;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.catalog.CatalogCommand.CreateBucket;
import dev.skerry.blob.catalog.CatalogCommand.DeleteBucket;
import dev.skerry.blob.catalog.CatalogCommand.SealBucket;
import dev.skerry.blob.catalog.CatalogCommand.SetConfiguration;
import dev.skerry.blob.catalog.CatalogCommand.SetDurability;
import dev.skerry.blob.catalog.CatalogCommand.SetVersioning;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.catalog.CatalogReplica.Document;
import dev.skerry.blob.catalog.CatalogReplica.Entry;
import dev.skerry.blob.catalog.CatalogReplica.Result;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteCatalogTest {
    private static final HlcTimestamp NOW = new HlcTimestamp(1_700_000_000_123L, 7);

    private final Path file;
    private final List<SequencedEvent> told = new CopyOnWriteArrayList<>();
    private SqliteCatalog catalog;

    SqliteCatalogTest(@TempDir Path folder) {
        file = folder.resolve("catalog.sqlite3");
        catalog = open();
    }

    private SqliteCatalog open() {
        return SqliteCatalog.open(file, List.of(told::add), Thread::new, () -> Instant.EPOCH);
    }

    private void reopen() {
        catalog.close();
        catalog = open();
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    private static CreateBucket create(String name) {
        return new CreateBucket(name, "owner", "eu-north-1", Versioning.OFF, Map.of(), NOW);
    }

    private void refused(CatalogCommand command, StoreFailure failure) {
        assertThatThrownBy(() -> catalog.commit(command))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }

    @Test
    void aBucketChangedByAnOlderSkerryIsAsOldAsItSays() {
        Bucket bucket = catalog.commit(create("b"));
        HlcTimestamp changed = new HlcTimestamp(NOW.physicalMs() + 5, 7);
        Row row = CatalogRows.of(bucket)
                .set(BUCKETS.HLC_TIMESTAMP, changed.packed())
                .sealed();
        assertThat(CatalogRows.bucket(row).created()).isEqualTo(new HlcTimestamp(NOW.physicalMs(), 0));
    }

    @Test
    void aBucketIsThereOnceCreatedAndAfterAReopen() {
        Bucket bucket = catalog.commit(create("b"));

        assertThat(bucket).isEqualTo(new Bucket("b", "owner", "eu-north-1", NOW, Versioning.OFF, null, Map.of()));
        assertThat(catalog.bucket("b")).contains(bucket);
        reopen();
        assertThat(catalog.bucket("b")).contains(bucket);
    }

    @Test
    void aBucketIsCreatedWithItsConfiguration() {
        Map<ConfigurationKind, String> configuration = Map.of(ConfigurationKind.OBJECT_LOCK, "enabled");
        Bucket bucket = catalog.commit(new CreateBucket("b", "owner", "", Versioning.ENABLED, configuration, NOW));

        reopen();

        assertThat(catalog.bucket("b")).contains(bucket);
        assertThat(bucket.versioning()).isEqualTo(Versioning.ENABLED);
        assertThat(bucket.configuration()).isEqualTo(configuration);
    }

    @Test
    void bucketsAscendByName() {
        List.of("c", "a", "b").forEach(name -> catalog.commit(create(name)));

        assertThat(catalog.buckets()).extracting(Bucket::name).containsExactly("a", "b", "c");
    }

    @Test
    void everySettingOutlivesAReopen() {
        catalog.commit(create("b"));
        catalog.commit(new SetVersioning("b", Versioning.SUSPENDED, 0, NOW));
        catalog.commit(new SetDurability("b", Durability.PERIODIC, NOW));
        for (ConfigurationKind kind : ConfigurationKind.values()) {
            catalog.commit(new SetConfiguration("b", kind, "<" + kind + "/>", NOW));
        }
        Bucket bucket = catalog.commit(new SetConfiguration("b", ConfigurationKind.CORS, null, NOW));

        reopen();

        assertThat(catalog.bucket("b")).contains(bucket);
        assertThat(bucket.versioning()).isEqualTo(Versioning.SUSPENDED);
        assertThat(bucket.durability()).isEqualTo(Durability.PERIODIC);
        assertThat(bucket.configuration()).hasSize(ConfigurationKind.values().length - 1);
        assertThat(bucket.configuration()).containsEntry(ConfigurationKind.POLICY, "<POLICY/>");
    }

    @Test
    void whatCannotBeIsRefused() {
        catalog.commit(create("b"));

        refused(create("b"), new StoreFailure.BucketExists("b", "owner"));
        refused(new DeleteBucket("x", 0, NOW), new StoreFailure.NoSuchBucket("x"));
        refused(new SetVersioning("x", Versioning.ENABLED, 0, NOW), new StoreFailure.NoSuchBucket("x"));
        refused(new SetDurability("x", null, NOW), new StoreFailure.NoSuchBucket("x"));
        refused(new SetConfiguration("x", ConfigurationKind.ACL, "a", NOW), new StoreFailure.NoSuchBucket("x"));
        assertThat(catalog.lastSequence()).isEqualTo(1);
    }

    @Test
    void bucketsComeAndGoAsEvents() {
        catalog.commit(create("b"));
        catalog.commit(new SetVersioning("b", Versioning.ENABLED, 0, NOW));
        catalog.commit(new DeleteBucket("b", 0, NOW));

        assertThat(told)
                .containsExactly(
                        new SequencedEvent(SequencedEvent.CATALOG, 1, new StorageEvent.BucketCreated("b", NOW)),
                        new SequencedEvent(SequencedEvent.CATALOG, 2, new StorageEvent.BucketDeleted("b", NOW)));
        assertThat(catalog.events(0, 10)).isEqualTo(told);
        assertThat(catalog.events(1, 10)).isEqualTo(told.subList(1, 2));
        assertThat(catalog.events(0, 1)).isEqualTo(told.subList(0, 1));
        assertThat(SqliteCatalog.EVENTS_AFTER.text())
                .as("a bound limit spoils the plan")
                .doesNotContainIgnoringCase("limit");
        reopen();
        assertThat(catalog.lastSequence()).isEqualTo(2);
        assertThat(catalog.bucket("b")).isEmpty();
    }

    @Test
    void theFirstRootIdentityIsKept() {
        assertThat(catalog.rootCredentials()).isNull();
        RootCredentials first = new RootCredentials("a", "s");

        assertThat(catalog.keepRootCredentials(first)).isEqualTo(first);
        assertThat(catalog.keepRootCredentials(new RootCredentials("b", "t"))).isEqualTo(first);

        assertThat(catalog.rootCredentials()).isEqualTo(first);
        reopen();
        assertThat(catalog.rootCredentials()).isEqualTo(first);
    }

    @Test
    void anEntryOfTheLogIsAppliedOnceAlsoOverAReopen() {
        LogPosition second = new LogPosition(1, 2);
        catalog.apply(new LogPosition(1, 1), new Entry.BucketChange(create("b")));
        Entry seal = new Entry.BucketChange(new SealBucket("b", NOW));

        assertThat(catalog.apply(second, seal)).isInstanceOfSatisfying(Result.Changed.class, changed -> {
            assertThat(changed.bucket().sealed()).isTrue();
            assertThat(changed.bucket().epoch()).isEqualTo(2);
        });
        assertThat(catalog.apply(second, seal)).isNull();
        reopen();
        assertThat(catalog.apply(second, seal)).isNull();
        assertThat(catalog.position()).isEqualTo(second);
        assertThat(catalog.bucket("b"))
                .hasValueSatisfying(bucket -> assertThat(bucket.sealed()).isTrue());

        // in another epoch than the one it was judged in, a change is refused, and that is remembered too
        LogPosition third = new LogPosition(2, 3);
        assertThat(catalog.apply(third, new Entry.BucketChange(new DeleteBucket("b", 1, NOW))))
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(StoreFailure.Busy.class));
        assertThat(catalog.position()).isEqualTo(third);
        catalog.advance(new LogPosition(2, 9));
        catalog.advance(new LogPosition(2, 4));
        reopen();
        assertThat(catalog.position()).isEqualTo(new LogPosition(2, 9));
        assertThat(catalog.apply(new LogPosition(2, 10), new Entry.BucketChange(new DeleteBucket("b", 2, NOW))))
                .isInstanceOf(Result.Changed.class);
    }

    @Test
    void aDocumentIsReplacedOnlyByWhoKnowsItsRevision() {
        assertThat(catalog.apply(new LogPosition(1, 1), new Entry.KeepDocument("map", 0, "one")))
                .isEqualTo(new Result.DocumentKept(true, new Document(1, "one")));
        assertThat(catalog.apply(new LogPosition(1, 2), new Entry.KeepDocument("map", 0, "other")))
                .isEqualTo(new Result.DocumentKept(false, new Document(1, "one")));
        assertThat(catalog.apply(new LogPosition(1, 3), new Entry.KeepDocument("map", 1, "two")))
                .isEqualTo(new Result.DocumentKept(true, new Document(2, "two")));

        reopen();

        assertThat(catalog.document("map")).contains(new Document(2, "two"));
        assertThat(catalog.document("none")).isEmpty();
    }

    @Test
    void ofManyWhoCreateTheSameBucketOneSucceeds() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Callable<Bucket>> calls = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                calls.add(() -> catalog.commit(create("b")));
            }
            assertThat(executor.invokeAll(calls))
                    .filteredOn(future -> future.state() == Future.State.SUCCESS)
                    .hasSize(1);
        }
    }

    @Test
    void aClosedCatalogRefuses() {
        catalog.close();

        assertThatThrownBy(() -> catalog.commit(create("b")))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Busy.class));
        catalog = open();
    }

    @Test
    void onlyItsOwnerMayReadTheFile() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aDamagedRowRefusesToOpen() throws IOException {
        catalog.commit(create("some-bucket"));
        catalog.close();
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("eu-north-1");
        bytes[at] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Corrupt.class));
        bytes[at] ^= 1;
        Files.write(file, bytes);
        catalog = open();
    }

    @Test
    void whatAnotherNodeHasIsGoneOnWith(@TempDir Path otherFolder) throws Exception {
        catalog.apply(new LogPosition(1, 1), new CatalogReplica.Entry.BucketChange(create("gone-there")));
        try (SqliteCatalog other = SqliteCatalog.open(
                otherFolder.resolve("catalog.sqlite3"), List.of(), Thread::new, () -> Instant.EPOCH)) {
            other.apply(new LogPosition(2, 7), new CatalogReplica.Entry.BucketChange(create("photos")));
            other.apply(new LogPosition(2, 8), new CatalogReplica.Entry.KeepDocument("map", 0, "text"));
            Files.move(other.copy(), catalog.incoming());
        }
        assertThatThrownBy(() -> catalog.replace(new LogPosition(0, 9))).isInstanceOf(StoreException.class);
        assertThat(catalog.bucket("gone-there")).isPresent();

        catalog.replace(new LogPosition(0, 8));

        assertThat(catalog.position()).isEqualTo(new LogPosition(2, 8));
        assertThat(catalog.buckets()).extracting(Bucket::name).containsExactly("photos");
        assertThat(catalog.document("map")).isPresent();
        catalog.apply(new LogPosition(2, 9), new CatalogReplica.Entry.BucketChange(create("more")));
        reopen();
        assertThat(catalog.position()).isEqualTo(new LogPosition(2, 9));
        assertThat(catalog.buckets()).extracting(Bucket::name).containsExactly("more", "photos");
    }

    @Test
    void copiesThatAppliedTheSameComeToTheSame(@TempDir Path otherFolder) {
        try (SqliteCatalog other = SqliteCatalog.open(
                otherFolder.resolve("catalog.sqlite3"), List.of(), Thread::new, () -> Instant.EPOCH)) {
            long index = 0;
            for (Entry entry : List.of(
                    new Entry.BucketChange(create("photos")),
                    new Entry.BucketChange(create("videos")),
                    new Entry.KeepRoot(new RootCredentials("key", "secret")),
                    new Entry.KeepDocument("map", 0, "text"))) {
                RowDigest before = digest(catalog, ++index);
                catalog.apply(new LogPosition(1, ++index), entry);
                other.apply(new LogPosition(1, index), entry);
                RowDigest after = digest(catalog, ++index);
                assertThat(after).isEqualTo(digest(other, index)).isNotEqualTo(before);
                assertThat(after.rows()).isEqualTo(before.rows() + 1);
            }
        }
    }

    @Test
    void aRowThatIsGoneOrDamagedShowsAndAnotherCopyMendsIt(@TempDir Path otherFolder) throws Exception {
        try (SqliteCatalog other = SqliteCatalog.open(
                otherFolder.resolve("catalog.sqlite3"), List.of(), Thread::new, () -> Instant.EPOCH)) {
            for (SqliteCatalog each : List.of(catalog, other)) {
                each.apply(new LogPosition(1, 1), new Entry.BucketChange(create("photos")));
                each.apply(new LogPosition(1, 2), new Entry.BucketChange(create("videos")));
            }
            byHand("delete from buckets where name = 'photos'");
            assertThat(digest(catalog, 3)).isNotEqualTo(digest(other, 3));
            byHand("update buckets set region = 'elsewhere'");
            assertThat(catalog.apply(new LogPosition(1, 4), new Entry.Compare("mark")))
                    .isInstanceOfSatisfying(
                            Result.Refused.class,
                            refused -> assertThat(refused.failure()).isInstanceOf(StoreFailure.Corrupt.class));
            assertThat(catalog.position()).isEqualTo(new LogPosition(1, 4));
            other.apply(new LogPosition(1, 4), new Entry.Compare("mark"));

            Files.move(other.copy(), catalog.incoming());
            catalog.replace(new LogPosition(1, 4));

            assertThat(digest(catalog, 5)).isEqualTo(digest(other, 5));
        }
    }

    private static RowDigest digest(SqliteCatalog catalog, long index) {
        Result result = catalog.apply(new LogPosition(1, index), new Entry.Compare("mark"));
        assertThat(result).isInstanceOf(Result.Digested.class);
        return ((Result.Digested) Objects.requireNonNull(result)).digest();
    }

    private void byHand(String change) {
        try (Statements statements = new DatabaseFile(file).openWriter()) {
            statements.script(change);
        }
    }
}
