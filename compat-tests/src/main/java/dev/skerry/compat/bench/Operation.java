package dev.skerry.compat.bench;

/** What is measured. */
enum Operation {
    /** Writes of keys never written before. */
    PUT,
    /** Writes of one key by all clients. */
    OVERWRITE,
    /** Reads of whole objects, at random among those prepared. */
    GET,
    /** Reads of heads, at random among those prepared. */
    HEAD,
    /** Deletions of objects prepared for it. */
    DELETE,
    /** One page of a thousand keys, from a random key on. */
    LIST,
    /** A first page with a delimiter: nothing but the common prefixes of all listed keys. */
    LIST_PREFIXES,
    /** DeleteObjects with many keys, prepared for it. */
    DELETE_OBJECTS,
    /** A multipart upload from its creation to its completion, one part after the other. */
    MULTIPART;

    private static final int LARGEST_REMOVED = 64 << 10;

    /** Whether the size of objects matters to it. */
    boolean sized() {
        return this != LIST && this != LIST_PREFIXES && this != DELETE_OBJECTS;
    }

    /**
     * Whether a cell of that size says anything that others do not: heads are alike at every size, a deletion and an
     * overwrite differ by whether there are files, and an upload of one part is a write with two more requests.
     *
     * @param smallest of the sizes of the plan
     * @param partBytes of each part of a multipart upload
     */
    boolean worthwhile(int sizeBytes, int smallest, int partBytes) {
        return switch (this) {
            case HEAD -> sizeBytes == smallest;
            case DELETE, OVERWRITE -> sizeBytes <= Math.max(LARGEST_REMOVED, smallest);
            case MULTIPART -> sizeBytes > partBytes;
            case PUT, GET, LIST, LIST_PREFIXES, DELETE_OBJECTS -> true;
        };
    }

    /** Whether it sends bodies of objects, so that it matters whether they are signed. */
    boolean sendsObjects() {
        return this == PUT || this == MULTIPART;
    }
}
