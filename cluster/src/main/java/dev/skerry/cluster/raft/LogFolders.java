package dev.skerry.cluster.raft;

import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.util.FileUtils;

/**
 * Where the logs of this node are: a folder for each group, which Ratis fills. It would take up by itself what it finds
 * there, but know of members only what a leader once wrote: nodes that all went before they had one would wait for each
 * other for ever. So the folders lie aside until their members are named.
 */
final class LogFolders {
    private static final Pattern GROUP = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String ASIDE = "aside-";
    private static final String ENTERED = "entered-";

    private final Path folder;

    /** Those whose files were read through, which takes long and is asked more than once. */
    private final Set<RaftGroupId> whole = ConcurrentHashMap.newKeySet();

    /** Puts the logs there are aside; makes the folder where it is not there. */
    LogFolders(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder, OwnerOnly.folder(folder));
        List<Path> logs;
        try (Stream<Path> found = Files.list(folder)) {
            logs = found.filter(
                            path -> GROUP.matcher(path.getFileName().toString()).matches())
                    .toList();
        }
        for (Path log : logs) {
            Files.move(log, folder.resolve(ASIDE + log.getFileName()));
        }
    }

    /** Where a group's log is while it is in use. */
    Path of(RaftGroupId group) {
        return folder.resolve(group.getUuid().toString());
    }

    private Path aside(RaftGroupId group) {
        return folder.resolve(ASIDE + group.getUuid());
    }

    /** Puts a group's log where it is used, if there is one, without what was never written to it whole. */
    void use(RaftGroupId group) throws IOException {
        if (Files.isDirectory(aside(group))) {
            LogFile.settle(aside(group));
            Files.move(aside(group), of(group));
        }
    }

    /** Whether there is anything of a group's log in {@code folder}, in use or not. */
    static boolean anything(Path folder, RaftGroupId group) {
        return Stream.of("", ASIDE, ENTERED).anyMatch(kind -> Files.exists(folder.resolve(kind + group.getUuid())));
    }

    /** Whether there is a log of a group in {@code folder} that was not taken up since the start. */
    static boolean liesAside(Path folder, RaftGroupId group) {
        return Files.isDirectory(folder.resolve(ASIDE + group.getUuid()));
    }

    /** Whether there is a log of a group in {@code folder}, in use or not. */
    static boolean isThere(Path folder, RaftGroupId group) {
        return Stream.of("", ASIDE).anyMatch(kind -> Files.isDirectory(folder.resolve(kind + group.getUuid())));
    }

    private Path mark(RaftGroupId group) {
        return folder.resolve(ENTERED + group.getUuid());
    }

    /** Whether the group was entered without knowing its members, so that its log alone names them. */
    boolean isEntered(RaftGroupId group) {
        return Files.exists(mark(group));
    }

    /** Says so for this start and later ones. */
    void markEntered(RaftGroupId group) throws IOException {
        Path mark = mark(group);
        if (!Files.exists(mark)) {
            Files.createFile(mark, OwnerOnly.file(mark));
        }
    }

    /** Deletes what there is of a group's log, which is not in use. */
    void delete(RaftGroupId group) throws IOException {
        FileUtils.deleteFully(of(group).toFile());
        FileUtils.deleteFully(aside(group).toFile());
        Files.deleteIfExists(mark(group));
    }

    /**
     * Why a log that lies aside is no use: it does not say whom this node voted for, as a full disk leaves it, or one
     * of its files is {@link LogFile damaged}. Nothing where it is whole, or there is none.
     *
     * @param applied the index up to which the databases have what the log has
     */
    Optional<String> uselessAside(RaftGroupId group, long applied) throws IOException {
        if (new VoteFile(aside(group)).isForgotten()) {
            return Optional.of("it does not say whom this node voted for");
        }
        for (LogFile file : whole.contains(group) ? List.<LogFile>of() : LogFile.of(aside(group))) {
            if (file.isDamaged(applied)) {
                return Optional.of(file + " is damaged");
            }
        }
        whole.add(group);
        return Optional.empty();
    }
}
