package dev.skerry.keys;

import dev.skerry.blob.encryption.DataKey;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.keys.KeyRing.NamedKey;
import dev.skerry.keys.KeyRing.Version;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a key ring file. The file is looked at again every few seconds, and at once where a key or version is
 * asked for that the ring in use does not have: what {@code skerry keys} changes holds without a restart. A file that
 * cannot be used leaves the ring in use standing.
 */
public final class RingKeys implements KeyService {
    private static final Logger log = LoggerFactory.getLogger(RingKeys.class);
    private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final KeyRingFile file;
    private final SecureRandom random;
    private final LongSupplier nanos;
    private final AtomicBoolean looking = new AtomicBoolean();

    // replaced by whoever looks
    private volatile Seen seen;

    /**
     * What was found when the file was looked at.
     *
     * @param ring the last that could be used
     * @param stamp of the file it was, or that could not be used
     */
    private record Seen(KeyRing ring, KeyRingFile.@Nullable Stamp stamp, long atNanos) {}

    /**
     * The keys of a file, which is made where there is none.
     *
     * @param random makes data keys and salts
     * @param nanos a clock that never goes back
     * @throws KeyRingException where the file cannot be used
     */
    public RingKeys(KeyRingFile file, SecureRandom random, LongSupplier nanos) {
        this.file = file;
        this.random = random;
        this.nanos = nanos;
        KeyRing ring = file.readOrMake();
        this.seen = new Seen(ring, file.stamp(), nanos.getAsLong());
    }

    @Override
    public DataKey newDataKey(@Nullable String keyId, Map<String, String> context) {
        NamedKey key = enabled(keyId);
        byte[] plain = new byte[DataKey.LENGTH_BYTES];
        random.nextBytes(plain);
        return new DataKey(plain, Wrapping.wrap(key.name(), key.newest(), context, plain, random));
    }

    @Override
    public byte[] unwrap(@Nullable String keyId, byte[] wrapped, Map<String, String> context) {
        if (!Wrapping.isOurs(wrapped)) {
            throw new StoreException(new StoreFailure.Corrupt("a data key that no key ring wrapped"));
        }
        NamedKey key = enabled(keyId);
        int number = Wrapping.version(wrapped);
        Version version = key.version(number)
                .or(() -> look().key(key.name()).flatMap(again -> again.version(number)))
                .orElseThrow(
                        () -> new StoreException(new StoreFailure.KeyUnknown(key.name() + " of version " + number)));
        try {
            return Wrapping.unwrap(key.name(), version, context, wrapped);
        } catch (GeneralSecurityException e) {
            throw new StoreException(
                    new StoreFailure.Corrupt("a data key that key " + key.name() + " of version " + number
                            + " did not wrap: another key ring did, or it is damaged"),
                    e);
        }
    }

    @Override
    public boolean knows(@Nullable String keyId) {
        return find(keyId).isPresent();
    }

    private NamedKey enabled(@Nullable String keyId) {
        NamedKey key = find(keyId).orElseThrow(() -> new StoreException(new StoreFailure.KeyUnknown(keyId)));
        if (!key.enabled()) {
            throw new StoreException(new StoreFailure.KeyDisabled(key.name()));
        }
        return key;
    }

    private Optional<NamedKey> find(@Nullable String keyId) {
        String name = keyId == null ? KeyRing.MASTER : keyId;
        return ring().key(name).or(() -> look().key(name));
    }

    private KeyRing ring() {
        Seen now = seen;
        return nanos.getAsLong() - now.atNanos < LOOK_EVERY_NANOS ? now.ring : look();
    }

    /** One thread looks, all others go on with what was seen before. */
    private KeyRing look() {
        if (!looking.compareAndSet(false, true)) {
            return seen.ring;
        }
        try {
            Seen before = seen;
            KeyRingFile.Stamp stamp = file.stamp();
            KeyRing ring = stamp == null || stamp.equals(before.stamp) ? before.ring : readAgain(before.ring);
            if (stamp == null && before.stamp != null) {
                log.warn("key ring {}: is gone, the one in use stays until the server ends", file);
            }
            // the stamp of a useless file is kept too, so that one complaint is enough
            seen = new Seen(ring, stamp, nanos.getAsLong());
            return ring;
        } finally {
            looking.set(false);
        }
    }

    private KeyRing readAgain(KeyRing before) {
        try {
            KeyRing ring = file.read();
            log.info(
                    "key ring {}: its changes are taken up keys={}",
                    file,
                    ring.keys().size());
            return ring;
        } catch (KeyRingException e) {
            log.error("the key ring in use stays: {}", e.getMessage());
            return before;
        }
    }
}
