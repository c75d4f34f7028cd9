package dev.skerry.blob.access;

/** An answer, and why. */
public sealed interface AccessDecision {
    /** In a few words, for the log. */
    String reason();

    /** It may. */
    record Allowed(String reason) implements AccessDecision {}

    /**
     * It may not.
     *
     * @param explicit whether a policy says so, rather than nothing allowing it
     */
    record Denied(String reason, boolean explicit) implements AccessDecision {}

    /** Whether the request goes on. */
    default boolean allowed() {
        return this instanceof Allowed;
    }
}
