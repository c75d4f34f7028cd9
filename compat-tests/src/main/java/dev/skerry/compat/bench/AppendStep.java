package dev.skerry.compat.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Appends a body to a file of its own and waits until the disk has it: what a write costs where nothing is shared. */
final class AppendStep implements LoopLimit.Step {
    /** What is written at once, of which the channel makes a copy for each thread. */
    private static final int RUN_BYTES = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer bytes;

    /** A file not there yet, in {@code folder}; closing removes it. */
    AppendStep(Path folder, byte[] bytes) throws IOException {
        this.file = Files.createTempFile(folder, "append", null);
        this.channel = FileChannel.open(file, StandardOpenOption.APPEND);
        this.bytes = ByteBuffer.wrap(bytes);
    }

    @Override
    public void once() throws IOException {
        bytes.rewind();
        while (bytes.hasRemaining()) {
            ByteBuffer run = bytes.slice(bytes.position(), Math.min(bytes.remaining(), RUN_BYTES));
            bytes.position(bytes.position() + channel.write(run));
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.delete(file);
    }
}
