package dev.skerry.s3.auth;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Derives the key of a day, region and secret, and keeps the latest ones: four HMACs that most requests share. */
final class SigningKeys {
    private static final int MAX_KEPT = 512;

    private final Map<Derived, SigningKey> kept = new ConcurrentHashMap<>();

    private record Derived(String secret, String date, String region) {
        @Override
        public String toString() {
            return "Derived[" + date + ", " + region + "]";
        }
    }

    /** The key a scope is signed with. */
    SigningKey derive(String secretKey, CredentialScope scope) {
        Derived derived = new Derived(secretKey, scope.date(), scope.region());
        SigningKey known = kept.get(derived);
        if (known != null) {
            return known;
        }
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String step : new String[] {scope.date(), scope.region(), scope.service(), CredentialScope.TERMINAL}) {
            key = Digests.hmac(key, step);
        }
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        SigningKey signing = new SigningKey(key);
        kept.put(derived, signing);
        return signing;
    }
}
