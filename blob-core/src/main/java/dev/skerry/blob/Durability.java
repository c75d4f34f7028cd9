package dev.skerry.blob;

/** When a write counts as done. */
public enum Durability {
    /** Data and metadata are fsynced before the write is acknowledged. */
    ALWAYS,
    /** They are fsynced within the configured interval or number of bytes: a power cut loses at most those. */
    PERIODIC,
    /** The operating system writes when it likes: a power cut may lose anything since, a process crash nothing. */
    NONE
}
