package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Of nodes that share slots only. */
final class NoCatalog implements CatalogReplica {
    @Override
    public LogPosition position() {
        return LogPosition.START;
    }

    @Override
    public @Nullable Result apply(LogPosition position, Entry entry) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void advance(LogPosition position) {
        throw new UnsupportedOperationException();
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
        return Optional.empty();
    }
}
