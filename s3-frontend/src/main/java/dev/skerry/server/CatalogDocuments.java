package dev.skerry.server;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.catalog.CatalogReplica.Document;
import dev.skerry.cluster.raft.RaftCatalog;
import dev.skerry.notify.SharedDocuments;
import java.util.Optional;

/** The documents in the catalog of a cluster: read from this node's copy, changed through the log. */
record CatalogDocuments(CatalogReplica replica, RaftCatalog catalog) implements SharedDocuments {
    @Override
    public Optional<Document> document(String name) {
        return replica.document(name);
    }

    @Override
    public Document keep(String name, long expectedRevision, String text) {
        return catalog.keepDocument(name, expectedRevision, text);
    }
}
