package dev.skerry.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemoteMetadataTest {
    private static final SlotId SLOT = new SlotId(1);
    private static final BlobPath PATH = Commands.path("key");

    private final FakeSlots slots = new FakeSlots(2);
    private final MetadataStore whole = new FakeMetadataStore(slots);
    private final Replicas replicas = new Replicas();
    private final PlacedMetadata store = replicas.asking(new FakeMetadataStore(slots));

    RemoteMetadataTest() {
        new FakeCommitLog(slots).commit(SLOT, new Commands().put(PATH, "text", Versioning.ENABLED));
    }

    @AfterEach
    void stop() {
        replicas.close();
    }

    private boolean finds() {
        return store.find(SLOT, PATH, VersionSelector.CURRENT).isPresent();
    }

    @Test
    void theNextReplicaIsAskedWhereOneIsDeadOrCannotSayOrHasTheSlotNoMore() {
        replicas.addDead("dead");
        replicas.addFailing("behind", new StoreException(new StoreFailure.Busy("no leader")));
        replicas.addFailing("damaged", new StoreException(new StoreFailure.Quarantined(SLOT, "damaged")));
        replicas.add("moved", whole, Set.of());
        replicas.add("good", whole, Set.of(SLOT));
        assertThat(finds()).isTrue();
        assertThat(replicas.asked()).containsExactly("dead", "behind", "damaged", "moved", "good");
        assertThat(finds()).isTrue();
        assertThat(replicas.asked())
                .as("who answered last is asked first")
                .hasSize(6)
                .last()
                .isEqualTo("good");
    }

    @Test
    void whereNobodyAnswersTheClientMayTryAgain() {
        replicas.addDead("a");
        replicas.addDead("b");
        assertThatThrownBy(this::finds)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failed -> assertThat(failed.failure()).isInstanceOf(StoreFailure.Busy.class));
        assertThat(replicas.asked()).containsExactly("a", "b");
    }

    @Test
    void aRefusalThatEveryReplicaWouldMakeIsTheAnswer() {
        StoreFailure refusal = new StoreFailure.InvalidRequest("no");
        replicas.addFailing("a", new StoreException(refusal));
        replicas.add("b", whole, Set.of(SLOT));
        assertThatThrownBy(this::finds)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failed -> assertThat(failed.failure()).isEqualTo(refusal));
        assertThat(replicas.asked()).containsExactly("a");
    }
}
