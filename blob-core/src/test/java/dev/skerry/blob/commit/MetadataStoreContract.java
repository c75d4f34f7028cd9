package dev.skerry.blob.commit;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static dev.skerry.blob.VersionSelector.LATEST_LIVE;
import static dev.skerry.blob.commit.Commands.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector.ByBlobId;
import dev.skerry.blob.VersionSelector.ByGeneration;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Deleted;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.MetadataStore.Scan;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.event.SequencedEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link MetadataStore} reads of what a {@link CommitLog} committed. */
public abstract class MetadataStoreContract {
    /** The slot the tests use. */
    protected static final SlotId SLOT = new SlotId(1);

    private static final byte[] FIRST = {};

    /** Makes what the tests commit. */
    protected final Commands commands = new Commands();

    /** Commits what is then read; it has the slots 0 and 1. */
    protected abstract CommitLog log();

    /** The store under test. */
    protected abstract MetadataStore store();

    private BlobMeta put(BlobPath path, String text, Versioning versioning) {
        return ((Written) log().commit(SLOT, commands.put(path, text, versioning))).meta();
    }

    private BlobMeta put(BlobPath path, Body body) {
        return ((Written) log().commit(SLOT, commands.put(path, body, Versioning.ENABLED))).meta();
    }

    private Deleted delete(BlobPath path, Versioning versioning) {
        return (Deleted) log().commit(SLOT, commands.delete(path, versioning));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Scan scan(String from, boolean inclusive, @Nullable Long below, String prefix, Scope scope) {
        return new Scan("bucket", bytes(from), inclusive, below, new Fold(prefix, ""), scope, 100);
    }

    private List<String> keys(Scan scan) {
        return store().scan(SLOT, scan).stream()
                .map(listed -> listed.path().key() + "@" + listed.generation().value())
                .toList();
    }

    @Test
    void slotsAscend() {
        assertThat(store().slots()).isSorted().startsWith(new SlotId(0), SLOT);
    }

    @Test
    void anEmptySlotHasNothing() {
        assertThat(store().find(SLOT, path("k"), CURRENT)).isEmpty();
        assertThat(store().open(SLOT, path("k"), LATEST_LIVE)).isEmpty();
        assertThat(store().newest(SLOT, path("k"))).isEmpty();
        assertThat(store().generations(SLOT, path("k"), 5)).isEmpty();
        assertThat(store().byBlobId(SLOT, commands.id())).isEmpty();
        assertThat(keys(scan("", true, null, "", Scope.NEWEST))).isEmpty();
        assertThat(store().holdsAny(SLOT, "bucket")).isFalse();
        assertThat(store().contents(SLOT, null, 5)).isEmpty();
        assertThat(store().lastSequence(SLOT)).isZero();
        assertThat(store().statistics(SLOT)).isEqualTo(new MetadataStore.Statistics(0, 0, 0, 0, 0, 0, 0, null));
    }

    @Test
    void aGenerationIsOpenedWithItsContent() {
        BlobMeta inline = put(path("inline"), "text", Versioning.OFF);
        Body body = Commands.inFiles(commands.id(), "0123456789", 4);
        BlobMeta parts = put(path("parts"), body);

        StoredBlob opened = store().open(SLOT, path("inline"), CURRENT).orElseThrow();
        assertThat(opened.meta()).isEqualTo(inline);
        assertThat(((BlobContent.Inline) opened.content()).bytes()).asString().isEqualTo("text");
        StoredBlob files = store().byBlobId(SLOT, parts.blobId()).orElseThrow();
        assertThat(files.meta()).isEqualTo(parts);
        assertThat(((BlobContent.Parts) files.content()).parts())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(((BlobContent.Parts) body.content()).parts());
    }

    @Test
    void aHiddenGenerationIsFoundByNumberAndByItsIdAloneOnly() {
        BlobMeta first = put(path("k"), "1", Versioning.OFF);
        put(path("k"), "2", Versioning.OFF);

        assertThat(store().find(SLOT, path("k"), new ByBlobId(first.blobId()))).isEmpty();
        assertThat(store().find(SLOT, path("k"), new ByGeneration(first.generation())))
                .isPresent();
        assertThat(store().byBlobId(SLOT, first.blobId())).isPresent();
        StoredBlob opened = store().open(SLOT, path("k"), new ByGeneration(first.generation()))
                .orElseThrow();
        assertThat(((BlobContent.Inline) opened.content()).bytes()).asString().isEqualTo("1");
    }

    @Test
    void currentVersionsAreListedByBytes() {
        for (String key : List.of("b", "a/2", "a/1", "a", "é", "a//", "a0", "Z")) {
            put(path(key), "x", Versioning.OFF);
        }
        put(path("gone"), "x", Versioning.OFF);
        delete(path("gone"), Versioning.OFF);
        put(path("marked"), "x", Versioning.ENABLED);
        delete(path("marked"), Versioning.ENABLED);
        put(BlobPath.of("bucket2", "a"), "x", Versioning.OFF);
        put(BlobPath.of("bucke", "t/a"), "x", Versioning.OFF);

        assertThat(keys(scan("", true, null, "", Scope.CURRENT)))
                .containsExactly("Z@1", "a@1", "a//@1", "a/1@1", "a/2@1", "a0@1", "b@1", "é@1");
        assertThat(keys(scan("", true, null, "a/", Scope.CURRENT))).containsExactly("a//@1", "a/1@1", "a/2@1");
        assertThat(keys(scan("a/1", true, null, "a/", Scope.CURRENT))).containsExactly("a/1@1", "a/2@1");
        assertThat(keys(scan("a/1", false, null, "a/", Scope.CURRENT))).containsExactly("a/2@1");
        assertThat(keys(scan("a/9", true, null, "", Scope.CURRENT))).startsWith("a0@1");
        assertThat(keys(scan("b", true, null, "a/", Scope.CURRENT))).isEmpty();
    }

    @Test
    void keysThatEndInTheHighestByteAreListed() {
        BlobPath high = BlobPath.of("bucket", new byte[] {'p', (byte) 0xFF});
        BlobPath higher = BlobPath.of("bucket", new byte[] {'p', (byte) 0xFF, (byte) 0xFF});
        put(high, "x", Versioning.OFF);
        put(higher, "x", Versioning.OFF);
        put(path("q"), "x", Versioning.OFF);

        Fold below = new Fold(new byte[] {'p', (byte) 0xFF}, new byte[0]);
        Scan scan = new Scan("bucket", FIRST, true, null, below, Scope.CURRENT, 10);
        assertThat(store().scan(SLOT, scan)).extracting(ListedBlob::path).containsExactly(high, higher);
    }

    @Test
    void aScanStopsAtItsLimit() {
        put(path("a"), "x", Versioning.OFF);
        put(path("b"), "x", Versioning.OFF);

        Scan scan = new Scan("bucket", FIRST, true, null, new Fold("", ""), Scope.CURRENT, 1);
        assertThat(store().scan(SLOT, scan)).extracting(ListedBlob::path).containsExactly(path("a"));
    }

    @Test
    void visibleGenerationsAreListedNewestFirstWithinAKey() {
        put(path("a"), "1", Versioning.ENABLED);
        delete(path("a"), Versioning.ENABLED);
        put(path("a"), "3", Versioning.ENABLED);
        BlobMeta hidden = put(path("b"), "1", Versioning.ENABLED);
        put(path("b"), "2", Versioning.ENABLED);
        log().commit(SLOT, commands.deleteVersion(path("b"), new ByBlobId(hidden.blobId())));
        put(path("c"), "1", Versioning.OFF);
        put(path("c"), "2", Versioning.OFF);

        assertThat(keys(scan("", true, null, "", Scope.VISIBLE))).containsExactly("a@3", "a@2", "a@1", "b@2", "c@2");
        assertThat(keys(scan("a", false, 3L, "", Scope.VISIBLE))).containsExactly("a@2", "a@1", "b@2", "c@2");
        assertThat(keys(scan("a", true, 1L, "", Scope.VISIBLE))).containsExactly("b@2", "c@2");
        assertThat(keys(scan("a", false, null, "", Scope.VISIBLE))).containsExactly("b@2", "c@2");
        assertThat(keys(scan("a", false, 3L, "b", Scope.VISIBLE))).containsExactly("b@2");
    }

    private static Scan folded(String from, String prefix, String delimiter, Scope scope, int limit) {
        return new Scan("bucket", bytes(from), true, null, new Fold(prefix, delimiter), scope, limit);
    }

    @Test
    void aFoldedScanGivesTheFirstOfEachCommonPrefix() {
        for (String key : List.of("a", "b/1", "b/2", "b/2/x", "b0", "c/1", "c/2/y", "c/2/z", "d", "e/", "e/1")) {
            put(path(key), "x", Versioning.OFF);
        }
        put(BlobPath.of("bucket2", "a/1"), "x", Versioning.OFF);

        Scope scope = Scope.CURRENT;
        assertThat(keys(folded("", "", "/", scope, 100)))
                .containsExactly("a@1", "b/1@1", "b0@1", "c/1@1", "d@1", "e/@1");
        assertThat(keys(folded("b/2", "", "/", scope, 100))).containsExactly("b/2@1", "b0@1", "c/1@1", "d@1", "e/@1");
        assertThat(keys(folded("", "c/", "/", scope, 100))).containsExactly("c/1@1", "c/2/y@1");
        assertThat(keys(folded("", "c", "2/", scope, 100))).containsExactly("c/1@1", "c/2/y@1");
        for (int limit = 1; limit <= 6; limit++) {
            assertThat(keys(folded("", "", "/", scope, limit))).hasSize(limit);
        }
        assertThat(keys(folded("", "", "/", scope, 4))).containsExactly("a@1", "b/1@1", "b0@1", "c/1@1");
    }

    @Test
    void aFoldedScanGivesOneVisibleGenerationOfEachCommonPrefix() {
        for (String key : List.of("a", "b/1", "b/2", "c")) {
            put(path(key), "1", Versioning.ENABLED);
            put(path(key), "2", Versioning.ENABLED);
        }
        assertThat(keys(folded("", "", "/", Scope.VISIBLE, 100))).containsExactly("a@2", "a@1", "b/1@2", "c@2", "c@1");
    }

    @Test
    void aFoldedScanGivesHiddenGenerationsAsTheyAre() {
        for (String key : List.of("a/1", "a/2", "a/3", "a/4", "b/1", "c")) {
            put(path(key), "1", Versioning.OFF);
        }
        for (String key : List.of("a/1", "a/2", "a/4", "b/1")) {
            delete(path(key), Versioning.OFF);
        }
        assertThat(keys(folded("", "", "/", Scope.NEWEST, 100)))
                .containsExactly("a/1@2", "a/2@2", "a/3@1", "b/1@2", "c@1");
        assertThat(keys(folded("", "", "/", Scope.NEWEST, 2))).containsExactly("a/1@2", "a/2@2");
    }

    @Test
    void aCommonPrefixWithNothingAfterItEndsAFoldedScan() {
        byte[] highest = {(byte) 0xFF};
        put(BlobPath.of("bucket", new byte[] {(byte) 0xFF, 'a'}), "x", Versioning.OFF);
        put(BlobPath.of("bucket", new byte[] {(byte) 0xFF, 'b'}), "x", Versioning.OFF);
        Scan scan = new Scan("bucket", FIRST, true, null, new Fold(FIRST, highest), Scope.CURRENT, 10);
        assertThat(store().scan(SLOT, scan)).hasSize(1);
    }

    @Test
    void manyScansGiveWhatEachGives() {
        SlotId other = new SlotId(0);
        put(path("a"), "x", Versioning.OFF);
        put(path("b"), "x", Versioning.OFF);
        log().commit(other, commands.put(path("c"), "x", Versioning.OFF));
        Scan all = scan("", true, null, "", Scope.CURRENT);

        assertThat(store().scanAll(List.of(
                        new MetadataStore.Addressed(other, all),
                        new MetadataStore.Addressed(SLOT, all),
                        new MetadataStore.Addressed(SLOT, scan("b", true, null, "", Scope.CURRENT)))))
                .map(rows -> rows.stream().map(row -> row.path().key()).toList())
                .containsExactly(List.of("c"), List.of("a", "b"), List.of("b"));
    }

    @Test
    void theNativeListingShowsOneGenerationOfEachPath() {
        put(path("live"), "1", Versioning.OFF);
        put(path("live"), "2", Versioning.OFF);
        put(path("gone"), "1", Versioning.OFF);
        delete(path("gone"), Versioning.OFF);
        put(path("marked"), "1", Versioning.ENABLED);
        delete(path("marked"), Versioning.ENABLED);
        put(path("back"), "1", Versioning.OFF);
        delete(path("back"), Versioning.OFF);
        log().commit(SLOT, commands.undelete(path("back"), null));

        assertThat(keys(scan("", true, null, "", Scope.NEWEST)))
                .containsExactly("back@1", "gone@2", "live@2", "marked@2");
    }

    @Test
    void aListedBlobSaysWhatItsRowSays() {
        BlobMeta meta = put(path("k"), Commands.inFiles(commands.id(), "text", 4));

        assertThat(store().scan(SLOT, scan("", true, null, "", Scope.VISIBLE)))
                .containsExactly(new ListedBlob(
                        meta.path(),
                        meta.generation(),
                        meta.blobId(),
                        meta.kind(),
                        true,
                        false,
                        4,
                        meta.etag(),
                        meta.nativeEtag(),
                        meta.createdAt(),
                        null,
                        Commands.OWNER,
                        meta.attributes().storageClass(),
                        meta.checksums()));
        assertThat(meta.checksums()).hasSize(1);
        assertThat(meta.nativeEtag()).endsWith("-1");
    }

    @Test
    void aBucketHoldsWhatIsVisible() {
        put(path("k"), "1", Versioning.OFF);
        assertThat(store().holdsAny(SLOT, "bucket")).isTrue();
        assertThat(store().holdsAny(SLOT, "bucke")).isFalse();
        assertThat(store().holdsAny(new SlotId(0), "bucket")).isFalse();

        delete(path("k"), Versioning.OFF);
        assertThat(store().holdsAny(SLOT, "bucket")).isFalse();

        delete(path("marker"), Versioning.ENABLED);
        assertThat(store().holdsAny(SLOT, "bucket")).isTrue();
    }

    private Upload begin(BlobPath path) {
        Command.BeginUpload begin = commands.begin(path, null, null);
        log().commit(SLOT, begin);
        return begin.upload();
    }

    private UploadPart add(Upload upload, int number, String text) {
        Command.AddUploadPart add = commands.addPart(upload, number, text);
        log().commit(SLOT, add);
        return add.part();
    }

    @Test
    void uploadsAreListedByKeyAndId() {
        Upload b1 = begin(path("b"));
        Upload a1 = begin(path("a"));
        Upload a2 = begin(path("a"));
        Upload slash = begin(path("a/x"));
        begin(BlobPath.of("bucket2", "a"));

        assertThat(uploads("", "", null, 10)).containsExactly(a1, a2, slash, b1);
        assertThat(uploads("", "", null, 2)).containsExactly(a1, a2);
        assertThat(uploads("a/", "", null, 10)).containsExactly(slash);
        assertThat(uploads("", "a", null, 10)).containsExactly(slash, b1);
        assertThat(uploads("", "a", a1.uploadId(), 10)).containsExactly(a2, slash, b1);
    }

    private List<Upload> uploads(String prefix, String afterKey, @Nullable BlobId afterUploadId, int limit) {
        return store().uploads(SLOT, "bucket", bytes(prefix), bytes(afterKey), afterUploadId, limit);
    }

    @Test
    void partsOfAnUploadAreListedByNumber() {
        Upload upload = begin(path("k"));
        UploadPart third = add(upload, 3, "three");
        UploadPart first = add(upload, 1, "one");

        assertThat(store().uploadParts(SLOT, upload.uploadId(), 0, 10))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(first, third);
        assertThat(store().uploadParts(SLOT, upload.uploadId(), 1, 10))
                .extracting(UploadPart::number)
                .containsExactly(3);
        assertThat(store().uploadParts(SLOT, upload.uploadId(), 0, 1))
                .extracting(UploadPart::number)
                .containsExactly(1);
    }

    @Test
    void foldersBecomeGarbageWhenNothingRefersToThemAnyMore() {
        Upload upload = begin(path("k"));
        UploadPart replaced = add(upload, 1, "old");
        UploadPart used = add(upload, 1, "new");
        UploadPart unused = add(upload, 2, "unused");
        assertThat(store().references(SLOT, used.folder())).isTrue();
        commands.advance(Duration.ofSeconds(1));
        log().commit(SLOT, commands.complete(upload, List.of(Commands.named(used)), Versioning.OFF));
        commands.advance(Duration.ofSeconds(1));

        assertThat(store().garbage(SLOT, commands.now(), 10)).containsExactly(replaced.folder(), unused.folder());
        assertThat(store().garbage(SLOT, commands.now(), 1)).containsExactly(replaced.folder());
        assertThat(store().garbage(SLOT, commands.now().minusSeconds(1), 10)).containsExactly(replaced.folder());
        assertThat(store().references(SLOT, used.folder())).isTrue();
        assertThat(store().references(SLOT, unused.folder())).isFalse();

        delete(path("k"), Versioning.OFF);
        commands.advance(Duration.ofSeconds(1));
        log().commit(SLOT, commands.purge(commands.now(), 10));
        commands.advance(Duration.ofSeconds(1));
        assertThat(store().references(SLOT, used.folder())).isFalse();
        assertThat(store().garbage(SLOT, commands.now(), 10)).contains(used.folder());

        log().commit(
                        SLOT,
                        new Command.ForgetGarbage(
                                commands.origin(), Set.of(replaced.folder(), used.folder(), commands.id())));
        assertThat(store().garbage(SLOT, commands.now(), 10)).containsExactly(unused.folder());
    }

    @Test
    void contentsInFilesAreWalkedInTheOrderOfBlobIds() {
        put(path("inline"), "text", Versioning.OFF);
        BlobMeta first = put(path("z"), Commands.inFiles(commands.id(), "first", 2));
        BlobMeta second = put(path("a"), Commands.inFiles(commands.id(), "second", 2));

        assertThat(store().contents(SLOT, null, 10))
                .extracting(StoredBlob::meta)
                .containsExactly(first, second);
        assertThat(store().contents(SLOT, null, 1)).extracting(StoredBlob::meta).containsExactly(first);
        assertThat(store().contents(SLOT, first.blobId(), 10))
                .extracting(StoredBlob::meta)
                .containsExactly(second);
        assertThat(store().contents(SLOT, second.blobId(), 10)).isEmpty();
    }

    @Test
    void eventsArePagedBySequence() {
        for (int i = 0; i < 5; i++) {
            put(path("k" + i), "x", Versioning.OFF);
        }

        assertThat(store().events(SLOT, 0, 2))
                .extracting(SequencedEvent::sequence)
                .containsExactly(1L, 2L);
        assertThat(store().events(SLOT, 3, 10))
                .extracting(SequencedEvent::sequence)
                .containsExactly(4L, 5L);
        assertThat(store().events(SLOT, 3, 10))
                .extracting(SequencedEvent::source)
                .containsOnly(1);
        assertThat(store().events(SLOT, 5, 10)).isEmpty();
        assertThat(store().lastSequence(SLOT)).isEqualTo(5);
    }

    @Test
    void everyKindOfEventIsKept() {
        Upload upload = begin(path("upload"));
        log().commit(SLOT, commands.complete(upload, List.of(Commands.named(add(upload, 1, "x"))), Versioning.OFF));
        BlobMeta meta = put(path("k"), "x", Versioning.ENABLED);
        log().commit(SLOT, commands.setTags(path("k"), CURRENT, Map.of("a", "b")));
        log().commit(SLOT, commands.setTags(path("k"), CURRENT, Map.of()));
        delete(path("k"), Versioning.ENABLED);
        log().commit(SLOT, commands.undelete(path("k"), null));
        log().commit(SLOT, commands.deleteVersion(path("k"), new ByBlobId(meta.blobId())));
        put(path("off"), "x", Versioning.OFF);
        delete(path("off"), Versioning.OFF);

        assertThat(store().events(SLOT, 0, 100)).hasSize(9);
        assertThat(store().events(SLOT, 0, 100)).doesNotHaveDuplicates();
    }

    @Test
    void statisticsCountRows() {
        put(path("a"), "1234", Versioning.OFF);
        put(path("a"), "12", Versioning.OFF);
        delete(path("b"), Versioning.ENABLED);
        put(path("c"), "1234567", Versioning.ENABLED);
        begin(path("upload"));
        BlobMeta last = put(path("c"), "1", Versioning.ENABLED);

        assertThat(store().statistics(SLOT))
                .isEqualTo(new MetadataStore.Statistics(3, 10, 5, 1, 1, 0, 5, last.blobId()));
    }
}
