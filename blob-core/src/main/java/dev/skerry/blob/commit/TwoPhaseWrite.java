package dev.skerry.blob.commit;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartStore;
import java.util.function.Function;

/**
 * Prepare, commit, abort. Prepare stages bytes through the {@link PartStore}, which in a cluster reaches every replica;
 * commit is one command in the {@link CommitLog}; abort removes what was staged. Callers see no difference between one
 * node and many.
 */
public final class TwoPhaseWrite {
    private final PartStore parts;
    private final CommitLog log;

    /** Joins the two phases. */
    public TwoPhaseWrite(PartStore parts, CommitLog log) {
        this.parts = parts;
        this.log = log;
    }

    /**
     * Opens the first phase of a write whose files will lie in {@code folder}. Closing it without a commit aborts.
     *
     * @throws StoreException with {@code Quarantined} where the slot is out of service
     */
    public Prepared prepare(SlotId slot, BlobId folder, Durability durability) {
        log.refuseQuarantined(slot);
        return new Prepared(slot, parts.stage(slot, folder, durability));
    }

    /** Commits a command that refers to no staged files. */
    public CommandResult commit(SlotId slot, Command command) {
        return log.commit(slot, command);
    }

    /** A write between its two phases. Used by one thread at a time. */
    public final class Prepared implements AutoCloseable {
        private final SlotId slot;
        private final PartStore.Staging staging;

        private Prepared(SlotId slot, PartStore.Staging staging) {
            this.slot = slot;
            this.staging = staging;
        }

        /** Where the bytes go. */
        public PartStore.Staging staging() {
            return staging;
        }

        /**
         * The second phase. The files stay if the command was applied, or if that is unknown; they go if it was
         * refused, was a replay, or was never applied because the log is busy or full. Refused with
         * {@code BucketChanged} they stay, and this may be called again with the command made anew.
         *
         * @param command made from the folder's id
         * @param refersToFiles whether a result of this kind refers to the files staged
         */
        public CommandResult commit(Command command, Function<CommandResult, Boolean> refersToFiles) {
            staging.keep();
            CommandResult result = commitOrDiscard(command);
            if (!refersToFiles.apply(result) && !isToBeMadeAnew(result)) {
                parts.discard(slot, staging.folder());
            }
            return result;
        }

        private static boolean isToBeMadeAnew(CommandResult result) {
            return result instanceof CommandResult.Refused(StoreFailure.BucketChanged _);
        }

        private CommandResult commitOrDiscard(Command command) {
            try {
                return log.commit(slot, command);
            } catch (StoreException e) {
                // After any other failure the log promises that the command was not applied.
                if (!(e.failure() instanceof StoreFailure.StorageFault
                        || e.failure() instanceof StoreFailure.OutcomeUnknown)) {
                    discardAfter(e);
                }
                throw e;
            }
        }

        private void discardAfter(StoreException failed) {
            try {
                parts.discard(slot, staging.folder());
            } catch (StoreException e) {
                failed.addSuppressed(e);
            }
        }

        /** Aborts, unless {@link #commit} was called. */
        @Override
        public void close() {
            staging.close();
        }
    }
}
