package dev.skerry.blob.commit;

/** The rules of a slot: applies commands to its rows. Deterministic: the same commands in the same order, the same rows. */
public final class SlotMachine {
    /** Applies one command inside the transaction behind {@code tables}. A refusal leaves the tables untouched. */
    public CommandResult apply(SlotTables tables, Command command) {
        throw new UnsupportedOperationException("rules: " + tables + ", " + command);
    }
}
