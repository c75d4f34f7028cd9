package dev.skerry.cluster.peer;

import dev.skerry.blob.part.OwnerOnly;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Whole files from node to node, such as the database of a slot for a replica that is too far behind: run by run, and
 * compared with their SHA-256 at the end. Who offers files makes a copy for each who asks, that does not change while
 * it is read. Safe for many threads.
 */
public final class PeerFiles implements AutoCloseable {
    private static final String OPEN = "files-open";
    private static final String READ = "files-read";
    private static final String CLOSE = "files-close";
    private static final int RUN_BYTES = 1024 * 1024;

    private final NodeCalls calls;
    private final Executor threads;
    private final OpenFiles open = new OpenFiles();
    private final Map<String, Offer> offers = new ConcurrentHashMap<>();

    /** Gives files of one kind to other nodes. Methods may block. */
    public interface Offer {
        /**
         * A copy of the file of that name, which nobody changes any more.
         *
         * @throws IOException if there is none, or none can be made
         */
        Path copy(String name) throws IOException;

        /** The copy is no longer needed. */
        void release(Path copy);
    }

    /**
     * Begins to serve at once.
     *
     * @param threads runs what blocks
     */
    public PeerFiles(NodeCalls calls, Executor threads) {
        this.calls = calls;
        this.threads = threads;
        calls.serve(OPEN, request -> run(this::opened, request));
        calls.serve(READ, request -> run(this::read, request));
        calls.serve(CLOSE, request -> run(this::closed, request));
    }

    /** Offers files of a kind from now on, in place of who did before. */
    public void offer(String kind, Offer offer) {
        offers.put(kind, offer);
    }

    /**
     * Fetches a file from another node. Blocks.
     *
     * @param into a file that must not be there; its folder must
     * @throws IOException if the node has none or cannot be reached, or other bytes came than it has; then there is no
     *     file {@code into}
     */
    public void fetch(NodeId node, String kind, String name, Path into) throws IOException {
        byte[] answer = ask(node, OPEN, message(out -> {
            out.writeUTF(kind);
            out.writeUTF(name);
        }));
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(answer))) {
            long id = in.readLong();
            long length = in.readLong();
            String sha256 = in.readUTF();
            try {
                receive(new Remote(node, id, length, sha256), into);
            } finally {
                CompletableFuture<byte[]> _ = calls.transfer(node, CLOSE, message(out -> out.writeLong(id)));
            }
        }
    }

    private record Remote(NodeId node, long id, long length, String sha256) {}

    private void receive(Remote remote, Path into) throws IOException {
        // where there is a file already it is somebody else's, and stays
        FileChannel created = FileChannel.open(
                into, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file(into));
        boolean whole = false;
        try (FileChannel channel = created) {
            MessageDigest digest = sha256();
            for (long at = 0; at < remote.length; ) {
                long from = at;
                byte[] run = ask(remote.node, READ, message(out -> {
                    out.writeLong(remote.id);
                    out.writeLong(from);
                }));
                if (run.length == 0 || run.length > remote.length - at) {
                    throw new IOException("run of " + run.length + " bytes at " + at + " of " + remote.length);
                }
                digest.update(run);
                for (ByteBuffer bytes = ByteBuffer.wrap(run); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
                at += run.length;
            }
            String actual = HexFormat.of().formatHex(digest.digest());
            if (!actual.equals(remote.sha256)) {
                throw new IOException("sha256 " + actual + " (expected: " + remote.sha256 + ")");
            }
            channel.force(true);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(into);
            }
        }
    }

    private byte[] ask(NodeId node, String service, byte[] request) throws IOException {
        try {
            return calls.transfer(node, service, request).get();
        } catch (ExecutionException e) {
            throw new IOException("node " + node.value() + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Something that is written to a message. */
    @FunctionalInterface
    private interface Content {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] message(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.to(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    // the serving side

    /** What answers a request and may block. */
    @FunctionalInterface
    private interface Work {
        byte[] answer(DataInputStream request) throws IOException;
    }

    private CompletableFuture<byte[]> run(Work work, byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        threads.execute(() -> {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(request))) {
                answer.complete(work.answer(in));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private byte[] opened(DataInputStream request) throws IOException {
        String kind = request.readUTF();
        String name = request.readUTF();
        Offer offer = offers.get(kind);
        if (offer == null) {
            throw new IOException("no files of kind " + kind + " here");
        }
        Path copy = offer.copy(name);
        try {
            String sha256 = digest(copy);
            long length = Files.size(copy);
            long id = open.add(copy, () -> offer.release(copy));
            return message(out -> {
                out.writeLong(id);
                out.writeLong(length);
                out.writeUTF(sha256);
            });
        } catch (IOException | RuntimeException e) {
            offer.release(copy);
            throw e;
        }
    }

    private byte[] read(DataInputStream request) throws IOException {
        long id = request.readLong();
        long offset = request.readLong();
        Path copy = open.use(id);
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ)) {
            if (offset < 0 || offset >= channel.size()) {
                throw new IOException("offset " + offset + " of " + channel.size());
            }
            ByteBuffer run = ByteBuffer.allocate((int) Math.min(RUN_BYTES, channel.size() - offset));
            while (run.hasRemaining()) {
                if (channel.read(run, offset + run.position()) < 0) {
                    throw new IOException("the copy became shorter");
                }
            }
            return run.array();
        }
    }

    private byte[] closed(DataInputStream request) throws IOException {
        open.remove(request.readLong());
        return new byte[0];
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer run = ByteBuffer.allocate(RUN_BYTES);
            while (channel.read(run.clear()) >= 0) {
                digest.update(run.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Releases the copies that others still read. */
    @Override
    public void close() {
        open.close();
    }
}
