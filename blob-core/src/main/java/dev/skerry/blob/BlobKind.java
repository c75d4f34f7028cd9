package dev.skerry.blob;

/** What a generation says of its path. */
public enum BlobKind {
    /** It has bytes. */
    LIVE,
    /** It says deleted; S3 shows it as a delete marker. */
    TOMBSTONE
}
