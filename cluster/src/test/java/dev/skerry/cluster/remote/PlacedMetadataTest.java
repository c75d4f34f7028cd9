package dev.skerry.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStoreContract;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of every metadata store, of a slot that another node holds. */
class PlacedMetadataTest extends MetadataStoreContract {
    private static final SlotId HERE = new SlotId(0);

    private final FakeSlots slots = new FakeSlots(2);
    private final CommitLog log = new FakeCommitLog(slots);
    private final Replicas replicas = new Replicas();
    private final PlacedMetadata store = replicas.asking(new FakeMetadataStore(slots));

    @BeforeEach
    void hold() {
        replicas.add("holder", new FakeMetadataStore(slots), Set.of(SLOT));
    }

    @AfterEach
    void stop() {
        replicas.close();
    }

    @Override
    protected CommitLog log() {
        return log;
    }

    @Override
    protected MetadataStore store() {
        return store;
    }

    @Test
    void theNewestEventOfEachSlotElsewhereIsTold() {
        log.commit(SLOT, commands.put(dev.skerry.blob.commit.Commands.path("a"), "1", Versioning.ENABLED));
        log.commit(SLOT, commands.put(dev.skerry.blob.commit.Commands.path("b"), "2", Versioning.ENABLED));
        log.commit(HERE, commands.put(dev.skerry.blob.commit.Commands.path("c"), "3", Versioning.ENABLED));
        assertThat(store.lastEventsElsewhere(List.of(List.of(HERE), List.of(SLOT))))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.source()).isEqualTo(SLOT.value());
                    assertThat(event.sequence()).isEqualTo(2);
                });
    }
}
