package dev.skerry.server;

import dev.skerry.blob.Durability;
import dev.skerry.blob.event.EventSink;
import dev.skerry.config.Settings;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SqliteCatalog;
import dev.skerry.metadata.SqliteMetadataStore;
import java.nio.file.Path;
import java.util.List;

/** This node's own databases: the catalog, the slots, and who reads these. */
record Databases(SqliteCatalog catalog, SlotDatabases slots, SqliteMetadataStore metadata) {
    /** Opens them; {@code lifecycle} ends them. */
    static Databases open(NodeFolder node, Settings settings, List<EventSink> sinks, Lifecycle lifecycle) {
        SqliteCatalog catalog = lifecycle.keep(
                "catalog",
                SqliteCatalog.open(
                        node.first().resolve(Assembly.CATALOG_FILE),
                        sinks,
                        Assembly.platformThreads("catalog"),
                        Assembly.CLOCK));
        List<Path> folders =
                node.folders().stream().map(folder -> folder.resolve("slots")).toList();
        // in a cluster the log that nodes share is what is on disk, but not of what this node wrote alone
        boolean everyCommitSynced = !node.formed() && settings.durability().mode() == Durability.ALWAYS;
        SlotDatabases slots = lifecycle.keep(
                "slots",
                SlotDatabases.open(
                        folders,
                        node.slots(),
                        everyCommitSynced,
                        Assembly.platformThreads("slot-open"),
                        Assembly.CLOCK));
        SqliteMetadataStore metadata = lifecycle.keep(
                "metadata",
                new SqliteMetadataStore(
                        slots, Assembly.platformThreads("reader"), SqliteMetadataStore.Settings.DEFAULT));
        metadata.start();
        return new Databases(catalog, slots, metadata);
    }
}
