package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Of nodes that share slots only: nothing is ever written to it. */
final class NoCatalog implements CatalogReplica {
    private volatile LogPosition position = LogPosition.START;
    private volatile @Nullable Path incoming;

    @Override
    public LogPosition position() {
        return position;
    }

    @Override
    public @Nullable Result apply(LogPosition position, Entry entry) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void advance(LogPosition to) {
        position = to;
    }

    @Override
    public Path copy() {
        try {
            return Files.writeString(
                    Files.createTempFile("no", ".copy"), position.term() + "\n" + position.index() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path incoming() {
        try {
            Path fresh = Files.createTempFile("no", ".incoming");
            Files.delete(fresh);
            incoming = fresh;
            return fresh;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void replace(LogPosition atLeast) {
        try {
            Path from = Objects.requireNonNull(incoming);
            List<String> lines = Files.readAllLines(from);
            Files.delete(from);
            position = new LogPosition(Long.parseLong(lines.get(0)), Long.parseLong(lines.get(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Document> document(String name) {
        return Optional.empty();
    }
}
