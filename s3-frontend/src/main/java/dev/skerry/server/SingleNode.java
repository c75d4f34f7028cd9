package dev.skerry.server;

import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.metadata.SqliteCommitLog;
import dev.skerry.notify.SharedDocuments;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The ground of a node that is alone: SQLite is the log. */
final class SingleNode implements Ground {
    private final Databases databases;
    private final SqliteCommitLog commitLog;
    private final PlacementPolicy placement;
    private final PartStore parts;

    SingleNode(NodeFolder node, Databases databases, PartStore parts, List<EventSink> sinks, StoreListener listener) {
        this.databases = databases;
        this.parts = parts;
        this.commitLog = new SqliteCommitLog(
                databases.slots(),
                new SlotMachine(),
                sinks,
                Assembly.platformThreads("slot"),
                SqliteCommitLog.Settings.DEFAULT,
                listener);
        this.placement = new SingleNodePlacement(new NodeId(node.nodeId()), new SlotHash(node.slots()));
    }

    @Override
    public void start(BooleanSupplier stopping) {
        commitLog.start();
    }

    @Override
    public Catalog catalog() {
        return databases.catalog();
    }

    @Override
    public MetadataStore metadata() {
        return databases.metadata();
    }

    @Override
    public CommitLog commitLog() {
        return commitLog;
    }

    @Override
    public PlacementPolicy placement() {
        return placement;
    }

    @Override
    public PartStore parts() {
        return parts;
    }

    @Override
    public PartStore ownParts() {
        return parts;
    }

    @Override
    public Unsynced unsynced() {
        return new Unsynced(commitLog::unsyncedCommands, commitLog::unsyncedBytes, commitLog::sync);
    }

    @Override
    public @Nullable SharedDocuments documents() {
        return null;
    }

    @Override
    public boolean leads() {
        return true;
    }

    /** The log itself, for what is measured of it. */
    SqliteCommitLog log() {
        return commitLog;
    }

    @Override
    public void close() {
        commitLog.close();
    }
}
