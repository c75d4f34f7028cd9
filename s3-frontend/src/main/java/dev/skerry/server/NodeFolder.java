package dev.skerry.server;

import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data folders of a node, one for each disk, each with a {@code node.json} that says whose it is. Holding one means
 * that no other process uses any of them.
 *
 * <p>Invariants: all folders name the same node, each knows its place in their order, and the number of slots and of
 * folders never changes, because a slot lives on folder {@code slot mod folders}.
 */
final class NodeFolder implements AutoCloseable {
    static final String FILE_NAME = "node.json";
    private static final int MAX_DESCRIPTION_BYTES = 65_536;

    private final List<Path> folders;
    private final List<Description> descriptions;
    private final String nodeId;

    /** Also of files that were replaced meanwhile: whoever has one of these open must not get its lock. */
    private final List<FileChannel> locks;

    private NodeFolder(List<Path> folders, List<Description> descriptions, String nodeId, List<FileChannel> locks) {
        this.folders = List.copyOf(folders);
        this.nodeId = nodeId;
        this.descriptions = new ArrayList<>(descriptions);
        this.locks = locks;
    }

    /**
     * What {@code node.json} says.
     *
     * @param nodeId the node's name for life
     * @param clusterId the name of the group of nodes it belongs to
     * @param slots how many there are
     * @param disk this folder's place, from 0
     * @param disks how many folders there are
     * @param formed whether that group is a cluster, whose id is for life
     * @param incarnation which of the machines that had the node's id this folder is of, from 0
     * @param formerId what the node was called before that, or null where it was called the same
     */
    record Description(
            String nodeId,
            String clusterId,
            int slots,
            int disk,
            int disks,
            boolean formed,
            int incarnation,
            @Nullable String formerId) {
        Description formedAs(String newId, String formedCluster, int ofIncarnation) {
            return new Description(
                    newId,
                    formedCluster,
                    slots,
                    disk,
                    disks,
                    true,
                    ofIncarnation,
                    newId.equals(nodeId) ? null : nodeId);
        }

        Description at(int otherDisk) {
            return new Description(nodeId, clusterId, slots, otherDisk, disks, formed, incarnation, formerId);
        }

        /** Whether the folder of another disk is of the same node; a formation may have been cut short between them. */
        boolean isSameNode(Description other) {
            return other.nodeId.equals(nodeId) || (!other.formed && other.nodeId.equals(formerId));
        }
    }

    /**
     * Locks the folders and reads who they belong to; folders that are new are made and described first.
     *
     * @param slots how many slots the configuration asks for
     * @param membership who it says this node is
     * @param names makes new ids
     * @throws StartException if they cannot be used
     */
    static NodeFolder open(List<Path> folders, int slots, Membership membership, Supplier<UUID> names) {
        if (folders.size() > slots) {
            throw new StartException("data: " + folders.size() + " folders for " + slots
                    + " slots (expected: at least a slot for each, storage.slots)");
        }
        List<FileChannel> locks = new ArrayList<>();
        try {
            Description ifNew = describe(folders, slots, membership, names);
            List<Description> found = new ArrayList<>();
            List<Path> made = new ArrayList<>();
            checkNoneIsMissing(folders);
            for (int disk = 0; disk < folders.size(); disk++) {
                Path folder = makeFolder(folders.get(disk));
                made.add(folder);
                if (disk == 0) {
                    Description first = openOne(folder, ifNew, locks);
                    checkSlots(folder, first, slots);
                    found.add(first);
                } else {
                    Description expected = found.getFirst().at(disk);
                    Description other = openOne(folder, expected, locks);
                    checkSame(folder, other, expected);
                    found.add(other);
                }
            }
            if (found.isEmpty()) {
                throw new StartException("data: empty (expected: at least one folder)");
            }
            checkDisks(folders.getFirst(), found.getFirst(), folders.size());
            for (int disk = 0; disk < folders.size(); disk++) {
                membership.check(folders.get(disk), found.get(disk));
            }
            return new NodeFolder(made, found, membership.nodeId(found.getFirst()), locks);
        } catch (RuntimeException failure) {
            locks.forEach(NodeFolder::release);
            throw failure;
        }
    }

    /** What new folders say; those that are there already say themselves who they are. */
    private static Description describe(List<Path> folders, int slots, Membership membership, Supplier<UUID> names) {
        boolean known = folders.stream().anyMatch(folder -> Files.exists(folder.resolve(FILE_NAME)));
        String nodeId = known ? "" : membership.newNodeId(() -> names.get().toString());
        return new Description(nodeId, names.get().toString(), slots, 0, folders.size(), false, 0, null);
    }

    /** The folders in their order. */
    List<Path> folders() {
        return folders;
    }

    /** The folder that holds what is there once: the catalog. */
    Path first() {
        return folders.getFirst();
    }

    /** As the configuration calls it, where it is not part of a cluster yet. */
    String nodeId() {
        return nodeId;
    }

    String clusterId() {
        return descriptions.getFirst().clusterId;
    }

    int slots() {
        return descriptions.getFirst().slots;
    }

    /** Which of the machines that had the node's id this one is. */
    int incarnation() {
        return descriptions.getFirst().incarnation;
    }

    /** Whether it is part of a cluster, or has been. */
    boolean formed() {
        return descriptions.getFirst().formed;
    }

    /**
     * Makes it part of a cluster for life, durably; nothing where it is already. A crash may leave this undone on some
     * folders: the next call finishes it.
     *
     * @param incarnation which of the machines that had the node's id the cluster knows
     * @throws StartException if it is part of another cluster, or another machine has taken over the node's id since
     */
    void form(String clusterId, int incarnation) {
        for (int disk = 0; disk < folders.size(); disk++) {
            Description found = descriptions.get(disk);
            if (found.formed && !found.clusterId.equals(clusterId)) {
                throw new StartException("data folder " + folders.get(disk) + ": belongs to the cluster "
                        + found.clusterId + " (expected: " + clusterId
                        + ", which the configuration names; a node cannot change clusters with its data)");
            }
            if (found.formed && found.incarnation < incarnation) {
                throw new StartException("data folder " + folders.get(disk) + ": another machine has taken over the id "
                        + nodeId() + " (expected: an empty folder and an id of its own)");
            }
        }
        for (int disk = 0; disk < folders.size(); disk++) {
            Description found = descriptions.get(disk);
            if (!found.formed) {
                Description formed = found.formedAs(nodeId, clusterId, incarnation);
                replace(folders.get(disk), formed);
                descriptions.set(disk, formed);
            }
        }
    }

    @Override
    public void close() {
        locks.forEach(NodeFolder::release);
    }

    private static Path makeFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                // folders above it are not the server's
                Files.createDirectories(
                        Objects.requireNonNullElse(folder.toAbsolutePath().getParent(), folder));
                Files.createDirectories(folder, OwnerOnly.folder(folder));
            }
            return folder.toAbsolutePath().normalize();
        } catch (AccessDeniedException e) {
            throw new StartException("data folder " + folder + ": cannot be made: permission denied", e);
        } catch (FileAlreadyExistsException e) {
            throw new StartException("data folder " + folder + ": is a file (expected: a folder)", e);
        } catch (IOException e) {
            throw new StartException("data folder " + folder + ": cannot be made: " + e, e);
        }
    }

    private static Description openOne(Path folder, Description ifNew, List<FileChannel> locks) {
        Path file = folder.resolve(FILE_NAME);
        try {
            if (!Files.exists(file)) {
                refuseForeign(folder);
                create(folder, file, ifNew);
            }
            FileChannel locked = lock(folder, file);
            locks.add(locked);
            return read(file, locked);
        } catch (AccessDeniedException e) {
            throw new StartException("data folder " + folder + ": permission denied for " + e.getFile(), e);
        } catch (IOException e) {
            throw new StartException("data folder " + folder + ": " + e, e);
        }
    }

    /** A folder without a description but with slots is one whose description was lost, not a new one. */
    private static void refuseForeign(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(path -> String.valueOf(path.getFileName()))
                    .filter(name ->
                            name.equals("slots") || name.equals("amberblob") || name.equals(Assembly.CATALOG_FILE))
                    .toList();
            if (!names.isEmpty()) {
                throw new StartException("data folder " + folder + ": has " + String.join(", ", names) + " but no "
                        + FILE_NAME + " (expected: an empty folder, or one this server made; other layouts are read by"
                        + " skerry migrate)");
            }
        }
    }

    /** Written beside and moved into place, so that a crash leaves either nothing or all of it. */
    private static void create(Path folder, Path file, Description description) throws IOException {
        Path temporary = writeBeside(folder, description);
        try {
            // a link fails where another process was first, a move would replace its description
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException _) {
            // then theirs holds, and their lock will say so
        } catch (UnsupportedOperationException | AtomicMoveNotSupportedException _) {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(folder);
    }

    /**
     * Moved over the old one, and locked before: nobody can find the new file unlocked, nor get the lock of the old
     * one, which is kept.
     */
    private void replace(Path folder, Description description) {
        try {
            Path temporary = writeBeside(folder, description);
            try {
                locks.add(lock(folder, temporary));
                Files.move(temporary, folder.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            force(folder);
        } catch (IOException e) {
            throw new StartException("data folder " + folder + ": " + FILE_NAME + " cannot be written: " + e, e);
        }
    }

    private static Path writeBeside(Path folder, Description description) throws IOException {
        Path temporary = folder.resolve(FILE_NAME + ".tmp." + UUID.randomUUID());
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                OwnerOnly.file(temporary))) {
            ByteBuffer buffer = ByteBuffer.wrap(NodeJson.write(description));
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        return temporary;
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FileChannel lock(Path folder, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // this very process has it: the same answer
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new StartException("data folder " + folder + ": in use by another skerry process");
    }

    /**
     * Reads through the channel that holds the lock: a process loses its lock when it closes any other one of the file.
     */
    private static Description read(Path file, FileChannel locked) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(locked.size(), MAX_DESCRIPTION_BYTES)));
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = locked.read(bytes, bytes.position());
        }
        return NodeJson.read(Arrays.copyOf(bytes.array(), bytes.position()), file);
    }

    /**
     * A folder without a description beside one that is in use is a disk that is not mounted, and must not be taken for
     * a new one. Only where the first start was cut short, before there was a catalog, the rest may still be made.
     */
    private static void checkNoneIsMissing(List<Path> folders) {
        List<Path> missing = folders.stream()
                .filter(folder -> !Files.exists(folder.resolve(FILE_NAME)))
                .toList();
        boolean begun = missing.size() < folders.size();
        boolean inUse = missing.contains(folders.getFirst())
                || Files.exists(folders.getFirst().resolve(Assembly.CATALOG_FILE));
        if (begun && inUse && !missing.isEmpty()) {
            throw new StartException("data folder " + missing.getFirst() + ": has no " + FILE_NAME + " though others"
                    + " have one (expected: the folders of the first start; is a disk not mounted?)");
        }
    }

    private static void checkSlots(Path folder, Description found, int slots) {
        if (found.slots != slots) {
            throw new StartException("storage.slots: " + slots + " (expected: " + found.slots + ", which is what "
                    + folder + " was made with; the number is fixed for life)");
        }
    }

    private static void checkDisks(Path folder, Description found, int disks) {
        if (found.disks != disks || found.disk != 0) {
            throw new StartException("data: " + disks + " folders beginning with " + folder + " (expected: the same "
                    + found.disks + " folders in the same order as at the first start; this one was number "
                    + (found.disk + 1) + ")");
        }
    }

    private static void checkSame(Path folder, Description found, Description expected) {
        if (!expected.isSameNode(found)) {
            throw new StartException("data folder " + folder + ": belongs to node " + found.nodeId + " (expected: "
                    + expected.nodeId + ", as the first folder)");
        }
        if (found.disk != expected.disk || found.disks != expected.disks || found.slots != expected.slots) {
            throw new StartException("data folder " + folder + ": is number " + (found.disk + 1) + " of "
                    + found.disks + " (expected: number " + (expected.disk + 1) + " of " + expected.disks
                    + ", the order and number of the first start)");
        }
    }

    private static void release(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("lock of a data folder", e);
        }
    }
}
