package dev.skerry.blob.part;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One write's folder while it fills. The folder is made with the first file, so that a write that never gets that far
 * leaves nothing.
 */
final class FileStaging implements PartStore.Staging {
    private final FilePartStore.OpenFolder open;
    private final Durability durability;
    private final PendingSync pending;
    private int nextFile;
    private boolean folderMade;
    private boolean entryDurable;
    private boolean kept;
    private boolean closed;
    private @Nullable FilePartWriter writer;

    FileStaging(FilePartStore.OpenFolder open, Durability durability, PendingSync pending) {
        this.open = open;
        this.durability = durability;
        this.pending = pending;
    }

    Path path() {
        return open.path();
    }

    @Override
    public BlobId folder() {
        return open.id();
    }

    @Override
    public PartWriter next(Executor hashing) {
        return begin((staging, number) -> FilePartWriter.creating(staging, number, hashing));
    }

    /** Makes the writer of a file number. */
    @FunctionalInterface
    private interface Opening {
        FilePartWriter open(FileStaging staging, int fileIndex) throws IOException;
    }

    private FilePartWriter begin(Opening opening) {
        if (closed || writer != null) {
            throw new IllegalStateException(
                    "staging " + path() + ": " + (closed ? "closed" : "a part is being written"));
        }
        try {
            if (!folderMade) {
                open.make();
                folderMade = true;
            }
            FilePartWriter opened = opening.open(this, nextFile);
            nextFile++;
            writer = opened;
            return opened;
        } catch (IOException e) {
            throw DiskFaults.translate("stage " + path(), e);
        }
    }

    @Override
    public PartRef adopt(Path file, int index, long offsetBytes, Consumer<ByteBuffer> seen) throws IOException {
        // a link to a symbolic link would be one too
        Path source = file.toRealPath();
        try (FileChannel bytes = FileChannel.open(source, StandardOpenOption.READ);
                FilePartWriter target = begin((staging, number) -> linkOrCreate(source, number))) {
            ByteBuffer buffer = ByteBuffer.allocate(PartRef.BLOCK_BYTES);
            while (bytes.read(buffer.clear()) >= 0) {
                seen.accept(buffer.flip().asReadOnlyBuffer());
                target.write(buffer);
            }
            return target.seal(index, offsetBytes);
        }
    }

    private FilePartWriter linkOrCreate(Path source, int fileIndex) throws IOException {
        try {
            return FilePartWriter.linking(this, fileIndex, source);
        } catch (FileSystemException | UnsupportedOperationException _) {
            // another file system, or one without links
            return FilePartWriter.creating(this, fileIndex, Runnable::run);
        }
    }

    /**
     * Makes a file as durable as was asked, bytes and names, now that it has its final name. The rename comes before
     * all of them, so that a file system with a journal needs to commit it once; the bytes come first, because whoever
     * fsyncs a folder first makes it commit twice.
     */
    void sealed(Path file, FileChannel channel) throws IOException {
        switch (durability) {
            case ALWAYS -> {
                sync(channel);
                Folders.sync(path());
                if (!entryDurable) {
                    Folders.sync(open.parent());
                    entryDurable = true;
                }
            }
            case PERIODIC -> pending.add(file);
            case NONE -> {}
        }
        writer = null;
    }

    /** Makes the bytes of a file durable that will have to be. */
    void sync(FileChannel channel) throws IOException {
        if (durability == Durability.ALWAYS) {
            channel.force(false);
        }
    }

    /** The writer was closed; a new one may be opened. */
    void released(FilePartWriter released) {
        if (writer == released) {
            writer = null;
        }
    }

    @Override
    public void keep() {
        kept = true;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // released last, so that garbage collection never meets a folder that is half gone and not in use
        try (open) {
            closeWriter();
            if (!kept && folderMade) {
                Folders.delete(path());
            }
        } catch (IOException e) {
            throw DiskFaults.translate("abort " + path(), e);
        }
    }

    /** What cannot be closed or deleted is left to garbage collection, which finds it by its age. */
    private void closeWriter() {
        FilePartWriter left = writer;
        if (left != null) {
            left.close();
        }
    }
}
