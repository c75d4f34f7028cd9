package dev.skerry.blob.commit;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static dev.skerry.blob.VersionSelector.NULL_VERSION;
import static dev.skerry.blob.commit.Command.Versioning.ENABLED;
import static dev.skerry.blob.commit.Command.Versioning.OFF;
import static dev.skerry.blob.commit.Command.Versioning.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Generation;
import dev.skerry.blob.VersionSelector.ByBlobId;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Precondition.IfGeneration;
import dev.skerry.blob.commit.Precondition.IfMatch;
import dev.skerry.blob.commit.Precondition.IfNoneMatch;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.event.StorageEvent.Cause;
import dev.skerry.blob.failure.StoreFailure.Deleted;
import dev.skerry.blob.failure.StoreFailure.NoSuchBlob;
import dev.skerry.blob.failure.StoreFailure.NoSuchVersion;
import dev.skerry.blob.failure.StoreFailure.PreconditionFailed;
import dev.skerry.blob.failure.StoreFailure.VersionConflict;
import dev.skerry.blob.failure.StoreFailure.WriteIdReused;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotMachineWritesTest extends SlotMachineFixture {
    @Test
    void aFirstWriteIsGenerationOne() {
        Command.PutBlob put = commands.put(PATH, "text", OFF);

        BlobMeta meta = ((Written) apply(put)).meta();

        assertThat(meta.generation()).isEqualTo(Generation.FIRST);
        assertThat(meta.blobId()).isEqualTo(put.blobId());
        assertThat(meta.etag()).isEqualTo(put.body().etag());
        assertThat(meta.hlc()).isEqualTo(put.origin().hlc());
        assertThat(meta.createdAt()).isEqualTo(put.origin().at());
        assertThat(meta.versionId()).isEqualTo("null");
        assertThat(rows()).containsExactly("1L*n");
        assertThat(events())
                .containsExactly(new StorageEvent.ObjectCreated(
                        PATH,
                        meta.blobId(),
                        meta.generation(),
                        meta.hlc(),
                        4,
                        meta.etag(),
                        meta.placementGroup(),
                        Cause.PUT));
    }

    @Test
    void withVersioningOffAnOverwriteHidesWhatWasThere() {
        put("1", OFF);
        BlobMeta second = put("2", OFF);

        assertThat(rows()).containsExactly("2L*n", "1Ln-");
        assertThat(generation(1).orElseThrow().tombstonedAt()).isEqualTo(second.createdAt());
        assertThat(current()).isEqualTo("2");
    }

    @Test
    void withVersioningEnabledEverythingStays() {
        put("1", ENABLED);
        put("2", ENABLED);

        assertThat(rows()).containsExactly("2L*", "1L");
    }

    @Test
    void enablingKeepsTheNullVersionAndSuspendingReplacesIt() {
        put("1", OFF);
        put("2", ENABLED);
        put("3", ENABLED);
        assertThat(rows()).containsExactly("3L*", "2L", "1Ln");

        put("4", SUSPENDED);
        assertThat(rows()).containsExactly("4L*n", "3L", "2L", "1Ln-");

        put("5", SUSPENDED);
        assertThat(rows()).containsExactly("5L*n", "4Ln-", "3L", "2L", "1Ln-");

        put("6", ENABLED);
        assertThat(rows()).containsExactly("6L*", "5Ln", "4Ln-", "3L", "2L", "1Ln-");
    }

    @Test
    void aWriteMayChooseAnyNumberAboveTheMaximum() {
        assertThat(((Written) apply(Commands.asked(commands.put(PATH, "1", OFF), 7L, null)))
                        .meta()
                        .generation())
                .isEqualTo(new Generation(7));
        put("2", OFF);
        assertThat(rows()).containsExactly("8L*n", "7Ln-");

        assertThat(refusal(Commands.asked(commands.put(PATH, "3", OFF), 8L, null)))
                .isEqualTo(new VersionConflict(PATH, new Generation(8), new Generation(8)));
        assertThat(refusal(Commands.asked(commands.put(PATH, "3", OFF), 1L, null)))
                .isInstanceOf(VersionConflict.class);
        apply(Commands.asked(commands.put(PATH, "3", OFF), 9L, null));
        assertThat(rows()).containsExactly("9L*n", "8Ln-", "7Ln-");
    }

    @Test
    void numbersOfHiddenGenerationsCount() {
        put("1", OFF);
        delete(OFF);

        assertThat(refusal(Commands.asked(commands.put(PATH, "x", OFF), 2L, null)))
                .isEqualTo(new VersionConflict(PATH, new Generation(2), new Generation(2)));
    }

    @Test
    void aRetryWithTheSameWriteIdIsAReplay() {
        Command.PutBlob put =
                Commands.asked(commands.put(PATH, "text", OFF, new IfNoneMatch(List.of("*"))), null, "write-1");
        BlobMeta first = ((Written) apply(put)).meta();
        long events = tables.lastSequence();

        Command.PutBlob retry =
                Commands.asked(commands.put(PATH, "text", OFF, new IfNoneMatch(List.of("*"))), null, "write-1");
        assertThat(apply(retry)).isEqualTo(new Written(first, true));
        assertThat(rows()).containsExactly("1L*n");
        assertThat(tables.lastSequence()).isEqualTo(events);
    }

    @Test
    void aReplayIsFoundEvenWhereItsGenerationWasReplaced() {
        apply(Commands.asked(commands.put(PATH, "text", OFF), null, "write-1"));
        put("newer", OFF);

        Written replay = (Written) apply(Commands.asked(commands.put(PATH, "text", OFF), null, "write-1"));

        assertThat(replay.replay()).isTrue();
        assertThat(replay.meta().generation()).isEqualTo(Generation.FIRST);
        assertThat(current()).isEqualTo("newer");
    }

    @Test
    void aWriteIdCannotBeUsedForOtherContent() {
        apply(Commands.asked(commands.put(PATH, "text", OFF), null, "write-1"));

        assertThat(refusal(Commands.asked(commands.put(PATH, "other", OFF), null, "write-1")))
                .isEqualTo(new WriteIdReused(PATH, "write-1"));
    }

    @Test
    void writeIdsOfOtherPathsAreOthers() {
        apply(Commands.asked(commands.put(PATH, "text", OFF), null, "write-1"));

        Written other =
                (Written) apply(Commands.asked(commands.put(Commands.path("other"), "x", OFF), null, "write-1"));
        assertThat(other.replay()).isFalse();
    }

    @Test
    void ifMatchTakesBothETagsAndAny() {
        BlobMeta meta = put("1", OFF);
        assertThat(meta.nativeEtag())
                .isEqualTo(Commands.sha256(new byte[] {'1'}).hex());

        meta = put("2", meta.etag());
        put("3", meta.nativeEtag());
        meta = put("4", "*");
        meta = ((Written) apply(commands.put(PATH, "5", OFF, new IfMatch(List.of("x", meta.etag()))))).meta();
        assertThat(meta.generation()).isEqualTo(new Generation(5));
    }

    private BlobMeta put(String text, String etag) {
        return ((Written) apply(commands.put(PATH, text, OFF, new IfMatch(List.of(etag))))).meta();
    }

    @Test
    void ifMatchOnAnotherETagIsAFailedPrecondition() {
        put("1", OFF);

        assertThat(refusal(commands.put(PATH, "2", OFF, new IfMatch(List.of("x")))))
                .isEqualTo(new PreconditionFailed("If-Match"));
    }

    @Test
    void ifMatchOnNothingIsNotFound() {
        Command.PutBlob put = commands.put(PATH, "1", OFF, new IfMatch(List.of("*")));
        assertThat(refusal(put)).isEqualTo(new NoSuchBlob(PATH));

        put("1", OFF);
        delete(OFF);
        assertThat(refusal(put)).isEqualTo(new NoSuchBlob(PATH));
        delete(ENABLED);
        assertThat(refusal(put)).isEqualTo(new NoSuchBlob(PATH));
    }

    @Test
    void ifMatchLooksAtTheCurrentVersionOnly() {
        BlobMeta first = put("1", ENABLED);
        put("2", ENABLED);

        assertThat(refusal(commands.put(PATH, "3", ENABLED, new IfMatch(List.of(first.etag())))))
                .isEqualTo(new PreconditionFailed("If-Match"));
    }

    @Test
    void ifNoneMatchHoldsWhereNothingIsShown() {
        Precondition absent = new IfNoneMatch(List.of("*"));
        assertThat(apply(commands.put(PATH, "1", ENABLED, absent))).isInstanceOf(Written.class);
        assertThat(refusal(commands.put(PATH, "2", ENABLED, absent)))
                .isEqualTo(new PreconditionFailed("If-None-Match"));

        delete(ENABLED);
        assertThat(apply(commands.put(PATH, "3", ENABLED, absent))).isInstanceOf(Written.class);
    }

    @Test
    void ifNoneMatchOnAnETagHoldsForOthers() {
        BlobMeta meta = put("1", OFF);

        assertThat(refusal(commands.put(PATH, "1", OFF, new IfNoneMatch(List.of("x", meta.nativeEtag())))))
                .isEqualTo(new PreconditionFailed("If-None-Match"));
        assertThat(apply(commands.put(PATH, "2", OFF, new IfNoneMatch(List.of("x")))))
                .isInstanceOf(Written.class);
    }

    @Test
    void ifGenerationLooksAtTheNewestGenerationWhateverItIs() {
        assertThat(refusal(commands.put(PATH, "1", OFF, new IfGeneration(1))))
                .isEqualTo(new PreconditionFailed("If-Generation"));
        assertThat(apply(commands.put(PATH, "1", OFF, new IfGeneration(0)))).isInstanceOf(Written.class);
        delete(OFF);
        assertThat(refusal(commands.put(PATH, "3", OFF, new IfGeneration(0))))
                .isEqualTo(new PreconditionFailed("If-Generation"));
        assertThat(apply(commands.put(PATH, "3", OFF, new IfGeneration(2)))).isInstanceOf(Written.class);
    }

    @Test
    void allConditionsMustHold() {
        BlobMeta meta = put("1", OFF);

        assertThat(refusal(
                        commands.put(PATH, "2", OFF, new IfMatch(List.of(meta.etag())), new IfNoneMatch(List.of("*")))))
                .isEqualTo(new PreconditionFailed("If-None-Match"));
    }

    @Test
    void theNativeETagOfSeveralFilesTellsTheirNumber() {
        Command.PutBlob put = commands.put(PATH, Commands.inFiles(commands.id(), "0123456789", 4), OFF);

        BlobMeta meta = ((Written) apply(put)).meta();

        assertThat(meta.sha256()).isNull();
        assertThat(meta.nativeEtag()).matches("[0-9a-f]{64}-3");
        assertThat(apply(commands.put(PATH, "next", OFF, new IfMatch(List.of(meta.nativeEtag())))))
                .isInstanceOf(Written.class);
    }

    @Test
    void undeleteBringsTheNewestLiveGenerationBack() {
        put("1", OFF);
        BlobMeta second = put("2", OFF);
        delete(OFF);
        assertThat(rows()).containsExactly("3Tn-", "2Ln-", "1Ln-");

        Written back = (Written) apply(commands.undelete(PATH, null));

        assertThat(rows()).containsExactly("3Tn-", "2L*n", "1Ln-");
        assertThat(back.meta()).isEqualTo(second);
        assertThat(back.replay()).isFalse();
        assertThat(events().getLast())
                .isInstanceOfSatisfying(
                        StorageEvent.ObjectCreated.class,
                        event -> assertThat(event.cause()).isEqualTo(Cause.UNDELETE));
    }

    @Test
    void undeleteHidesTheMarkersAbove() {
        put("1", ENABLED);
        delete(ENABLED);
        delete(ENABLED);
        apply(commands.undelete(PATH, null));

        assertThat(rows()).containsExactly("3T-", "2T-", "1L*");
        put("4", ENABLED);
        assertThat(rows()).containsExactly("4L*", "3T-", "2T-", "1L");
    }

    @Test
    void undeleteOfWhatStandsIsAReplay() {
        BlobMeta meta = put("1", ENABLED);
        long events = tables.lastSequence();

        assertThat(apply(commands.undelete(PATH, null))).isEqualTo(new Written(meta, true));
        assertThat(apply(commands.undelete(PATH, 1L))).isEqualTo(new Written(meta, true));
        assertThat(tables.lastSequence()).isEqualTo(events);
    }

    @Test
    void undeleteOfANumberBringsThatGenerationBack() {
        put("1", ENABLED);
        put("2", ENABLED);
        put("3", ENABLED);
        deleteVersion(1);
        deleteVersion(3);
        assertThat(rows()).containsExactly("3L-", "2L*", "1L-");

        apply(commands.undelete(PATH, 1L));
        assertThat(rows()).containsExactly("3L-", "2L*", "1L");
        apply(commands.undelete(PATH, 3L));
        assertThat(rows()).containsExactly("3L*", "2L", "1L");
    }

    @Test
    void undeleteOfAReplacedNullVersionHidesTheOneThatStands() {
        put("1", OFF);
        put("2", OFF);

        apply(commands.undelete(PATH, 1L));

        assertThat(rows()).containsExactly("2Ln-", "1L*n");
        assertThat(current()).isEqualTo("1");
    }

    @Test
    void undeleteOfNothingIsRefused() {
        assertThat(refusal(commands.undelete(PATH, null))).isEqualTo(new NoSuchBlob(PATH));
        assertThat(refusal(commands.undelete(PATH, 1L))).isEqualTo(new NoSuchVersion(PATH, "1"));
        delete(ENABLED);
        assertThat(refusal(commands.undelete(PATH, null))).isEqualTo(new NoSuchBlob(PATH));
        assertThat(refusal(commands.undelete(PATH, 1L))).isEqualTo(new NoSuchVersion(PATH, "1"));
    }

    @Test
    void undeleteLooksBeneathAnyNumberOfMarkers() {
        put("1", ENABLED);
        for (int i = 0; i < 50; i++) {
            delete(ENABLED);
        }

        apply(commands.undelete(PATH, null));

        assertThat(current()).isEqualTo("1");
    }

    @Test
    void tagsAreReplacedInPlace() {
        BlobMeta meta = put("1", ENABLED);

        Written tagged = (Written) apply(commands.setTags(PATH, CURRENT, Map.of("a", "b")));

        assertThat(tagged.meta().attributes().tags()).containsExactly(Map.entry("a", "b"));
        assertThat(tagged.meta().generation()).isEqualTo(meta.generation());
        assertThat(generation(1)).contains(tagged.meta());
        apply(commands.setTags(PATH, new ByBlobId(meta.blobId()), Map.of()));
        assertThat(events())
                .filteredOn(StorageEvent.ObjectTagged.class::isInstance)
                .extracting(event -> ((StorageEvent.ObjectTagged) event).removed())
                .containsExactly(false, true);
    }

    @Test
    void anAccessControlListIsReplacedInPlaceAndAnnounced() {
        BlobMeta meta = put("1", ENABLED);

        Written granted = (Written) apply(commands.setAcl(PATH, CURRENT, "[]"));

        assertThat(granted.meta().attributes().acl()).isEqualTo("[]");
        assertThat(granted.meta().createdAt()).isEqualTo(meta.createdAt());
        assertThat(generation(1)).contains(granted.meta());
        assertThat(events())
                .filteredOn(StorageEvent.ObjectAclSet.class::isInstance)
                .extracting(event -> ((StorageEvent.ObjectAclSet) event).versionId())
                .containsExactly(meta.blobId());
    }

    @Test
    void tagsOfATombstoneAreRefused() {
        put("1", ENABLED);
        BlobMeta marker = delete(ENABLED).newTombstone().orElseThrow();

        assertThat(refusal(commands.setTags(PATH, CURRENT, Map.of()))).isEqualTo(new Deleted(marker, false));
        assertThat(refusal(commands.setTags(PATH, new ByBlobId(marker.blobId()), Map.of())))
                .isEqualTo(new Deleted(marker, true));
    }

    @Test
    void tagsOfNothingAreRefused() {
        assertThat(refusal(commands.setTags(PATH, CURRENT, Map.of()))).isEqualTo(new NoSuchBlob(PATH));
        assertThat(refusal(commands.setTags(PATH, NULL_VERSION, Map.of()))).isEqualTo(new NoSuchVersion(PATH, "null"));
        put("1", OFF);
        BlobMeta tombstone = delete(OFF).newTombstone().orElseThrow();
        assertThat(refusal(commands.setTags(PATH, CURRENT, Map.of()))).isEqualTo(new Deleted(tombstone, false));
        assertThat(refusal(commands.setTags(PATH, byGeneration(1), Map.of()))).isEqualTo(new NoSuchVersion(PATH, "1"));
    }
}
