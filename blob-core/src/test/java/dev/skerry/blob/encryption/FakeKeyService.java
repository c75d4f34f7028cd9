package dev.skerry.blob.encryption;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keys in memory: the store's own, and those that tests add. It can be made to fail. */
public final class FakeKeyService implements KeyService {
    private static final String OWN = "";

    private final SecureRandom random = new SecureRandom();
    private final Map<String, byte[]> keys = new TreeMap<>();
    private final Set<String> disabled = new HashSet<>();
    private final AtomicInteger unwrapped = new AtomicInteger();
    private volatile boolean available = true;

    /** A service that has the store's own key and {@code names}. */
    public FakeKeyService(String... names) {
        add(OWN);
        for (String name : names) {
            add(name);
        }
    }

    private void add(String name) {
        byte[] key = new byte[DataKey.LENGTH_BYTES];
        random.nextBytes(key);
        keys.put(name, key);
    }

    /** Takes a key away for good. */
    public void remove(String name) {
        keys.remove(name);
    }

    /** Lets a key be used, or not. */
    public void disable(String name) {
        disabled.add(name);
    }

    /** Whether it can be asked at all. */
    public void available(boolean nowAvailable) {
        available = nowAvailable;
    }

    /** How many data keys it unwrapped. */
    public int unwrapped() {
        return unwrapped.get();
    }

    @Override
    public DataKey newDataKey(@Nullable String keyId, Map<String, String> context) {
        byte[] under = under(keyId, context);
        byte[] plain = new byte[DataKey.LENGTH_BYTES];
        random.nextBytes(plain);
        return new DataKey(plain, KeyWrap.wrap(under, plain, random));
    }

    @Override
    public byte[] unwrap(@Nullable String keyId, byte[] wrapped, Map<String, String> context) {
        byte[] under = under(keyId, context);
        unwrapped.incrementAndGet();
        return KeyWrap.unwrap(under, wrapped)
                .orElseThrow(() -> new StoreException(new StoreFailure.Corrupt("a wrapped key")));
    }

    @Override
    public boolean knows(@Nullable String keyId) {
        return available && keys.containsKey(keyId == null ? OWN : keyId);
    }

    private byte[] under(@Nullable String keyId, Map<String, String> context) {
        if (!available) {
            throw new StoreException(new StoreFailure.KeyServiceUnavailable("it is said to be so"));
        }
        String name = keyId == null ? OWN : keyId;
        byte[] key = keys.get(name);
        if (key == null) {
            throw new StoreException(new StoreFailure.KeyUnknown(keyId));
        }
        if (disabled.contains(name)) {
            throw new StoreException(new StoreFailure.KeyDisabled(keyId));
        }
        return Derivation.key(key, "AES", "context " + new TreeMap<>(context)).getEncoded();
    }
}
