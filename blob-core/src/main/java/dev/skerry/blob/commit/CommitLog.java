package dev.skerry.blob.commit;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import java.util.ArrayList;
import java.util.List;

/**
 * The ordered commands of every slot: the second phase of a write. The first phase, staging bytes, is the
 * {@link dev.skerry.blob.part.PartStore}'s; {@link TwoPhaseWrite} joins the two.
 */
public interface CommitLog extends AutoCloseable {
    /**
     * Throws with {@code Quarantined} where every commit to the slot would, so that nobody stages bytes for one. Does
     * not block.
     */
    default void refuseQuarantined(SlotId slot) {}

    /**
     * Applies {@code command} to {@code slot} and waits until it is as durable as its origin asks. Commands of one slot
     * are applied one after the other; a refusal changes nothing. A command that throws may or may not have been
     * applied only where the failure is {@code StorageFault} or {@code OutcomeUnknown}, or the process dies; in all
     * other cases it was not. Blocks; safe for use by many threads.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code InsufficientStorage} if the disk is full, {@code Busy}
     *     if the slot's bounded queue is full or the log is closing, {@code Corrupt} if the slot's database is damaged,
     *     {@code Quarantined} once it is known to be, {@code StorageFault} on any other failure of the database
     */
    CommandResult commit(SlotId slot, Command command);

    /**
     * A command and where it goes.
     *
     * @param slot whose rows it changes
     * @param command what is to be done
     */
    record Addressed(SlotId slot, Command command) {}

    /** What became of one command among many. */
    sealed interface Outcome {
        /** It was applied or refused, and is as durable as its origin asks. */
        record Decided(CommandResult result) implements Outcome {}

        /** It failed as {@link #commit} would have thrown. */
        record Failed(StoreException failure) implements Outcome {}
    }

    /**
     * Applies each command as {@link #commit} would, those of one slot in their order. A log may queue all before it
     * waits for any, so that commands of one slot share a commit and slots commit side by side; neither commands of
     * different slots nor those of one are atomic together. Blocks until each is decided or has failed.
     *
     * @return an outcome for each command, in their order
     */
    default List<Outcome> commitAll(List<Addressed> commands) {
        List<Outcome> outcomes = new ArrayList<>(commands.size());
        for (Addressed addressed : commands) {
            try {
                outcomes.add(new Outcome.Decided(commit(addressed.slot(), addressed.command())));
            } catch (StoreException e) {
                outcomes.add(new Outcome.Failed(e));
            }
        }
        return outcomes;
    }

    /** Whether other nodes commit to it too, so that no lock of this process keeps commits apart. */
    default boolean shared() {
        return false;
    }

    /**
     * Whether this node is the one to do what only one should do for the slot, now and as far as it knows. Does not
     * block.
     */
    default boolean leads(SlotId slot) {
        return true;
    }

    /** Finishes what is queued and stops. */
    @Override
    void close();
}
