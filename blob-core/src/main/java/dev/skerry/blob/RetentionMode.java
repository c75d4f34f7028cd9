package dev.skerry.blob;

/** How strictly a {@link Retention} binds. */
public enum RetentionMode {
    /** Whoever may bypass it can shorten it, lift it, or delete what it keeps. */
    GOVERNANCE,
    /** Nobody can, until it is over; it can only be made longer. */
    COMPLIANCE
}
