package dev.skerry.blob.part;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes one part file again, beside its place and then into it. */
final class PartRestore {
    private final Path folder;
    private final Path file;
    private final PartRef part;

    PartRestore(Path folder, Path file, PartRef part) {
        this.folder = folder;
        this.file = file;
        this.part = part;
    }

    /** Takes the bytes; they are in place, durably, or nothing has changed. */
    void from(PartReader source) {
        Path temporary = folder.resolve(PartLayout.restoringName(part.place().fileIndex()));
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel channel = Folders.createFile(temporary)) {
                copy(source, channel);
                channel.force(false);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            Folders.sync(folder);
            Path parent = folder.getParent();
            if (parent != null) {
                Folders.sync(parent);
            }
        } catch (IOException e) {
            throw DiskFaults.translate("restore " + file, e);
        }
    }

    private void copy(PartReader source, FileChannel channel) throws IOException {
        MessageDigest sha256 = sha256();
        long length = part.storedLengthBytes();
        for (long at = 0; at < length; ) {
            ByteBuffer run = source.read(at, length);
            at += run.remaining();
            sha256.update(run.duplicate());
            while (run.hasRemaining()) {
                channel.write(run);
            }
        }
        String actual = HexFormat.of().formatHex(sha256.digest());
        if (!actual.equals(part.sha256().hex())) {
            throw new StoreException(
                    new StoreFailure.Corrupt(file + ": restored as " + actual + " (expected: " + part.sha256() + ")"));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
