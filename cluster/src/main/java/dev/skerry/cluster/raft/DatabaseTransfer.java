package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.peer.PeerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.ratis.protocol.RaftGroupId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole databases, from a member of a group that is far enough to one that is not: because the log no longer goes back
 * to where it stands, or it lost what it had, or its database is damaged. Safe for use by many threads.
 */
final class DatabaseTransfer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseTransfer.class);
    private static final String SLOT = "slot-database";
    private static final String CATALOG = "catalog-database";

    private final PeerFiles files;
    private final SlotReplicas replicas;
    private final CatalogReplica catalog;
    private final Executor executor;

    /** Who applies what to a slot, where this node has its group. */
    private final Map<SlotId, SlotGroup> groups = new ConcurrentHashMap<>();

    /** Who applies what to the catalog, once this node has its group. */
    private volatile @Nullable CatalogGroup catalogGroup;

    /**
     * Offers this node's databases from now on.
     *
     * @param executor runs what blocks
     */
    DatabaseTransfer(NodeCalls calls, SlotReplicas replicas, CatalogReplica catalog, Executor executor) {
        this.replicas = replicas;
        this.catalog = catalog;
        this.executor = executor;
        this.files = new PeerFiles(calls, executor);
        files.offer(SLOT, offer(this::copyOfSlot));
        files.offer(CATALOG, offer(_ -> copyOfCatalog()));
    }

    /** Gives a copy by its name. */
    private interface Naming {
        Path copy(String name) throws IOException;
    }

    private static PeerFiles.Offer offer(Naming naming) {
        return new PeerFiles.Offer() {
            @Override
            public Path copy(String name) throws IOException {
                return told(() -> naming.copy(name));
            }

            @Override
            public void release(Path copy) {
                try {
                    Files.deleteIfExists(copy);
                } catch (IOException e) {
                    log.warn("a copy that was read could not be deleted, the next start does it file={}", copy, e);
                }
            }
        };
    }

    private static <A> A told(Work<A> work) throws IOException {
        try {
            return work.run();
        } catch (StoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private interface Work<A> {
        A run() throws IOException;
    }

    /** What blocks. */
    Executor executor() {
        return executor;
    }

    /** That one says from now on how far its slots are. */
    void has(SlotGroup group, Iterable<SlotId> slots) {
        slots.forEach(slot -> groups.put(slot, group));
    }

    /** The same of the catalog. */
    void hasCatalog(CatalogGroup group) {
        catalogGroup = group;
    }

    private Path copyOfCatalog() throws IOException {
        CatalogGroup group = catalogGroup;
        if (group == null || !group.isRunning()) {
            throw new IOException("the catalog's log is not open here");
        }
        return group.copy();
    }

    /** What one log has of a slot is of no use to another: their entries are counted alike. */
    private static String name(RaftGroupId log, SlotId slot) {
        return slot + "@" + log.getUuid();
    }

    private Path copyOfSlot(String name) throws IOException {
        int end = name.indexOf('@');
        SlotId slot = new SlotId(Integer.parseInt(name.substring(0, Math.max(0, end))));
        SlotGroup group = groups.get(slot);
        if (group == null || !group.isRunning()) {
            throw new IOException("slot " + slot + " is not of this node");
        }
        if (!name.equals(name(group.log(), slot))) {
            throw new IOException("slot " + slot + " is changed by another log here");
        }
        return group.copy(slot);
    }

    /**
     * Fetches a slot and goes on with that. Blocks.
     *
     * @param group which log changes it, there as here
     * @param atLeast how far it must be
     */
    void fetch(NodeId node, RaftGroupId group, SlotId slot, LogPosition atLeast) throws IOException {
        told(() -> {
            long begun = System.nanoTime();
            Path into = replicas.incoming(slot);
            files.fetch(node, SLOT, name(group, slot), into);
            long bytes = Files.size(into);
            replicas.replace(slot, atLeast);
            log.info(
                    "a slot was fetched slot={} node={} bytes={} ms={}",
                    slot,
                    node.value(),
                    bytes,
                    Duration.ofNanos(System.nanoTime() - begun).toMillis());
            return slot;
        });
    }

    /** The same for the catalog, by one at a time. */
    synchronized void fetchCatalog(NodeId node, LogPosition atLeast) throws IOException {
        told(() -> {
            Path into = catalog.incoming();
            files.fetch(node, CATALOG, "", into);
            catalog.replace(atLeast);
            log.info("the catalog was fetched node={}", node.value());
            return into;
        });
    }

    @Override
    public void close() {
        files.close();
    }
}
