package dev.skerry.notify;

import dev.skerry.blob.catalog.CatalogReplica.Document;
import java.util.Optional;

/** Documents that the nodes of a cluster keep together. Safe for many threads. */
public interface SharedDocuments {
    /** A document as this node knows it, which may be behind for a moment. Does not block. */
    Optional<Document> document(String name);

    /**
     * Keeps a document in place of the one of the revision expected, 0 where there is none. Blocks.
     *
     * @return the document as it is now: this one, or the one that another node kept before
     * @throws dev.skerry.blob.failure.StoreException where a majority of the nodes is away
     */
    Document keep(String name, long expectedRevision, String text);
}
