package dev.skerry.cluster.parts;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartReader;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What this node does with its own parts for other nodes. */
final class PartService implements AutoCloseable {
    private final FilePartStore local;
    private final Executor threads;
    private final ForeignStagings stagings;

    PartService(FilePartStore local, ReplicationSettings settings, Executor threads) {
        this.local = local;
        this.threads = threads;
        this.stagings = new ForeignStagings(local, settings);
    }

    /** An answer that is worked out by a thread that may block. */
    @FunctionalInterface
    private interface Work {
        byte[] answer(byte[] request) throws IOException;
    }

    void register(NodeCalls calls) {
        calls.serve(PartMessages.STAGE, request -> run(this::stage, request));
        calls.serve(PartMessages.READ, request -> run(this::read, request));
        calls.serve(PartMessages.DISCARD, request -> run(this::discard, request));
    }

    private CompletableFuture<byte[]> run(Work work, byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                answer.complete(work.answer(request));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private byte[] stage(byte[] request) throws IOException {
        return StagingBatch.encode(stagings.take(StagingBatch.decode(request)));
    }

    private byte[] read(byte[] request) throws IOException {
        PartMessages.Read read = PartMessages.Read.decode(request);
        PartRef part = read.part();
        if (read.from() < 0
                || read.from() >= read.toExclusive()
                || read.toExclusive() > part.storedLengthBytes()
                || read.toExclusive() - read.from() > RemotePartReader.FETCH_BYTES) {
            throw new IOException("range " + read.from() + ".." + read.toExclusive() + " of a part");
        }
        ByteBuffer all = ByteBuffer.allocate((int) (read.toExclusive() - read.from()));
        try (PartReader reader = local.open(read.slot(), part)) {
            while (all.hasRemaining()) {
                all.put(reader.read(read.from() + all.position(), read.toExclusive()));
            }
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Corrupt) {
                return PartMessages.none();
            }
            throw e;
        }
        return PartMessages.some(all.array());
    }

    private byte[] discard(byte[] request) throws IOException {
        PartMessages.Discard discard = PartMessages.Discard.decode(request);
        local.discard(discard.slot(), discard.folder());
        return new byte[0];
    }

    @Override
    public void close() {
        stagings.close();
    }
}
