package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has slots that are out of service on this node fetched from nodes that have them. */
final class SlotMender implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SlotMender.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final MetadataStore metadata;
    private final Function<SlotId, List<NodeId>> holders;
    private final Fetch fetch;
    private final Thread thread;

    /** Fetches a slot from a node. */
    interface Fetch {
        void fetch(SlotId slot, NodeId node) throws IOException;
    }

    /**
     * One that does not run yet.
     *
     * @param holders the other nodes that have a slot, best first; none where it is not of this node
     */
    SlotMender(MetadataStore metadata, Function<SlotId, List<NodeId>> holders, Fetch fetch, ThreadFactory threads) {
        this.metadata = metadata;
        this.holders = holders;
        this.fetch = fetch;
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                List<SlotId> damaged = new ArrayList<>(metadata.quarantined().keySet());
                for (SlotId slot : damaged) {
                    mend(slot);
                }
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException _) {
            // only close() interrupts
        }
    }

    private void mend(SlotId slot) throws InterruptedException {
        for (NodeId node : holders.apply(slot)) {
            try {
                fetch.fetch(slot, node);
                return;
            } catch (IOException | RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException();
                }
                log.warn("a slot could not be fetched slot={} node={} reason={}", slot, node.value(), e.toString());
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
