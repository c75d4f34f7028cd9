package dev.skerry.cluster.topology;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The documents of a catalog in memory, and copies of them that may be behind. */
final class SharedCatalog {
    private final Map<String, CatalogReplica.Document> documents = new ConcurrentHashMap<>();

    /** As the log does it. */
    synchronized CatalogReplica.Document keep(String name, long expectedRevision, String text) {
        CatalogReplica.Document now = documents.get(name);
        long revision = now == null ? 0 : now.revision();
        if (now == null || revision == expectedRevision) {
            now = new CatalogReplica.Document(revision + 1, text);
            documents.put(name, now);
        }
        return now;
    }

    /** A node's copy. */
    static final class Copy implements CatalogReplica {
        private final SharedCatalog catalog;
        private final Map<String, Document> documents = new ConcurrentHashMap<>();

        Copy(SharedCatalog catalog) {
            this.catalog = catalog;
        }

        /** Comes as far as the catalog is. */
        void catchUp() {
            documents.putAll(catalog.documents);
        }

        @Override
        public Path copy() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path incoming() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void replace(LogPosition atLeast) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Document> document(String name) {
            return Optional.ofNullable(documents.get(name));
        }

        @Override
        public LogPosition position() {
            return LogPosition.START;
        }

        @Override
        public @Nullable Result apply(LogPosition position, Entry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void advance(LogPosition position) {}
    }
}
