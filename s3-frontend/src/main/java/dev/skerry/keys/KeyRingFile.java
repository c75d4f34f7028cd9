package dev.skerry.keys;

import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The file of a key ring. It is replaced as a whole, written beside and moved into place, so that readers and a crash
 * see the ring of before or of after; who changes it holds the lock of a file beside it. All methods block, and throw
 * {@link KeyRingException} where the file cannot be used.
 */
public final class KeyRingFile {
    /** A thousand keys of a dozen versions; enough to refuse what is no key ring before it is read. */
    private static final int MAX_FILE_BYTES = 4 * 1024 * 1024;

    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path file;
    private final InstantSource clock;
    private final SecureRandom random;

    /** The key ring in a file, which need not be there yet; {@code clock} and {@code random} are for new keys. */
    public KeyRingFile(Path file, InstantSource clock, SecureRandom random) {
        this.file = file.toAbsolutePath().normalize();
        this.clock = clock;
        this.random = random;
    }

    /** By what one sees that a file is another than before. */
    record Stamp(
            FileTime modified, long sizeBytes, @Nullable Object fileKey) {}

    /** Refuses a key ring that lies in a data folder, where whoever takes the data takes the keys along. */
    public KeyRingFile requireOutside(List<Path> dataFolders) {
        Path real = real(file);
        for (Path folder : dataFolders) {
            if (real.startsWith(real(folder.toAbsolutePath().normalize()))) {
                throw new KeyRingException("encryption.key_ring: " + file + " lies in the data folder " + folder
                        + " (expected: a place of its own, and a backup of its own)");
            }
        }
        return this;
    }

    /** With the links of what is there followed. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException _) {
            Path parent = path.getParent();
            return parent == null ? path : real(parent).resolve(path.getFileName());
        }
    }

    /** Reads it. */
    public KeyRing read() {
        try {
            requirePrivate();
            return KeyRingText.read(bytes());
        } catch (KeyRingException e) {
            throw new KeyRingException("key ring " + file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new KeyRingException("key ring " + file + ": is not there", e);
        } catch (IOException e) {
            throw new KeyRingException("key ring " + file + ": cannot be read: " + e, e);
        }
    }

    /** Reads it, or makes one with nothing but a new master key where there is none. */
    public KeyRing readOrMake() {
        return Files.exists(file) ? read() : change(ring -> ring);
    }

    /** Replaces it by another made of it, which is given back. Where there is none yet, one is made first. */
    public KeyRing change(UnaryOperator<KeyRing> change) {
        try {
            Path folder = Objects.requireNonNull(file.getParent(), "an absolute path has a folder");
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, OwnerOnly.folder(folder));
            }
            Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(
                            lockFile,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            OwnerOnly.file(lockFile));
                    FileLock lock = channel.lock()) {
                Objects.requireNonNull(lock);
                boolean there = Files.exists(file);
                KeyRing before = there ? read() : KeyRing.make(clock.instant(), random);
                KeyRing after = change.apply(before);
                if (!there || !after.equals(before)) {
                    replace(KeyRingText.write(after));
                }
                return after;
            }
        } catch (OverlappingFileLockException e) {
            throw new KeyRingException("key ring " + file + ": is being changed by this very process", e);
        } catch (IOException e) {
            throw new KeyRingException("key ring " + file + ": cannot be written: " + e, e);
        }
    }

    /** Of the file as it is; null where there is none. */
    @Nullable
    Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException _) {
            return null;
        }
    }

    private void requirePrivate() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> open = EnumSet.copyOf(FOR_OTHERS);
        open.retainAll(view.readAttributes().permissions());
        if (!open.isEmpty()) {
            throw new KeyRingException("is open to " + open + " (expected: to its owner alone, as by chmod 600)");
        }
    }

    private byte[] bytes() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new KeyRingException("has more than " + MAX_FILE_BYTES + " bytes (expected: a key ring)");
            }
            return bytes;
        }
    }

    private void replace(byte[] bytes) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file;
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp." + UUID.randomUUID());
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    OwnerOnly.file(temporary))) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
            Arrays.fill(bytes, (byte) 0);
        }
        try (FileChannel folder = FileChannel.open(
                Objects.requireNonNull(target.getParent(), "an absolute path has a folder"), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
