package dev.skerry.cluster.raft;

import dev.skerry.blob.part.OwnerOnly;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The file in which Ratis keeps a log's term, and whom this node voted for in it. Where the disk is full, Ratis puts an
 * empty one in the place of the one that is there: what it could not write it closes all the same, and closing renames.
 * The process goes on by what it has in memory, but after its end nobody knows the votes any more.
 */
final class VoteFile {
    private static final Pattern TERM = Pattern.compile("term=\\d+");
    private static final Pattern VOTED_FOR = Pattern.compile("votedFor=.*");
    private static final String COPY = "votes.copy";

    private final Path folder;
    private final Path file;

    /** The one of the log in that folder, which need not be there. */
    VoteFile(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("current").resolve("raft-meta");
    }

    Path file() {
        return file;
    }

    /** Whether it is there, but empty or cut short. */
    boolean isForgotten() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return !text.endsWith("\n")
                || text.lines().noneMatch(line -> TERM.matcher(line).matches())
                || text.lines().noneMatch(line -> VOTED_FOR.matcher(line).matches());
    }

    /**
     * Where it is forgotten, writes that this node voted for itself, durably: so it gives its vote of that term to
     * nobody else, whoever had it. The log must not be in use.
     *
     * @param term the last that this node was in: the one it may have voted in, or a later one
     */
    void restore(long term, NodeId self) throws IOException {
        if (!isForgotten()) {
            return;
        }
        Properties votes = new Properties();
        votes.setProperty("term", Long.toString(term));
        votes.setProperty("votedFor", self.value());
        Path copy = folder.resolve(COPY);
        Files.deleteIfExists(copy);
        try (FileChannel to = FileChannel.open(
                        copy, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file(copy));
                OutputStream out = Channels.newOutputStream(to)) {
            votes.store(out, null);
            to.force(true);
        }
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel names = FileChannel.open(folder.resolve("current"), StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
