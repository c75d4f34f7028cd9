package dev.skerry.blob.encryption;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the keys that data keys are wrapped under, and never gives them out. Calls block, may come from any number of
 * threads and may be repeated safely. A key is meant by its name; null means the service's own key, which is for what
 * the store encrypts in its own name.
 *
 * <p>Every method but {@link #knows} throws {@link StoreException} with {@code KeyUnknown} where there is no such key,
 * {@code KeyDisabled} where it must not be used at present, and {@code KeyServiceUnavailable} where that cannot be told
 * now and a retry later may succeed.
 */
public interface KeyService {
    /** Knows no key. */
    KeyService NONE = new NoKeys();

    /**
     * Makes a data key and wraps it under the newest version of a key.
     *
     * @param context that the wrapping is bound to: it is unwrapped with the same one only; may be empty
     */
    DataKey newDataKey(@Nullable String keyId, Map<String, String> context);

    /**
     * Unwraps what {@link #newDataKey} wrapped, under whatever version of the key.
     *
     * @return {@link DataKey#LENGTH_BYTES} bytes, the caller's to wipe
     * @throws StoreException with {@code Corrupt} where this is nothing that the key wrapped with that context
     */
    byte[] unwrap(@Nullable String keyId, byte[] wrapped, Map<String, String> context);

    /** Whether there is such a key; where that cannot be told now, no. */
    boolean knows(@Nullable String keyId);

    /** Without any key, every write that asks for one is refused. */
    final class NoKeys implements KeyService {
        private NoKeys() {}

        @Override
        public DataKey newDataKey(@Nullable String keyId, Map<String, String> context) {
            throw new StoreException(new StoreFailure.KeyUnknown(keyId));
        }

        @Override
        public byte[] unwrap(@Nullable String keyId, byte[] wrapped, Map<String, String> context) {
            throw new StoreException(new StoreFailure.KeyUnknown(keyId));
        }

        @Override
        public boolean knows(@Nullable String keyId) {
            return false;
        }
    }
}
