package dev.skerry.keys;

import dev.skerry.blob.encryption.DataKey;
import dev.skerry.blob.encryption.KeyService;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key ring and Vault together: the ring has the store's own key, Vault those with names. What the ring wrapped before
 * there was Vault it still unwraps, whatever the name.
 *
 * @param ring for the store's own key
 * @param vault for all others
 */
public record JoinedKeys(RingKeys ring, VaultKeys vault) implements KeyService {
    @Override
    public DataKey newDataKey(@Nullable String keyId, Map<String, String> context) {
        return of(keyId).newDataKey(keyId, context);
    }

    @Override
    public byte[] unwrap(@Nullable String keyId, byte[] wrapped, Map<String, String> context) {
        KeyService wrapper = Wrapping.isOurs(wrapped) ? ring : vault;
        return wrapper.unwrap(keyId, wrapped, context);
    }

    @Override
    public boolean knows(@Nullable String keyId) {
        return of(keyId).knows(keyId);
    }

    private KeyService of(@Nullable String keyId) {
        return keyId == null || keyId.equals(KeyRing.MASTER) ? ring : vault;
    }
}
