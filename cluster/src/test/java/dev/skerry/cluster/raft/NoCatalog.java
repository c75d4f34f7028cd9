package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Of nodes that share slots only: nothing is ever written to it, but it can be compared. */
final class NoCatalog implements CatalogReplica {
    /** What it has that the others have not, until another's copy takes its place; null for nothing. */
    volatile @Nullable String strange;

    /** Whether a row cannot be read, until then. */
    volatile boolean damaged;

    private volatile LogPosition position = LogPosition.START;
    private volatile @Nullable Path incoming;

    @Override
    public LogPosition position() {
        return position;
    }

    @Override
    public @Nullable Result apply(LogPosition at, Entry entry) {
        if (!(entry instanceof Entry.Compare)) {
            throw new UnsupportedOperationException(entry.toString());
        }
        if (!position.isBefore(at)) {
            return null;
        }
        position = at;
        if (damaged) {
            return new Result.Refused(new StoreFailure.Corrupt("a row"));
        }
        RowDigest.Sum sum = new RowDigest.Sum();
        String more = strange;
        if (more != null) {
            sum.add(new byte[0], List.of(more));
        }
        return new Result.Digested(sum.done());
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
            LogPosition there = new LogPosition(Long.parseLong(lines.get(0)), Long.parseLong(lines.get(1)));
            if (there.isBefore(atLeast)) {
                throw new StoreException(new StoreFailure.Busy("it is not as far"));
            }
            if (!there.isBefore(position)) {
                position = there;
                strange = null;
                damaged = false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Document> document(String name) {
        return Optional.empty();
    }
}
