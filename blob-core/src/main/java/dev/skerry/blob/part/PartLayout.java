package dev.skerry.blob.part;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where part files lie: {@code <disk>/slots/<slot>/blobs/<folder>/part.<index:08>.<sha256>}. A slot lives wholly on one
 * disk, number {@code slot mod disks}.
 *
 * @param disks the data folders, in the order they were configured
 */
public record PartLayout(List<Path> disks) {
    public PartLayout {
        disks = List.copyOf(disks);
        if (disks.isEmpty()) {
            throw new IllegalArgumentException("data folders: none (expected: one or more)");
        }
    }

    /** The data folder a slot lives on. */
    public Path disk(SlotId slot) {
        return disks.get(slot.value() % disks.size());
    }

    /** The folder of a slot, which holds its database too. */
    public Path slot(SlotId slot) {
        return disk(slot).resolve("slots").resolve(slot.toString());
    }

    /** The folder of all staged folders of a slot. */
    public Path blobs(SlotId slot) {
        return slot(slot).resolve("blobs");
    }

    /** The folder one write staged its files in. */
    public Path folder(SlotId slot, BlobId folder) {
        return blobs(slot).resolve(folder.value());
    }

    /** The file of a part. */
    public Path file(SlotId slot, PartRef part) {
        return folder(slot, part.place().folder())
                .resolve(fileName(part.place().fileIndex(), part.sha256().hex()));
    }

    static String fileName(int fileIndex, String sha256) {
        return String.format(Locale.ROOT, "part.%08d.%s", fileIndex, sha256);
    }

    static String temporaryName(int fileIndex) {
        return ".tmp." + fileIndex;
    }

    /** The name of a file while it is written again: another one than that of a file being staged. */
    static String restoringName(int fileIndex) {
        return ".tmp.restored." + fileIndex;
    }
}
