package dev.skerry.blob.access;

/** Whom a grant is for. */
public sealed interface Grantee {
    /** One identity. */
    record Identity(String canonicalId) implements Grantee {}

    /** Whoever asks, with a signature or without. */
    record Everyone() implements Grantee {}

    /** Whoever asks with a signature. */
    record Authenticated() implements Grantee {}

    /** The service that delivers server access logs; it is no requester, and needs no grant. */
    record LogDelivery() implements Grantee {}

    /** Whether the requester is meant. */
    default boolean includes(Requester requester) {
        return switch (this) {
            case Identity(String canonicalId) -> requester.is(canonicalId);
            case Everyone _ -> true;
            case Authenticated _ -> requester.kind() != Requester.Kind.ANONYMOUS;
            case LogDelivery _ -> false;
        };
    }

    /** Whether this is anyone at all: S3 calls both such groups public. */
    default boolean isPublic() {
        return this instanceof Everyone || this instanceof Authenticated;
    }
}
