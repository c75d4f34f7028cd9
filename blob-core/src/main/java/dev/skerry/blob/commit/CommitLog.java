package dev.skerry.blob.commit;

import dev.skerry.blob.SlotId;

/**
 * The ordered commands of every slot: the second phase of a write. The first phase, staging bytes, is the
 * {@link dev.skerry.blob.part.PartStore}'s; {@link TwoPhaseWrite} joins the two.
 */
public interface CommitLog extends AutoCloseable {
    /**
     * Applies {@code command} to {@code slot} and waits until it is as durable as its origin asks. Commands of one slot
     * are applied one after the other; a refusal changes nothing. A command that throws may or may not have been
     * applied only where the failure is {@code StorageFault} or the process dies; in all other cases it was not.
     * Blocks; safe for use by many threads.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code InsufficientStorage} if the disk is full, {@code Busy}
     *     if the slot's bounded queue is full or the log is closing, {@code Corrupt} if the slot's database is damaged,
     *     {@code StorageFault} on any other failure of the database
     */
    CommandResult commit(SlotId slot, Command command);

    /** Finishes what is queued and stops. */
    @Override
    void close();
}
