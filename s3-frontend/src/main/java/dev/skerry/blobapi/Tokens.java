package dev.skerry.blobapi;

import dev.skerry.s3.auth.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens and who they stand for. Only their SHA-256 is kept; every one is compared, in time that does not depend
 * on where they differ.
 */
public final class Tokens {
    private record Entry(byte[] sha256, Identity identity) {}

    private final List<Entry> entries;

    /** From the configuration: token to identity. */
    public Tokens(Map<String, Identity> identities) {
        List<Entry> hashed = new ArrayList<>();
        identities.forEach((token, identity) -> {
            if (token.isEmpty()) {
                throw new IllegalArgumentException("token of " + identity.name() + ": empty (expected: a secret)");
            }
            hashed.add(new Entry(sha256(token), identity));
        });
        entries = List.copyOf(hashed);
    }

    /** Whoever the token stands for. */
    public Optional<Identity> identify(String token) {
        byte[] hash = sha256(token);
        @Nullable Identity found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.sha256, hash)) {
                found = entry.identity;
            }
        }
        return Optional.ofNullable(found);
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
