package dev.skerry.s3.auth;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Who may sign requests, and what unsigned ones may do. Replaced as a whole, so every request sees one state of it. */
public final class Identities {
    /** What requests without a signature may do. */
    public enum Anonymous {
        NONE,
        READ,
        WRITE
    }

    /**
     * An access key, its secret, and whose they are. The secret never shows in text.
     *
     * @param accessKey what a request names
     * @param secretKey what it is signed with
     * @param identity who signs with it
     */
    public record Credential(String accessKey, String secretKey, Identity identity) {
        public Credential {
            if (accessKey.isBlank() || secretKey.isBlank()) {
                throw new IllegalArgumentException(
                        "credential of " + identity.name() + ": blank (expected: an access key and a secret key)");
            }
        }

        @Override
        public String toString() {
            return "Credential[" + accessKey + " of " + identity.name() + "]";
        }
    }

    private record State(
            Map<String, Credential> byAccessKey,
            Map<String, Identity> byCanonicalId,
            Map<String, Identity> byEmail,
            Anonymous anonymous) {}

    private volatile State state;

    /** With these; see {@link #replace}. */
    public Identities(Collection<Credential> credentials, Anonymous anonymous) {
        this.state = state(credentials, anonymous);
    }

    /**
     * Puts others in place of all.
     *
     * @throws IllegalArgumentException if two share an access key; then nothing changes
     */
    public void replace(Collection<Credential> credentials, Anonymous anonymous) {
        state = state(credentials, anonymous);
    }

    /** The credential of an access key. */
    public Optional<Credential> byAccessKey(String accessKey) {
        return Optional.ofNullable(state.byAccessKey.get(accessKey));
    }

    /** The identity of a canonical id. */
    public Optional<Identity> byCanonicalId(String canonicalId) {
        return Optional.ofNullable(state.byCanonicalId.get(canonicalId));
    }

    /** The identity of an e-mail address, by any case. */
    public Optional<Identity> byEmail(String email) {
        return Optional.ofNullable(state.byEmail.get(lower(email)));
    }

    /** All identities, each once. */
    public List<Identity> all() {
        return List.copyOf(state.byCanonicalId.values());
    }

    /** What requests without a signature may do. */
    public Anonymous anonymous() {
        return state.anonymous;
    }

    private static State state(Collection<Credential> credentials, Anonymous anonymous) {
        Map<String, Credential> byAccessKey = new HashMap<>();
        Map<String, Identity> byCanonicalId = new HashMap<>();
        Map<String, Identity> byEmail = new HashMap<>();
        for (Credential credential : credentials) {
            if (byAccessKey.put(credential.accessKey(), credential) != null) {
                throw new IllegalArgumentException(
                        "access key: " + credential.accessKey() + " twice (expected: one identity for each)");
            }
            Identity identity = credential.identity();
            byCanonicalId.put(identity.canonicalId(), identity);
            if (!identity.email().isEmpty()) {
                byEmail.put(lower(identity.email()), identity);
            }
        }
        return new State(Map.copyOf(byAccessKey), Map.copyOf(byCanonicalId), Map.copyOf(byEmail), anonymous);
    }

    private static String lower(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}
