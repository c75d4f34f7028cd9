package dev.skerry.http;

import dev.skerry.blob.PartRef;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.Semaphore;

/**
 * The memory of answers: outside of the heap for the bytes of blobs, which go from disk to socket without a copy on the
 * way; of the heap a budget for documents, which are made as a whole.
 *
 * <p>Answers whose clients keep up borrow from {@link #SHARED_BYTES} and have two runs under way each: one is read
 * while the other is sent. Where nothing is left to borrow, or its client is slow, an answer has one block at a time of
 * its own. So all of them together hold at most the shared bytes and a block for each answer under way. Safe for many
 * threads.
 */
public final class AnswerMemory {
    /** The longest run; a multiple of a block. */
    static final int RUN_BYTES = 2 * PartRef.BLOCK_BYTES;

    /** What fast answers share. */
    static final int SHARED_BYTES = 16 * 1024 * 1024;

    /** Of the heap, a third. */
    private static final int DOCUMENTS_SHARE = 3;

    private static final int PAGE_BYTES = 8 * 1024;
    private static final int CHUNK_PAGES_LOG2 = 8;

    /** One arena of chunks of 2 MiB, given back when empty; no caches of threads, which here come and go. */
    private final PooledByteBufAllocator pool =
            new PooledByteBufAllocator(true, 0, 1, PAGE_BYTES, CHUNK_PAGES_LOG2, 0, 0, false);

    private final Semaphore shared = new Semaphore(SHARED_BYTES);

    private final MemoryBudget documents = new MemoryBudget(Runtime.getRuntime().maxMemory() / DOCUMENTS_SHARE);

    /** What long documents take of the heap, from the reading of their rows until they are out. */
    MemoryBudget documents() {
        return documents;
    }

    /** Borrows from the shared bytes, or does nothing and returns false where fewer are left. Never waits. */
    boolean borrow(int bytes) {
        return shared.tryAcquire(bytes);
    }

    /** Gives back what was borrowed. */
    void giveBack(int bytes) {
        shared.release(bytes);
    }

    /** A buffer to be released; whether it was borrowed or is the answer's own is the caller's to know. */
    ByteBuf buffer(int bytes) {
        return pool.directBuffer(bytes, bytes);
    }

    /** What is taken from the system now. */
    public long reservedBytes() {
        return pool.metric().usedDirectMemory();
    }

    /** How much of the shared bytes is borrowed now. */
    public int borrowedBytes() {
        return SHARED_BYTES - shared.availablePermits();
    }
}
