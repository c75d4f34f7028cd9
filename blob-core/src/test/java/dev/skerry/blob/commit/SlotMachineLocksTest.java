package dev.skerry.blob.commit;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static dev.skerry.blob.VersionSelector.NULL_VERSION;
import static dev.skerry.blob.commit.Command.Versioning.ENABLED;
import static dev.skerry.blob.commit.Command.Versioning.OFF;
import static dev.skerry.blob.commit.Command.Versioning.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Generation;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Purged;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure.Deleted;
import dev.skerry.blob.failure.StoreFailure.Locked;
import dev.skerry.blob.failure.StoreFailure.NoSuchVersion;
import dev.skerry.blob.failure.StoreFailure.RetentionOver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way there is to lose the bytes of a version, tried on a locked one. */
class SlotMachineLocksTest extends SlotMachineFixture {
    private static final Duration DAY = Duration.ofDays(1);

    private Retention forADay(RetentionMode mode) {
        return new Retention(mode, commands.now().plus(DAY));
    }

    private static Locked locked(long generation) {
        return new Locked(PATH, new Generation(generation));
    }

    private Command.SetRetention retain(long generation, @Nullable Retention retention, boolean bypass) {
        return new Command.SetRetention(commands.origin(), PATH, byGeneration(generation), retention, bypass);
    }

    private Command.SetLegalHold hold(long generation, LegalHold legalHold) {
        return new Command.SetLegalHold(commands.origin(), PATH, byGeneration(generation), legalHold);
    }

    private Command.DeleteVersion bypassing(long generation) {
        return new Command.DeleteVersion(commands.origin(), PATH, byGeneration(generation), List.of(), true);
    }

    private Command.PutBlob putLocked(Versioning versioning, BlobLock lock) {
        Command.PutBlob put = commands.put(PATH, "locked", versioning);
        return new Command.PutBlob(
                put.origin(),
                put.path(),
                put.blobId(),
                put.versioning(),
                put.preconditions(),
                put.body(),
                put.attributes().withLock(lock),
                put.requested(),
                put.writeId());
    }

    private @Nullable BlobLock lockOf(long generation) {
        return generation(generation).orElseThrow().attributes().lock();
    }

    @ParameterizedTest
    @EnumSource(RetentionMode.class)
    void aVersionUnderRetentionIsNotDeletedUntilThatIsOver(RetentionMode mode) {
        put("1", ENABLED);
        apply(retain(1, forADay(mode), false));
        assertThat(refusal(commands.deleteVersion(PATH, byGeneration(1)))).isEqualTo(locked(1));
        commands.advance(DAY.minusMillis(1));
        assertThat(refusal(commands.deleteVersion(PATH, byGeneration(1)))).isEqualTo(locked(1));
        assertThat(rows()).containsExactly("1L*");

        commands.advance(Duration.ofMillis(1));
        deleteVersion(1);
        assertThat(rows()).containsExactly("1L-");
    }

    @Test
    void governanceIsBypassedByWhoSaysSoAndComplianceByNobody() {
        put("1", ENABLED);
        put("2", ENABLED);
        apply(retain(1, forADay(RetentionMode.GOVERNANCE), false));
        apply(retain(2, forADay(RetentionMode.COMPLIANCE), false));
        assertThat(refusal(bypassing(2))).isEqualTo(locked(2));
        apply(bypassing(1));
        assertThat(rows()).containsExactly("2L*", "1L-");
    }

    @Test
    void legalHoldKeepsWhateverRetentionSays() {
        put("1", ENABLED);
        apply(hold(1, LegalHold.ON));
        assertThat(refusal(bypassing(1))).isEqualTo(locked(1));
        commands.advance(DAY.multipliedBy(36_500));
        assertThat(refusal(commands.deleteVersion(PATH, byGeneration(1)))).isEqualTo(locked(1));

        apply(hold(1, LegalHold.OFF));
        assertThat(lockOf(1)).isEqualTo(new BlobLock(null, LegalHold.OFF));
        deleteVersion(1);
    }

    @Test
    void legalHoldAndRetentionStandBesideEachOther() {
        put("1", ENABLED);
        Retention retention = forADay(RetentionMode.GOVERNANCE);
        apply(hold(1, LegalHold.ON));
        apply(retain(1, retention, false));
        assertThat(lockOf(1)).isEqualTo(new BlobLock(retention, LegalHold.ON));
        apply(hold(1, LegalHold.OFF));
        assertThat(refusal(commands.deleteVersion(PATH, byGeneration(1)))).isEqualTo(locked(1));
    }

    @Test
    void aDeleteMarkerMayCoverALockedVersionAndComesAndGoes() {
        put("1", ENABLED);
        apply(hold(1, LegalHold.ON));
        delete(ENABLED);
        assertThat(rows()).containsExactly("2T*", "1L");
        assertThat(refusal(commands.deleteVersion(PATH, byGeneration(1)))).isEqualTo(locked(1));
        deleteVersion(2);
        assertThat(current()).isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "SUSPENDED"})
    void aLockedNullVersionIsNotReplacedByAWrite(Versioning versioning) {
        put("1", OFF);
        apply(hold(1, LegalHold.ON));
        assertThat(refusal(commands.put(PATH, "2", versioning))).isEqualTo(locked(1));
        assertThat(current()).isEqualTo("1");
        put("2", ENABLED);
        assertThat(refusal(commands.put(PATH, "3", versioning))).isEqualTo(locked(1));
        assertThat(rows()).containsExactly("2L*", "1Ln");
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "SUSPENDED"})
    void aLockedNullVersionIsNotReplacedByATombstone(Versioning versioning) {
        put("1", OFF);
        apply(hold(1, LegalHold.ON));
        assertThat(refusal(commands.delete(PATH, versioning))).isEqualTo(locked(1));
        assertThat(rows()).containsExactly("1L*n");
    }

    @Test
    void aLockedNullVersionIsNotReplacedByACompletedUpload() {
        put("1", OFF);
        apply(hold(1, LegalHold.ON));
        Upload upload = commands.begin(PATH, null, null).upload();
        apply(new Command.BeginUpload(commands.origin(), upload));
        Command.AddUploadPart add = commands.addPart(upload, 1, "part");
        apply(add);
        UploadPart part = add.part();
        assertThat(refusal(commands.complete(upload, List.of(Commands.named(part)), SUSPENDED)))
                .isEqualTo(locked(1));
        assertThat(tables.upload(PATH, upload.uploadId()))
                .as("can be completed later")
                .isPresent();
        assertThat(apply(commands.complete(upload, List.of(Commands.named(part)), ENABLED)))
                .isInstanceOf(Written.class);
        assertThat(rows()).containsExactly("2L*", "1Ln");
    }

    @Test
    void aLockedNullVersionDoesNotGiveWayToOneBroughtBack() {
        put("1", OFF);
        put("2", OFF);
        apply(hold(2, LegalHold.ON));
        assertThat(refusal(commands.undelete(PATH, 1L))).isEqualTo(locked(2));
        assertThat(rows()).containsExactly("2L*n", "1Ln-");
    }

    @Test
    void aLockedNullVersionDoesNotGiveWayToOneBroughtIn() {
        put("1", OFF);
        apply(hold(1, LegalHold.ON));
        assertThat(refusal(imported(2, null, BlobLock.NONE))).isEqualTo(locked(1));
        assertThat(rows()).containsExactly("1L*n");
    }

    private Command.ImportBlob imported(long generation, @Nullable Instant hiddenAt, BlobLock lock) {
        return new Command.ImportBlob(
                commands.origin(),
                PATH,
                new Generation(generation),
                commands.id(),
                true,
                Commands.inFiles(commands.id(), "imported", 100),
                BlobAttributes.ownedBy(Commands.OWNER).withLock(lock),
                commands.now(),
                hiddenAt);
    }

    @Test
    void aPurgeLeavesWhatIsLockedAndTakesWhatLiesBehindIt() {
        BlobLock lock = new BlobLock(forADay(RetentionMode.COMPLIANCE), null);
        for (long generation = 1; generation <= 3; generation++) {
            apply(imported(generation, commands.now(), lock));
            commands.advance(Duration.ofMillis(1));
        }
        apply(imported(4, commands.now(), BlobLock.NONE));
        apply(imported(5, null, BlobLock.NONE));
        commands.advance(Duration.ofMillis(1));

        assertThat(apply(commands.purge(commands.now(), 1))).isEqualTo(new Purged(1, true));
        assertThat(apply(commands.purge(commands.now(), 1))).isEqualTo(new Purged(0, false));
        assertThat(rows()).containsExactly("5L*n", "3Ln-", "2Ln-", "1Ln-");
        assertThat(tables.garbage()).hasSize(1);

        commands.advance(DAY);
        assertThat(apply(commands.purge(commands.now(), 10))).isEqualTo(new Purged(3, false));
        assertThat(rows()).containsExactly("5L*n");
    }

    @Test
    void whatABypassDeletedGoesAfterItsGrace() {
        put("1", ENABLED);
        apply(retain(1, forADay(RetentionMode.GOVERNANCE), false));
        apply(bypassing(1));
        commands.advance(Duration.ofMillis(1));
        apply(commands.purge(commands.now(), 10));
        assertThat(rows()).isEmpty();
    }

    @Test
    void hidingALockedGenerationIsABug() {
        BlobMeta meta = ((Written) apply(putLocked(ENABLED, new BlobLock(null, LegalHold.ON)))).meta();
        assertThatIllegalStateException()
                .isThrownBy(() -> new PathRows(tables, PATH).hide(meta, commands.now()))
                .withMessageContaining(meta.blobId().value());
        assertThat(rows()).containsExactly("1L*");
    }

    @ParameterizedTest
    @EnumSource(RetentionMode.class)
    void retentionIsMadeLongerByAnybodyAndNotShorterNorOfAnotherModeNorLifted(RetentionMode mode) {
        put("1", ENABLED);
        Retention standing = forADay(mode);
        apply(retain(1, standing, false));
        Retention longer = new Retention(mode, standing.until().plus(DAY));
        Retention other = new Retention(
                mode == RetentionMode.GOVERNANCE ? RetentionMode.COMPLIANCE : RetentionMode.GOVERNANCE,
                longer.until().plus(DAY));

        apply(retain(1, longer, false));
        assertThat(refusal(retain(1, standing, false))).isEqualTo(locked(1));
        assertThat(refusal(retain(1, other, false))).isEqualTo(locked(1));
        assertThat(refusal(retain(1, null, false))).isEqualTo(locked(1));
        assertThat(lockOf(1)).isEqualTo(new BlobLock(longer, null));
    }

    @Test
    void bypassedGovernanceIsShortenedHardenedAndLifted() {
        put("1", ENABLED);
        Retention standing = forADay(RetentionMode.GOVERNANCE);
        Retention shorter =
                new Retention(RetentionMode.GOVERNANCE, standing.until().minusSeconds(60));
        apply(retain(1, standing, false));
        apply(retain(1, shorter, true));
        assertThat(lockOf(1)).isEqualTo(new BlobLock(shorter, null));
        apply(retain(1, null, true));
        assertThat(lockOf(1)).isNull();

        apply(retain(1, standing, false));
        Retention hard = new Retention(RetentionMode.COMPLIANCE, shorter.until());
        apply(retain(1, hard, true));
        assertThat(refusal(retain(1, shorter, true))).isEqualTo(locked(1));
        assertThat(refusal(retain(1, null, true))).isEqualTo(locked(1));
        assertThat(lockOf(1)).isEqualTo(new BlobLock(hard, null));
    }

    @Test
    void retentionThatIsOverBindsNobody() {
        put("1", ENABLED);
        apply(retain(1, forADay(RetentionMode.COMPLIANCE), false));
        commands.advance(DAY);
        apply(retain(1, forADay(RetentionMode.GOVERNANCE), false));
        apply(retain(1, null, true));
        assertThat(lockOf(1)).isNull();
    }

    @Test
    void retentionThatEndsInThePastIsRefused() {
        Retention past = new Retention(RetentionMode.GOVERNANCE, commands.now());
        put("1", ENABLED);
        assertThat(refusal(retain(1, past, false))).isEqualTo(new RetentionOver(past.until()));
        assertThat(refusal(putLocked(ENABLED, new BlobLock(past, null)))).isEqualTo(new RetentionOver(past.until()));
        Upload upload = commands.begin(PATH, null, null).upload();
        Upload late = new Upload(
                upload.uploadId(),
                PATH,
                upload.attributes().withLock(new BlobLock(past, null)),
                upload.initiatorId(),
                null,
                null,
                upload.initiatedAt());
        assertThat(refusal(new Command.BeginUpload(commands.origin(), late)))
                .isEqualTo(new RetentionOver(past.until()));
    }

    @Test
    void onlyAVersionThatStandsIsLocked() {
        put("1", ENABLED);
        delete(ENABLED);
        assertThat(refusal(hold(2, LegalHold.ON))).isInstanceOf(Deleted.class);
        assertThat(refusal(new Command.SetLegalHold(commands.origin(), PATH, CURRENT, LegalHold.ON)))
                .isInstanceOf(Deleted.class);
        deleteVersion(1);
        assertThat(refusal(hold(1, LegalHold.ON))).isEqualTo(new NoSuchVersion(PATH, "1"));
        assertThat(refusal(retain(9, forADay(RetentionMode.GOVERNANCE), false)))
                .isEqualTo(new NoSuchVersion(PATH, "9"));
        assertThat(refusal(new Command.SetLegalHold(commands.origin(), PATH, NULL_VERSION, LegalHold.ON)))
                .isInstanceOf(NoSuchVersion.class);
    }

    @Test
    void anUploadIsLockedAsItWasBegunAndElseAsTheBucketSays() {
        Retention ofBucket = forADay(RetentionMode.GOVERNANCE);
        Retention own = new Retention(RetentionMode.COMPLIANCE, commands.now().plus(DAY.multipliedBy(2)));
        assertThat(completed(null, ofBucket)).isEqualTo(new BlobLock(ofBucket, null));
        assertThat(completed(new BlobLock(own, null), ofBucket)).isEqualTo(new BlobLock(own, null));
        assertThat(completed(new BlobLock(null, LegalHold.ON), ofBucket))
                .isEqualTo(new BlobLock(ofBucket, LegalHold.ON));
        assertThat(completed(null, null)).isNull();
    }

    private @Nullable BlobLock completed(@Nullable BlobLock lock, @Nullable Retention ofBucket) {
        BlobId uploadId = commands.id();
        Upload upload = new Upload(
                uploadId,
                PATH,
                BlobAttributes.ownedBy(Commands.OWNER).withLock(lock),
                Commands.OWNER,
                null,
                null,
                commands.now());
        apply(new Command.BeginUpload(commands.origin(), upload));
        Command.AddUploadPart add = commands.addPart(upload, 1, "part");
        apply(add);
        Command.CompleteUpload complete = new Command.CompleteUpload(
                commands.origin(),
                PATH,
                uploadId,
                commands.id(),
                ENABLED,
                List.of(),
                List.of(Commands.named(add.part())),
                1,
                null,
                ofBucket);
        return ((Written) apply(complete)).meta().attributes().lock();
    }

    @Test
    void everyChangeOfALockIsAnEvent() {
        BlobMeta meta = put("1", ENABLED);
        apply(hold(1, LegalHold.ON));
        assertThat(events().getLast()).isInstanceOfSatisfying(StorageEvent.ObjectLockSet.class, event -> {
            assertThat(event.versionId()).isEqualTo(meta.blobId());
            assertThat(event.generation()).isEqualTo(meta.generation());
        });
        apply(retain(1, forADay(RetentionMode.GOVERNANCE), false));
        assertThat(events())
                .filteredOn(StorageEvent.ObjectLockSet.class::isInstance)
                .hasSize(2);
    }

    @Test
    void newTagsLeaveTheLock() {
        put("1", ENABLED);
        apply(hold(1, LegalHold.ON));
        apply(commands.setTags(PATH, CURRENT, Map.of("a", "b")));
        assertThat(lockOf(1)).isEqualTo(new BlobLock(null, LegalHold.ON));
    }
}
