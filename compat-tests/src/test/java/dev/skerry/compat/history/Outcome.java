package dev.skerry.compat.history;

/** What a client was told. */
public enum Outcome {
    /** It happened; of a read: the answer says what was there, or that nothing was. */
    DONE,

    /** Its condition did not hold (412), so nothing happened. */
    MISMATCH,

    /** Its condition asked for a value and nothing was there (404), so nothing happened. */
    MISSING,

    /** It was refused (503, 507, 409): nothing happened, and nothing will. */
    REFUSED,

    /** No answer, or one that leaves it open (500): it may take effect at any later time, or never. */
    UNKNOWN
}
