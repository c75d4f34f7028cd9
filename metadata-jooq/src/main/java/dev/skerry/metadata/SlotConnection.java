package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that writes a slot: opened when it is needed, and anew where it had to be given up. Used by the one
 * thread that writes the slot.
 */
final class SlotConnection {
    private static final Logger log = LoggerFactory.getLogger(SlotConnection.class);

    private final SlotId slot;
    private final Source source;
    private @Nullable Open open;

    /** Where connections come from, and who hears of damage. */
    @FunctionalInterface
    interface Source {
        /** Opens one, or takes over the one that is open already. */
        Statements open();

        /** Throws with {@code Quarantined} where the slot is out of service. */
        default void refuseQuarantined() {}

        /** Whether the slot is in service. */
        default boolean inService() {
            return true;
        }

        /**
         * Puts the database that arrived from another node in place of this one, to which nobody is connected as its
         * writer.
         *
         * @param reached how far this one is
         * @param atLeast how far the other must be
         * @return whether it was; not where it is no further
         */
        default boolean replace(LogPosition reached, LogPosition atLeast) {
            throw new UnsupportedOperationException("a slot that follows no log of other nodes is not replaced");
        }

        /** Puts an empty database in place of this one, to which nobody is connected as its writer. */
        default void erase() {
            throw new UnsupportedOperationException("a slot that follows no log of other nodes is not emptied");
        }

        /** Whether the failure says that the database is damaged; then the slot is out of service from now on. */
        default boolean showsDamage(Throwable failure) {
            return false;
        }
    }

    /**
     * A connection, the rows behind it and the mode its commits are in.
     *
     * @param full whether a commit is fsynced
     */
    record Open(Statements statements, SqliteSlotTables tables, boolean full) {}

    SlotConnection(SlotId slot, Source source) {
        this.slot = slot;
        this.source = source;
    }

    /** The connection, in the mode asked for; {@code synchronous} cannot change inside a transaction. */
    Open in(boolean full) {
        Open current = open;
        if (current == null) {
            Statements statements = source.open();
            current = new Open(statements, new SqliteSlotTables(slot, statements), true);
            // from now on somebody closes it, whatever fails next
            open = current;
        }
        if (current.full() != full) {
            current.statements().script("pragma synchronous = " + (full ? "full" : "normal"));
            current = new Open(current.statements(), current.tables(), full);
        }
        open = current;
        return current;
    }

    /** Throws {@link CommitUnknown} where what is on disk is not known. */
    void commit(Open current) {
        try {
            current.statements().commit();
        } catch (StoreException e) {
            rollback(current);
            if (e.failure() instanceof StoreFailure.InsufficientStorage) {
                throw e;
            }
            log.error("commit failed, its outcome is unknown slot={}", slot, e);
            throw new CommitUnknown(new StoreException(
                    new StoreFailure.StorageFault("commit: " + e.failure().message()), e));
        }
    }

    void rollback(Open current) {
        try {
            current.statements().rollback();
        } catch (StoreException e) {
            log.error("rollback failed, opening the database anew slot={}", slot, e);
            close();
        }
    }

    /** Moves the write-ahead log into the file, so that the next start finds none. */
    void checkpoint() {
        Open current = open;
        if (current != null && source.inService()) {
            try {
                current.statements().ask("pragma wal_checkpoint(truncate)");
            } catch (StoreException e) {
                log.warn("checkpoint at the end failed, the next start does it slot={}", slot, e);
            }
        }
    }

    /** The next use opens another one. */
    void close() {
        Open current = open;
        open = null;
        if (current != null) {
            try {
                current.statements().close();
            } catch (StoreException e) {
                log.warn("closing the database failed slot={}", slot, e);
            }
        }
    }

    /** The COMMIT failed and may or may not be on disk. */
    static final class CommitUnknown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient StoreException failure;

        CommitUnknown(StoreException failure) {
            super(failure);
            this.failure = failure;
        }

        /** As a caller hears it. */
        StoreException failure() {
            return failure;
        }
    }
}
