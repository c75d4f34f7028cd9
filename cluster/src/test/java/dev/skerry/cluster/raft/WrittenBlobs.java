package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.FakeMetadataStore;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Blobs that were written through nodes of a {@link Trio}, each under a key of its own, and acknowledged. Several
 * threads may write at once.
 */
final class WrittenBlobs {
    private static final SlotId SLOT = new SlotId(0);

    private final String text;
    private final Commands commands = new Commands();
    private final AtomicInteger keys = new AtomicInteger();
    private final Queue<BlobMeta> acknowledged = new ConcurrentLinkedQueue<>();

    /** All of them hold this text. */
    WrittenBlobs(String text) {
        this.text = text;
    }

    void put(Trio.Node through) {
        Written written = (Written) through.log()
                .commit(SLOT, commands.put(Commands.path("key " + keys.getAndIncrement()), text, Versioning.ENABLED));
        acknowledged.add(written.meta());
    }

    /** Asserts that each of these nodes has all of them, once it has caught up. */
    void requireOn(Collection<Trio.Node> nodes) {
        for (Trio.Node node : nodes) {
            FakeMetadataStore store = node.caughtUp();
            List<BlobMeta> lacking = acknowledged.stream()
                    .filter(blob -> store.find(SLOT, blob.path(), new VersionSelector.ByBlobId(blob.blobId()))
                            .isEmpty())
                    .toList();
            assertThat(lacking)
                    .as("what %s lacks of %d blobs", node.id, acknowledged.size())
                    .isEmpty();
        }
    }
}
