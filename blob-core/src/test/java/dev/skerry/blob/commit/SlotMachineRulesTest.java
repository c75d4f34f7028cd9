package dev.skerry.blob.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.ApplyRule;
import dev.skerry.blob.commit.Command.Judged;
import dev.skerry.blob.commit.Command.RuleAction;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What lifecycle rules do to versions, and what they leave alone. */
class SlotMachineRulesTest extends SlotMachineFixture {
    private static final StorageClass COLD = new StorageClass("GLACIER");

    private ApplyRule rule(BlobMeta judged, @Nullable Map<String, String> tags, RuleAction action) {
        return new ApplyRule(commands.origin(), PATH, new Judged(judged.blobId(), tags), action);
    }

    private ApplyRule expire(BlobMeta judged, Versioning versioning) {
        return rule(judged, null, new RuleAction.Expire(commands.id(), versioning));
    }

    private void requireLeftAlone(ApplyRule command) {
        assertThat(refusal(command)).isInstanceOf(StoreFailure.PreconditionFailed.class);
    }

    @Test
    void expiringDeletesWithoutVersioningAndWritesAMarkerWithIt() {
        BlobMeta plain = put("one", Versioning.OFF);
        apply(expire(plain, Versioning.OFF));
        assertThat(rows()).containsExactly("2Tn-", "1Ln-");
        BlobMeta kept = put("two", Versioning.ENABLED);
        apply(expire(kept, Versioning.ENABLED));
        assertThat(rows()).startsWith("4T*", "3L");
        assertThat(events().getLast()).isInstanceOfSatisfying(StorageEvent.ObjectDeleted.class, event -> {
            assertThat(event.byLifecycle()).isTrue();
            assertThat(event.deleteMarker()).isTrue();
        });
    }

    @Test
    void anOverwriteInBetweenIsNotLost() {
        for (Versioning versioning : Versioning.values()) {
            BlobMeta judged = put("judged", versioning);
            put("fresh", versioning);
            requireLeftAlone(expire(judged, versioning));
            assertThat(current()).isEqualTo("fresh");
        }
    }

    @Test
    void whatIsGoneOrDeletedIsLeftAlone() {
        BlobMeta judged = put("judged", Versioning.ENABLED);
        delete(Versioning.ENABLED);
        requireLeftAlone(expire(judged, Versioning.ENABLED));
        deleteVersion(judged.generation().value());
        requireLeftAlone(rule(judged, null, new RuleAction.RemoveVersion()));
        requireLeftAlone(rule(judged, null, new RuleAction.ChangeClass(COLD)));
    }

    @Test
    void otherTagsThanWereJudgedAreLeftAlone() {
        BlobMeta judged = put("text", Versioning.OFF);
        apply(new Command.SetTags(commands.origin(), PATH, VersionSelector.CURRENT, Map.of("keep", "yes")));
        Command.RuleAction expire = expire(judged, Versioning.OFF).action();
        requireLeftAlone(rule(judged, Map.of(), expire));
        assertThat(current()).isEqualTo("text");
        apply(rule(judged, Map.of("keep", "yes"), expire));
        assertThat(current()).isNull();
    }

    @Test
    void aVersionThatBecameCurrentAgainStays() {
        BlobMeta older = put("older", Versioning.ENABLED);
        BlobMeta newer = put("newer", Versioning.ENABLED);
        requireLeftAlone(rule(newer, null, new RuleAction.RemoveVersion()));
        deleteVersion(newer.generation().value());
        requireLeftAlone(rule(older, null, new RuleAction.RemoveVersion()));
        assertThat(current()).isEqualTo("older");
        put("newest", Versioning.ENABLED);
        apply(rule(older, null, new RuleAction.RemoveVersion()));
        assertThat(rows()).containsExactly("3L*", "2L-", "1L-");
    }

    @Test
    void aMarkerGoesOnlyWhileNothingLiesBeneath() {
        BlobMeta version = put("text", Versioning.ENABLED);
        BlobMeta marker = delete(Versioning.ENABLED).newTombstone().orElseThrow();
        requireLeftAlone(rule(marker, null, new RuleAction.RemoveMarker()));
        apply(rule(version, null, new RuleAction.RemoveVersion()));
        requireLeftAlone(rule(version, null, new RuleAction.RemoveMarker()));
        apply(rule(marker, null, new RuleAction.RemoveMarker()));
        assertThat(rows()).containsExactly("2T-", "1L-");
    }

    @Test
    void aMarkerWithANewVersionOnTopStays() {
        put("text", Versioning.ENABLED);
        BlobMeta marker = delete(Versioning.ENABLED).newTombstone().orElseThrow();
        put("fresh", Versioning.ENABLED);
        requireLeftAlone(rule(marker, null, new RuleAction.RemoveMarker()));
    }

    @Test
    void aLockedVersionIsKept() {
        BlobMeta version = put("text", Versioning.ENABLED);
        apply(new Command.SetLegalHold(commands.origin(), PATH, VersionSelector.CURRENT, LegalHold.ON));
        put("newer", Versioning.ENABLED);
        assertThat(refusal(rule(version, null, new RuleAction.RemoveVersion())))
                .isInstanceOf(StoreFailure.Locked.class);
        Written moved = (Written) apply(rule(version, null, new RuleAction.ChangeClass(COLD)));
        assertThat(moved.meta().attributes().storageClass())
                .as("a lock keeps bytes, not their place")
                .isEqualTo(COLD);
    }

    @Test
    void movingChangesTheClassAndNothingElse() {
        BlobMeta version = put("text", Versioning.ENABLED);
        Written moved = (Written) apply(rule(version, null, new RuleAction.ChangeClass(COLD)));
        assertThat(moved.meta())
                .isEqualTo(version.withAttributes(version.attributes().withStorageClass(COLD)));
        assertThat(current()).isEqualTo("text");
        assertThat(events().getLast())
                .isEqualTo(new StorageEvent.ObjectTransitioned(
                        PATH,
                        version.blobId(),
                        version.generation(),
                        events().getLast().hlc(),
                        COLD));
    }
}
