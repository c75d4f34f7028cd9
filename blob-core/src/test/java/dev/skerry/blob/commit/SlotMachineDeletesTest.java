package dev.skerry.blob.commit;

import static dev.skerry.blob.VersionSelector.NULL_VERSION;
import static dev.skerry.blob.commit.Command.Versioning.ENABLED;
import static dev.skerry.blob.commit.Command.Versioning.OFF;
import static dev.skerry.blob.commit.Command.Versioning.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.VersionSelector.ByBlobId;
import dev.skerry.blob.commit.CommandResult.Deleted;
import dev.skerry.blob.commit.CommandResult.Done;
import dev.skerry.blob.commit.CommandResult.Purged;
import dev.skerry.blob.commit.Precondition.IfGeneration;
import dev.skerry.blob.commit.Precondition.IfMatch;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure.NoSuchBlob;
import dev.skerry.blob.failure.StoreFailure.PreconditionFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotMachineDeletesTest extends SlotMachineFixture {
    private static final Deleted NOTHING = new Deleted(null, null);

    @Test
    void withVersioningOffADeleteLeavesAHiddenTombstone() {
        put("1", OFF);

        Deleted deleted = delete(OFF);

        assertThat(rows()).containsExactly("2Tn-", "1Ln-");
        assertThat(deleted.newTombstone().orElseThrow().visible()).isFalse();
        assertThat(deleted.newTombstone()).isEqualTo(generation(2));
        assertThat(deleted.removedVersion()).isEmpty();
        assertThat(events().getLast()).isInstanceOfSatisfying(StorageEvent.ObjectDeleted.class, event -> {
            assertThat(event.deleteMarker()).isFalse();
            assertThat(event.versionId()).isNull();
            assertThat(event.generation().value()).isEqualTo(2);
        });
    }

    @Test
    void withVersioningOffNothingIsWrittenWhereNothingIs() {
        assertThat(delete(OFF)).isEqualTo(NOTHING);
        put("1", OFF);
        delete(OFF);
        long events = tables.lastSequence();

        assertThat(delete(OFF)).isEqualTo(NOTHING);
        assertThat(rows()).containsExactly("2Tn-", "1Ln-");
        assertThat(tables.lastSequence()).isEqualTo(events);
    }

    @Test
    void withVersioningEnabledAMarkerIsAlwaysWritten() {
        Deleted first = delete(ENABLED);
        put("2", ENABLED);
        delete(ENABLED);
        delete(ENABLED);

        assertThat(rows()).containsExactly("4T*", "3T", "2L", "1T");
        assertThat(first.newTombstone().orElseThrow().attributes().ownerId()).isEmpty();
        assertThat(generation(4).orElseThrow().attributes().ownerId()).isEqualTo(Commands.OWNER);
        assertThat(events().getLast()).isInstanceOfSatisfying(StorageEvent.ObjectDeleted.class, event -> {
            assertThat(event.deleteMarker()).isTrue();
            assertThat(event.versionId()).isEqualTo(generation(4).orElseThrow().blobId());
        });
    }

    @Test
    void withVersioningSuspendedTheMarkerReplacesTheNullVersion() {
        put("1", OFF);
        put("2", ENABLED);
        delete(SUSPENDED);
        assertThat(rows()).containsExactly("3T*n", "2L", "1Ln-");

        delete(SUSPENDED);
        assertThat(rows()).containsExactly("4T*n", "3Tn-", "2L", "1Ln-");

        put("5", SUSPENDED);
        assertThat(rows()).containsExactly("5L*n", "4Tn-", "3Tn-", "2L", "1Ln-");
    }

    @Test
    void suspendedADeleteOfNothingWritesANullMarker() {
        delete(SUSPENDED);

        assertThat(rows()).containsExactly("1T*n");
    }

    @Test
    void deletesObeyConditions() {
        assertThat(refusal(commands.delete(PATH, ENABLED, new IfMatch(List.of("*")))))
                .isEqualTo(new NoSuchBlob(PATH));
        BlobMeta meta = put("1", ENABLED);
        assertThat(refusal(commands.delete(PATH, ENABLED, new IfMatch(List.of("x")))))
                .isEqualTo(new PreconditionFailed("If-Match"));
        assertThat(refusal(commands.delete(PATH, ENABLED, new IfGeneration(2))))
                .isEqualTo(new PreconditionFailed("If-Generation"));
        assertThat(apply(commands.delete(PATH, ENABLED, new IfMatch(List.of(meta.etag())), new IfGeneration(1))))
                .isInstanceOf(Deleted.class);
    }

    @Test
    void deletingTheCurrentVersionElectsTheOneBeneath() {
        put("1", ENABLED);
        put("2", ENABLED);
        BlobMeta third = put("3", ENABLED);

        Deleted deleted = (Deleted) apply(commands.deleteVersion(PATH, new ByBlobId(third.blobId())));

        assertThat(rows()).containsExactly("3L-", "2L*", "1L");
        assertThat(deleted.removedVersion().orElseThrow().blobId()).isEqualTo(third.blobId());
        assertThat(deleted.newTombstone()).isEmpty();
        assertThat(events().getLast()).isInstanceOfSatisfying(StorageEvent.ObjectDeleted.class, event -> {
            assertThat(event.deleteMarker()).isFalse();
            assertThat(event.versionId()).isEqualTo(third.blobId());
        });
        deleteVersion(1);
        assertThat(rows()).containsExactly("3L-", "2L*", "1L-");
        deleteVersion(2);
        assertThat(rows()).containsExactly("3L-", "2L-", "1L-");
        assertThat(current()).isNull();
    }

    @Test
    void deletingAMarkerBringsTheBlobBack() {
        put("1", ENABLED);
        BlobMeta marker = delete(ENABLED).newTombstone().orElseThrow();

        Deleted deleted = (Deleted) apply(commands.deleteVersion(PATH, new ByBlobId(marker.blobId())));

        assertThat(rows()).containsExactly("2T-", "1L*");
        assertThat(deleted.removedVersion().orElseThrow().tombstone()).isTrue();
    }

    @Test
    void theNullVersionIsDeletedByItsName() {
        put("1", OFF);
        put("2", ENABLED);

        apply(commands.deleteVersion(PATH, NULL_VERSION));

        assertThat(rows()).containsExactly("2L*", "1Ln-");
    }

    @Test
    void deletingAVersionThatIsNotThereSucceeds() {
        assertThat(apply(commands.deleteVersion(PATH, new ByBlobId(commands.id()))))
                .isEqualTo(NOTHING);
        BlobMeta meta = put("1", ENABLED);
        assertThat(apply(commands.deleteVersion(PATH, new ByBlobId(commands.id()))))
                .isEqualTo(NOTHING);
        assertThat(apply(commands.deleteVersion(PATH, NULL_VERSION))).isEqualTo(NOTHING);
        assertThat(apply(commands.deleteVersion(Commands.path("other"), new ByBlobId(meta.blobId()))))
                .isEqualTo(NOTHING);
        deleteVersion(1);
        long events = tables.lastSequence();
        assertThat(deleteVersion(1)).isEqualTo(NOTHING);
        assertThat(tables.lastSequence()).isEqualTo(events);
    }

    @Test
    void conditionsOnAVersionAreAboutThatVersion() {
        BlobMeta first = put("1", ENABLED);
        BlobMeta second = put("2", ENABLED);

        assertThat(refusal(commands.deleteVersion(PATH, byGeneration(1), new IfMatch(List.of(second.etag())))))
                .isEqualTo(new PreconditionFailed("If-Match"));
        assertThat(refusal(commands.deleteVersion(PATH, byGeneration(9), new IfMatch(List.of("*")))))
                .isEqualTo(new NoSuchBlob(PATH));
        apply(commands.deleteVersion(PATH, byGeneration(1), new IfMatch(List.of(first.etag()))));
        assertThat(rows()).containsExactly("2L*", "1L-");
    }

    @Test
    void aPurgeTakesWhatIsHiddenLongEnough() {
        put("1", OFF);
        commands.advance(Duration.ofHours(1));
        put("2", OFF);
        commands.advance(Duration.ofHours(1));
        put("3", OFF);
        Instant secondHidden = commands.now();

        assertThat(apply(commands.purge(secondHidden, 10))).isEqualTo(new Purged(1, false));
        assertThat(rows()).containsExactly("3L*n", "2Ln-");
        commands.advance(Duration.ofMillis(1));
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(1, false));
        assertThat(rows()).containsExactly("3L*n");
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(0, false));
    }

    @Test
    void aPurgeTakesTheWholePathAndItsNumbersBeginAgain() {
        put("1", OFF);
        put("2", OFF);
        delete(OFF);
        commands.advance(Duration.ofMillis(1));

        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(3, false));
        assertThat(rows()).isEmpty();
        put("again", OFF);
        assertThat(rows()).containsExactly("1L*n");
    }

    @Test
    void aPurgeInSmallBatchesNeverFreesANumberOfAPathThatIsLeft() {
        put("1", OFF);
        put("2", OFF);
        delete(OFF);
        commands.advance(Duration.ofMillis(1));

        assertThat(apply(commands.purge(commands.now(), 1))).isEqualTo(new Purged(1, true));
        assertThat(rows()).containsExactly("3Tn-", "2Ln-");
        assertThat(apply(commands.purge(commands.now(), 1))).isEqualTo(new Purged(1, true));
        assertThat(rows()).containsExactly("3Tn-");
        assertThat(apply(commands.purge(commands.now(), 1))).isEqualTo(new Purged(1, true));
        assertThat(apply(commands.purge(commands.now(), 1))).isEqualTo(new Purged(0, false));
    }

    @Test
    void theBytesOfADeletedNewestVersionGoAndItsNumberStays() {
        put("1", ENABLED);
        Command.PutBlob second = commands.put(PATH, Commands.inFiles(commands.id(), "2", 1), ENABLED);
        apply(second);
        deleteVersion(2);
        commands.advance(Duration.ofMillis(1));

        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(1, false));

        assertThat(rows()).containsExactly("2T-", "1L*");
        assertThat(tables.garbage()).hasSize(1);
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(0, false));
        put("3", ENABLED);
        assertThat(rows()).containsExactly("3L*", "2T-", "1L");
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(1, false));
        assertThat(rows()).containsExactly("3L*", "1L");
    }

    @Test
    void aMarkerWithNothingVisibleBeneathIsPurged() {
        put("1", ENABLED);
        delete(ENABLED);
        commands.advance(Duration.ofMillis(1));
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(0, false));

        deleteVersion(1);
        commands.advance(Duration.ofMillis(1));
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(2, false));
        assertThat(rows()).isEmpty();
    }

    @Test
    void aMarkerAboveWhatIsStillInGraceIsHiddenFirst() {
        put("1", ENABLED);
        delete(ENABLED);
        commands.advance(Duration.ofHours(1));
        deleteVersion(1);
        Instant now = commands.now();

        assertThat(apply(new Command.Purge(commands.origin(), now, now, 10))).isEqualTo(new Purged(1, false));
        assertThat(rows()).containsExactly("2T-", "1L-");
        commands.advance(Duration.ofMillis(1));
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(2, false));
        assertThat(rows()).isEmpty();
    }

    @Test
    void aMarkerAmongHiddenOnesElectsNobody() {
        put("1", ENABLED);
        delete(ENABLED);
        put("3", ENABLED);
        deleteVersion(3);
        deleteVersion(1);
        commands.advance(Duration.ofMillis(1));

        apply(commands.purge(commands.now(), 10));

        assertThat(rows()).isEmpty();
    }

    @Test
    void garbageIsForgottenByName() {
        apply(commands.put(PATH, Commands.inFiles(commands.id(), "1", 1), OFF));
        delete(OFF);
        commands.advance(Duration.ofMillis(1));
        apply(commands.purge(commands.now(), 10));
        assertThat(tables.garbage()).hasSize(1);

        assertThat(apply(new Command.ForgetGarbage(
                        commands.origin(), Set.copyOf(tables.garbage().keySet()))))
                .isEqualTo(new Done());
        assertThat(tables.garbage()).isEmpty();
    }

    @Test
    void trimmingDropsEventsAndABarrierNothing() {
        put("1", OFF);
        put("2", OFF);

        assertThat(apply(new Command.TrimEvents(commands.origin(), 1))).isEqualTo(new Done());
        assertThat(tables.events()).containsOnlyKeys(2L);
        assertThat(apply(new Command.Barrier(commands.origin()))).isEqualTo(new Done());
        assertThat(rows()).hasSize(2);
    }
}
