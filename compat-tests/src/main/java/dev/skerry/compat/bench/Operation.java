package dev.skerry.compat.bench;

/** What is measured. */
enum Operation {
    /** Writes of keys never written before. */
    PUT,
    /** Reads of whole objects, at random among those prepared. */
    GET,
    /** Reads of heads, at random among those prepared. */
    HEAD,
    /** Deletions of objects prepared for it. */
    DELETE,
    /** One page of a thousand keys. */
    LIST;

    /** Whether the size of objects matters to it. */
    boolean sized() {
        return this != LIST;
    }
}
