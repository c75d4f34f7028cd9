package dev.skerry.cluster.raft;

import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.part.OwnerOnly;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * That this node has come to the end of the log its groups shared, in a file beside the logs; it stays for good. From
 * then on the node neither changes anything by that log nor begins it anew: it would not know what it agreed to.
 *
 * @param at where the entry is that ends it
 * @param keepers who keeps the logs that go on
 * @param begun whether the slots that were in service are said to be behind it
 */
record CommonLogEnd(LogPosition at, List<NodeId> keepers, boolean begun) {
    private static final String FILE = "common-log.end";
    private static final String BEGUN = "begun";
    private static final int KEEPERS = 3;

    CommonLogEnd {
        keepers = List.copyOf(keepers);
    }

    /** The same once the slots are said to be behind it. */
    CommonLogEnd hasBegun() {
        return new CommonLogEnd(at, keepers, true);
    }

    /**
     * What the file among these logs says; nothing where there is none.
     *
     * @throws IOException if it cannot be read
     */
    static Optional<CommonLogEnd> read(Path folder) throws IOException {
        try {
            List<String> lines = Files.readAllLines(folder.resolve(FILE), StandardCharsets.UTF_8);
            return Optional.of(new CommonLogEnd(
                    new LogPosition(Long.parseLong(lines.get(0)), Long.parseLong(lines.get(1))),
                    lines.subList(KEEPERS, lines.size()).stream()
                            .map(NodeId::new)
                            .toList(),
                    lines.get(2).equals(BEGUN)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(folder.resolve(FILE) + " is not what was written", e);
        }
    }

    /** Writes the file, whole or not at all. Durable once this returns; blocks. */
    void write(Path folder) throws IOException {
        Path fresh = folder.resolve(FILE + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, OwnerOnly.file(fresh));
        StringBuilder text = new StringBuilder();
        text.append(at.term()).append('\n').append(at.index()).append('\n');
        text.append(begun ? BEGUN : "").append('\n');
        keepers.forEach(node -> text.append(node.value()).append('\n'));
        Files.writeString(fresh, text);
        sync(fresh, StandardOpenOption.WRITE);
        Files.move(fresh, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(folder, StandardOpenOption.READ);
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
