package dev.skerry.s3.auth;

import dev.skerry.blob.access.Requester;

/**
 * Who asks.
 *
 * @param name in the configuration; {@code anonymous} for unsigned requests
 * @param displayName S3 shows it as the owner's display name
 * @param canonicalId S3 shows it as the owner's id
 * @param email for grants by e-mail; may be empty
 * @param kind what the identity may do by its nature
 */
public record Identity(String name, String displayName, String canonicalId, String email, Kind kind) {
    /** What an identity may do by its nature. */
    public enum Kind {
        /** Everything. */
        ROOT,
        /** Its own buckets. */
        USER,
        /** What anonymous requests are allowed. */
        ANONYMOUS
    }

    /** Whoever sends no signature. */
    public static final Identity ANONYMOUS = new Identity("anonymous", "", "anonymous", "", Kind.ANONYMOUS);

    /** The same to decisions on access. */
    public Requester requester() {
        return switch (kind) {
            case ROOT -> new Requester(name, canonicalId, Requester.Kind.UNRESTRICTED);
            case USER -> new Requester(name, canonicalId, Requester.Kind.IDENTIFIED);
            case ANONYMOUS -> Requester.ANONYMOUS;
        };
    }
}
