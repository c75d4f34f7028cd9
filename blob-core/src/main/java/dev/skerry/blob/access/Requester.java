package dev.skerry.blob.access;

/**
 * Who asks for access.
 *
 * @param name as configured; empty for whoever sends no signature
 * @param canonicalId as owners and grants name it; empty for whoever sends no signature
 * @param kind how far it is known
 */
public record Requester(String name, String canonicalId, Kind kind) {
    /** How far a requester is known. */
    public enum Kind {
        /** May do everything, whatever a policy says: nobody can lock it out. */
        UNRESTRICTED,
        /** Proved who it is. */
        IDENTIFIED,
        /** Sends no signature. */
        ANONYMOUS
    }

    /** Whoever sends no signature. */
    public static final Requester ANONYMOUS = new Requester("", "", Kind.ANONYMOUS);

    /** Whether it proved who it is, and is this one. */
    public boolean is(String otherCanonicalId) {
        return kind != Kind.ANONYMOUS && canonicalId.equals(otherCanonicalId);
    }
}
