package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.notify.SharedDocuments;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the store stands on: the slots, the catalog and the bytes, kept alone or together with others. */
interface Ground extends AutoCloseable {
    /**
     * Begins; returns once it can be read and written.
     *
     * @param stopping whether to give up, where others have to be waited for
     * @throws StartException if it cannot begin
     */
    void start(BooleanSupplier stopping);

    Catalog catalog();

    MetadataStore metadata();

    CommitLog commitLog();

    PlacementPolicy placement();

    /** The bytes, wherever they are. */
    PartStore parts();

    /** Those on this node's disks. */
    PartStore ownParts();

    /** What of the log is not on disk yet. */
    Unsynced unsynced();

    /** Documents that the nodes keep together; null where there is one node. */
    @Nullable
    SharedDocuments documents();

    /** Whether this node is the one that does what only one should, now and as far as it knows. */
    boolean leads();

    /** What an administrator may ask of it, by name. */
    default Map<String, AdminApi.Question> questions() {
        return Map.of();
    }

    /** What an administrator may have it do, by name. */
    default Map<String, AdminApi.Question> orders() {
        return Map.of();
    }

    /** Tells once this node is to stop for good. */
    default void whenOver(Runnable told) {}

    @Override
    void close();
}
