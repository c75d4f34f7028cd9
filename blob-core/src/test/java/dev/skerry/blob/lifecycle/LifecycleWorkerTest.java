package dev.skerry.blob.lifecycle;

import static dev.skerry.blob.lifecycle.AgeingFixture.path;
import static dev.skerry.blob.lifecycle.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.commit.Command.Judged;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.AgedVersions;
import dev.skerry.blob.store.PutBlobRequest;
import dev.skerry.blob.store.StoreFixture;
import dev.skerry.blob.store.TestBody;
import dev.skerry.blob.store.Uploads;
import dev.skerry.blob.upkeep.Pace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleWorkerTest {
    private static final String BUCKET = "bucket";

    @TempDir
    Path folder;

    private AgeingFixture ageing;

    @BeforeEach
    void open() {
        ageing = new AgeingFixture(folder);
    }

    @Test
    void whatIsOldGoesAndWhatIsNotStays() {
        ageing.bucket(BUCKET, Versioning.OFF, rule("r").prefix("old/").expireAfter(2));
        for (int i = 0; i < 10; i++) {
            ageing.put(BUCKET, "old/" + i);
        }
        ageing.put(BUCKET, "kept");
        ageing.days(1);
        ageing.put(BUCKET, "old/young");
        assertThat(ageing.pass().expired()).isZero();
        ageing.days(1);
        assertThat(ageing.pass().expired()).isEqualTo(10);
        assertThat(ageing.shown(BUCKET)).containsExactly("kept L*", "old/young L*");
        assertThat(ageing.pass()).isEqualTo(new LifecycleWorker.Summary(0, 0, 0, 0, 0, 0));
    }

    @Test
    void aVersionedBucketIsEmptiedStepByStep() {
        ageing.bucket(BUCKET, Versioning.ENABLED, rule("r").expireAfter(1).removeNoncurrent(1, 0));
        ageing.put(BUCKET, "a");
        ageing.put(BUCKET, "a");
        ageing.put(BUCKET, "b");
        ageing.days(1);
        LifecycleWorker.Summary first = ageing.pass();
        assertThat(first.expired()).isEqualTo(2);
        assertThat(first.removed()).as("the first version of a").isEqualTo(1);
        assertThat(ageing.shown(BUCKET)).containsExactly("a T*", "a L", "b T*", "b L");
        ageing.days(1);
        assertThat(ageing.pass().removed()).isEqualTo(2);
        assertThat(ageing.shown(BUCKET)).containsExactly("a T*", "b T*");
        assertThat(ageing.pass().removed()).as("markers that became alone").isEqualTo(2);
        assertThat(ageing.shown(BUCKET)).isEmpty();
    }

    @Test
    void manyVersionsOfAKeySpanPages() {
        ageing.bucket(BUCKET, Versioning.ENABLED, rule("r").removeNoncurrent(1, 4));
        for (int i = 0; i < 20; i++) {
            ageing.put(BUCKET, "a");
        }
        ageing.put(BUCKET, "b");
        ageing.days(1);
        assertThat(ageing.pass().removed()).isEqualTo(15);
        assertThat(ageing.shown(BUCKET)).containsExactly("a L*", "a L", "a L", "a L", "a L", "b L*");
    }

    @Test
    void aLockKeepsAVersionUntilItIsTakenOff() {
        ageing.store.store.buckets().createWithObjectLock(BUCKET, StoreFixture.OWNER, "", Map.of());
        ageing.rules(BUCKET, Rules.of(rule("r").removeNoncurrent(1, 0)));
        ageing.put(BUCKET, "a");
        VersionSelector first = new VersionSelector.ByBlobId(ageing.store
                .store
                .blobs()
                .head(path(BUCKET, "a"), VersionSelector.CURRENT)
                .blobId());
        ageing.store.store.blobs().setLegalHold(path(BUCKET, "a"), first, LegalHold.ON);
        ageing.put(BUCKET, "a");
        ageing.days(2);
        assertThat(ageing.pass()).isEqualTo(new LifecycleWorker.Summary(0, 0, 0, 0, 1, 0));
        ageing.store.store.blobs().setLegalHold(path(BUCKET, "a"), first, LegalHold.OFF);
        assertThat(ageing.pass().removed()).isEqualTo(1);
    }

    @Test
    void tagsDecideWhereARuleAsks() {
        ageing.bucket(
                BUCKET, Versioning.OFF, rule("r").tags(Map.of("temp", "yes")).expireAfter(1));
        ageing.put(BUCKET, "plain");
        ageing.put(BUCKET, "tagged");
        ageing.store
                .store
                .blobs()
                .setTags(path(BUCKET, "tagged"), VersionSelector.CURRENT, Map.of("temp", "yes", "x", "y"));
        ageing.days(1);
        assertThat(ageing.pass().expired()).isEqualTo(1);
        assertThat(ageing.shown(BUCKET)).containsExactly("plain L*");
    }

    @Test
    void aMoveChangesTheClassInListingsToo() {
        ageing.bucket(
                BUCKET, Versioning.ENABLED, rule("r").move(1, "STANDARD_IA").moveNoncurrent(1, 0, "GLACIER"));
        ageing.put(BUCKET, "a");
        ageing.put(BUCKET, "a");
        ageing.days(1);
        assertThat(ageing.pass().moved()).isEqualTo(2);
        byte[] all = new byte[0];
        assertThat(ageing.store.store.listing().rows(BUCKET, all, all, null, Scope.VISIBLE, 10))
                .extracting(row -> row.storageClass().s3Name())
                .containsExactly("STANDARD_IA", "GLACIER");
        assertThat(new String(ageing.store.read(BUCKET, "a"), StandardCharsets.UTF_8))
                .isEqualTo("a");
        assertThat(ageing.pass().moved()).isZero();
    }

    @Test
    void uploadsThatNobodyCompletesAreAborted() {
        ageing.bucket(BUCKET, Versioning.OFF, rule("r").prefix("up/").abortAfter(2));
        List<Upload> begun = new ArrayList<>();
        for (String key : List.of("up/1", "up/1", "up/2", "up/3", "up/4", "other")) {
            begun.add(ageing.store
                    .store
                    .uploads()
                    .begin(path(BUCKET, key), BlobAttributes.ownedBy("owner"), "owner", null, null));
        }
        ageing.days(1);
        assertThat(ageing.pass().aborted()).isZero();
        ageing.days(1);
        assertThat(ageing.pass().aborted()).isEqualTo(5);
        assertThat(ageing.store
                        .store
                        .uploads()
                        .list(new Uploads.Query(BUCKET, "", "", "", null, 10))
                        .uploads())
                .containsExactly(begun.getLast());
    }

    @Test
    void aPassThatIsBrokenOffGoesOnWhereItWas() {
        ageing.bucket("first", Versioning.OFF, rule("r").expireAfter(1));
        ageing.bucket("second", Versioning.OFF, rule("r").expireAfter(1));
        for (int i = 10; i < 40; i++) {
            ageing.put("first", "k" + i);
            ageing.put("second", "k" + i);
        }
        ageing.days(1);
        Pace pace = new Pace();
        List<String> seen = new ArrayList<>();
        LifecycleReader stopsInSecond = bucket -> {
            seen.add(bucket.name());
            if (bucket.name().equals("second")) {
                pace.stop();
            }
            return Optional.of(Rules.of(rule("r").expireAfter(1)));
        };
        worker(stopsInSecond).pass(pace);
        assertThat(ageing.shown("first")).isEmpty();
        assertThat(ageing.shown("second")).as("one page was done").hasSize(27);
        seen.clear();
        List<String> before = ageing.shown("second");
        ageing.put("second", "k0 written behind the place");
        ageing.days(1);
        LifecycleReader counts = bucket -> {
            seen.add(bucket.name());
            return Optional.of(Rules.of(rule("r").expireAfter(1)));
        };
        assertThat(worker(counts).pass(new Pace()).expired()).isEqualTo(before.size());
        assertThat(seen).as("the first bucket was done").containsExactly("second");
        assertThat(ageing.shown("second")).containsExactly("k0 written behind the place L*");
        assertThat(ageing.cursor).doesNotExist();
        assertThat(worker(counts).pass(new Pace()).expired()).isEqualTo(1);
    }

    private LifecycleWorker worker(LifecycleReader reader) {
        return new LifecycleWorker(
                ageing.ports(reader), ageing.settings(3), new CursorFile(ageing.cursor), StoreListener.NONE);
    }

    @Test
    void aPlaceThatCannotBeReadOrIsOfAnotherBucketIsNothing() throws IOException {
        ageing.bucket(BUCKET, Versioning.OFF, rule("r").expireAfter(1));
        for (String text : List.of("", "x\ny\nz\n", BUCKET + "\n12\nenpa\n", "z".repeat(10_000))) {
            ageing.put(BUCKET, "a");
            ageing.days(1);
            Files.writeString(ageing.cursor, text);
            assertThat(ageing.pass().expired()).as(text).isEqualTo(1);
            assertThat(ageing.cursor).doesNotExist();
        }
    }

    @Test
    void oneBucketThatCannotBeReadHoldsUpNoOther() {
        ageing.bucket("bad", Versioning.OFF, rule("r").expireAfter(1));
        ageing.bucket("good", Versioning.OFF, rule("r").expireAfter(1));
        ageing.put("good", "a");
        ageing.days(1);
        LifecycleReader reader = bucket -> {
            if (bucket.name().equals("bad")) {
                throw new StoreException(new StoreFailure.Corrupt("rules"));
            }
            return Optional.of(Rules.of(rule("r").expireAfter(1)));
        };
        assertThat(worker(reader).pass(new Pace())).isEqualTo(new LifecycleWorker.Summary(1, 0, 0, 0, 0, 1));
    }

    @Test
    void rulesThatWereChangedSinceTheJudgingAreNotFollowed() {
        ageing.bucket(BUCKET, Versioning.OFF, rule("r").expireAfter(1));
        ageing.put(BUCKET, "a");
        ageing.days(1);
        LifecycleReader changes = bucket -> {
            if (bucket.configuration().containsKey(ConfigurationKind.LIFECYCLE)) {
                ageing.store.store.buckets().configure(BUCKET, ConfigurationKind.LIFECYCLE, null);
            }
            return Optional.of(Rules.of(rule("r").expireAfter(1)));
        };
        assertThat(worker(changes).pass(new Pace()).kept()).isEqualTo(1);
        assertThat(ageing.shown(BUCKET)).containsExactly("a L*");
    }

    @Test
    void aVersionWrittenSinceTheJudgingIsNotLost() {
        ageing.bucket(BUCKET, Versioning.OFF, rule("r").expireAfter(1));
        ageing.put(BUCKET, "a");
        BlobId judged = ageing.store
                .store
                .blobs()
                .head(path(BUCKET, "a"), VersionSelector.CURRENT)
                .blobId();
        ageing.put(BUCKET, "a");
        var deed = new AgedVersions.Deed(path(BUCKET, "a"), new Judged(judged, null), AgedVersions.Wish.EXPIRE, null);
        assertThat(ageing.store
                        .store
                        .agedVersions()
                        .apply(ageing.store.store.buckets().require(BUCKET), List.of(deed)))
                .containsExactly(AgedVersions.Outcome.CHANGED);
        assertThat(ageing.shown(BUCKET)).containsExactly("a L*");
    }

    @Test
    void keysThatAreNoTextAreGoneThroughToo() {
        ageing.bucket(BUCKET, Versioning.ENABLED, rule("r").removeNoncurrent(1, 0));
        byte[][] keys = {{(byte) 0xF5, 'a'}, {(byte) 0xFF}, {(byte) 0x80}, {'a'}, {(byte) 0xFF, (byte) 0xFF}};
        for (byte[] key : keys) {
            for (int i = 0; i < 5; i++) {
                ageing.store
                        .store
                        .blobs()
                        .put(
                                new PutBlobRequest(
                                        BlobPath.of(BUCKET, key),
                                        BlobAttributes.ownedBy("owner"),
                                        List.of(),
                                        Set.of(),
                                        false,
                                        null,
                                        null),
                                TestBody.of(new byte[] {1}));
            }
        }
        ageing.days(1);
        assertThat(ageing.pass().removed()).isEqualTo(20);
        assertThat(ageing.shown(BUCKET)).hasSize(5);
    }

    @Test
    void thePreviewTellsPageByPageWhatTheWorkerThenDoes() {
        ageing.bucket(
                BUCKET,
                Versioning.ENABLED,
                rule("r").expireAfter(2).removeNoncurrent(1, 1),
                rule("up").abortAfter(5));
        for (int i = 0; i < 7; i++) {
            ageing.put(BUCKET, "a");
            ageing.put(BUCKET, "b" + i);
        }
        ageing.store.store.uploads().begin(path(BUCKET, "u"), BlobAttributes.ownedBy("owner"), "owner", null, null);
        ageing.days(1);
        List<LifecyclePreview.Line> lines = new ArrayList<>();
        String from = null;
        int pages = 0;
        do {
            LifecyclePreview.Page page = ageing.preview().page(BUCKET, from, 2);
            lines.addAll(page.lines());
            from = page.next();
            pages++;
        } while (from != null);
        assertThat(pages).isGreaterThan(1);
        assertThat(lines)
                .extracting(LifecyclePreview.Line::due)
                .filteredOn(due -> due)
                .hasSize(5);
        assertThat(lines).hasSize(5 + 1 + 7 + 1).doesNotHaveDuplicates();
        assertThat(lines.getLast().verdict().action()).isEqualTo(Verdict.Action.ABORT_UPLOAD);
        assertThat(ageing.pass().removed()).isEqualTo(5);
    }

    @Test
    void whatOtherBucketsHoldIsNotLookedAt() {
        ageing.store.bucket("none", Versioning.OFF);
        ageing.put("none", "a");
        ageing.days(100);
        assertThat(ageing.pass()).isEqualTo(new LifecycleWorker.Summary(0, 0, 0, 0, 0, 0));
        assertThat(ageing.preview().page("none", null, 10).lines()).isEmpty();
        assertThat(ageing.shown("none")).containsExactly("a L*");
    }
}
