package dev.skerry.compat.history;

/** What an operation asks of its key. */
public enum Action {
    /** GET, HEAD, or being looked for in a list. */
    READ,

    /** PUT of a value. */
    WRITE,

    /** PUT of a value with {@code If-None-Match: *}. */
    CREATE,

    /** PUT of a value with {@code If-Match} of another. */
    SWAP,

    /** DELETE. */
    DELETE,

    /** DELETE with {@code If-Match} of a value. */
    DELETE_MATCHING
}
