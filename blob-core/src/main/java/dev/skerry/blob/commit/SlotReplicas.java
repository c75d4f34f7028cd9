package dev.skerry.blob.commit;

import dev.skerry.blob.SlotId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * This node's copies of slots whose log is kept elsewhere: they are changed by what that log has decided, in its order,
 * and know how far they are. Safe for use by many threads.
 */
public interface SlotReplicas {
    /** How far the slot is: it has applied the entry there, and all of its own before. Survives a restart. */
    LogPosition position(SlotId slot);

    /**
     * How an entry fares. Neither fails for what a command says, which is a refusal; where the disk or the database
     * fails, the slot applies nothing more until that is mended, and they stay open.
     *
     * @param results one for each command, in the order of the calls for the slot, and before reads see what they did;
     *     null of an entry that the slot had applied already
     * @param seen done once reads see what the commands did
     */
    record Application(CompletableFuture<@Nullable List<CommandResult>> results, CompletableFuture<Void> seen) {}

    /**
     * Applies the entry at {@code position} to the slot: its commands one after the other, all of them or none.
     * Positions given for a slot ascend; the next may be given before the one before it is done. An entry that the slot
     * has applied already changes nothing. Results come as soon as they are known; until reads see what was done it may
     * take a moment, in which entries share a transaction, and which {@link #hurry} ends. Durable only after
     * {@link #sync}: until then it is the log that keeps an entry. Does not block.
     */
    Application apply(SlotId slot, LogPosition position, List<Command> commands);

    /** The same where nobody waits for the results either: the whole entry may be put off for that moment. */
    Application applyLater(SlotId slot, LogPosition position, List<Command> commands);

    /** Has reads see soon what the slot was given. Does not block. */
    void hurry(SlotId slot);

    /**
     * Makes durable what the slot has applied, and that it has applied everything of its own up to there:
     * {@link #position} is no less from now on. Blocks; nothing is applied to the slot meanwhile.
     *
     * @throws dev.skerry.blob.failure.StoreException if the disk or the database fails
     */
    void sync(SlotId slot, LogPosition upTo);

    /** Whether the slot is in service. One that is not applies nothing; what it is given waits. */
    boolean inService(SlotId slot);

    /**
     * Writes all that the slot has applied into a file of its own, which nobody changes; whoever asked deletes it.
     * Blocks, but not those who apply or read.
     *
     * @throws dev.skerry.blob.failure.StoreException if the slot is out of service, or the disk or the database fails
     */
    Path copy(SlotId slot);

    /** Where a {@link #copy} of another node is put before {@link #replace}; what was there is gone. */
    Path incoming(SlotId slot);

    /**
     * Goes on with what was put at {@link #incoming} in place of what there is, where it is further or the slot is out
     * of service; the slot is in service then. It is checked before; a crash leaves the one or the other. Blocks, and
     * holds readers up for a moment.
     *
     * @param atLeast how far it must be
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if it is damaged, {@code Busy} if it is not
     *     as far, or if the disk fails; then nothing was replaced
     */
    void replace(SlotId slot, LogPosition atLeast);

    /**
     * Empties the slot, which no log changes any more here: {@link #position} is its start then. Durable; a crash
     * leaves the one or the other. Blocks, and holds readers up for a moment.
     *
     * @throws dev.skerry.blob.failure.StoreException if the disk fails
     */
    void erase(SlotId slot);

    /**
     * Adds up what the slot holds once everything is applied that was given before this call, and nothing after it; the
     * slot goes on meanwhile.
     *
     * @return fails with {@code Corrupt} where a row is not what was written, with {@code Busy} where one is under way
     *     already or the slot is being closed or replaced, otherwise as reads fail. Of a slot that is out of service it
     *     stays open until that is mended.
     */
    CompletableFuture<RowDigest> digest(SlotId slot);

    /** Takes the slot out of service, until another node's copy takes its place; survives a restart. */
    void setAside(SlotId slot, String reason);
}
