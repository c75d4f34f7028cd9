package dev.skerry.keys;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Named keys with every version each ever had. Nothing is ever taken out of a ring: whatever was wrapped with a version
 * is lost without it. New data keys are wrapped with the newest version of a key.
 *
 * @param keys by name; there is always the {@link #MASTER}
 */
public record KeyRing(Map<String, NamedKey> keys) {
    /** The key that stands where nobody names one: the master secret of encryption with managed keys. */
    public static final String MASTER = "aws/s3";

    /** The most keys a ring has. */
    static final int MAX_KEYS = 1000;

    /** The most versions a key has. */
    static final int MAX_VERSIONS = 1000;

    /** How long a secret is. */
    static final int SECRET_BYTES = 32;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}");

    public KeyRing {
        keys = Collections.unmodifiableMap(new TreeMap<>(keys));
        if (!keys.containsKey(MASTER)) {
            throw new KeyRingException("key ring: no key " + MASTER + " (expected: the master key)");
        }
        if (keys.size() > MAX_KEYS) {
            throw new KeyRingException("key ring: " + keys.size() + " keys (expected: at most " + MAX_KEYS + ")");
        }
    }

    /**
     * A key.
     *
     * @param name as requests name it
     * @param enabled whether it may be used, to read as well as to write
     * @param versions by ascending number, from 1 without a gap
     */
    public record NamedKey(String name, boolean enabled, List<Version> versions) {
        public NamedKey {
            versions = List.copyOf(versions);
            requireName(name);
            if (versions.isEmpty() || versions.size() > MAX_VERSIONS) {
                throw new KeyRingException(
                        "key " + name + ": " + versions.size() + " versions (expected: 1.." + MAX_VERSIONS + ")");
            }
            for (int i = 0; i < versions.size(); i++) {
                if (versions.get(i).number() != i + 1) {
                    throw new KeyRingException(
                            "key " + name + ": version " + versions.get(i).number() + " (expected: " + (i + 1) + ")");
                }
            }
        }

        /** What new data keys are wrapped with. */
        public Version newest() {
            return versions.getLast();
        }

        /** The version of that number, if there is one. */
        Optional<Version> version(int number) {
            return number < 1 || number > versions.size() ? Optional.empty() : Optional.of(versions.get(number - 1));
        }

        private NamedKey withVersion(Version version) {
            List<Version> all = new ArrayList<>(versions);
            all.add(version);
            return new NamedKey(name, enabled, all);
        }

        private NamedKey withEnabled(boolean newEnabled) {
            return new NamedKey(name, newEnabled, versions);
        }
    }

    /** One secret of a key, its number and when it was made. */
    public record Version(int number, Instant createdAt, byte[] secret) {
        public Version {
            if (secret.length != SECRET_BYTES) {
                throw new KeyRingException("version " + number + ": a secret of " + secret.length + " bytes (expected: "
                        + SECRET_BYTES + ")");
            }
            secret = secret.clone();
        }

        /** A copy, the caller's to wipe. */
        @Override
        public byte[] secret() {
            return secret.clone();
        }

        static Version make(int number, Instant at, SecureRandom random) {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            Version version = new Version(number, at, secret);
            Arrays.fill(secret, (byte) 0);
            return version;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Version that
                    && number == that.number
                    && createdAt.equals(that.createdAt)
                    && Arrays.equals(secret, that.secret);
        }

        @Override
        public int hashCode() {
            return 31 * number + createdAt.hashCode();
        }

        @Override
        public String toString() {
            return "Version[" + number + ", " + createdAt + "]";
        }
    }

    /** A ring with nothing but a new master key. */
    static KeyRing make(Instant at, SecureRandom random) {
        return new KeyRing(Map.of(MASTER, new NamedKey(MASTER, true, List.of(Version.make(1, at, random)))));
    }

    /** The master key. */
    NamedKey master() {
        return key(MASTER).orElseThrow();
    }

    /** The key of that name, if there is one. */
    public Optional<NamedKey> key(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /**
     * The same with another key.
     *
     * @throws KeyRingException where there is one of that name, or the name is none
     */
    public KeyRing withNew(String name, Instant at, SecureRandom random) {
        requireName(name);
        if (keys.containsKey(name)) {
            throw new KeyRingException("key " + name + ": is there already");
        }
        return with(new NamedKey(name, true, List.of(Version.make(1, at, random))));
    }

    /**
     * The same with another version of a key, which new data keys are wrapped with from then on.
     *
     * @throws KeyRingException where there is no such key
     */
    public KeyRing withRotated(String name, Instant at, SecureRandom random) {
        return change(name, key -> key.withVersion(Version.make(key.newest().number() + 1, at, random)));
    }

    /**
     * The same with a key that may be used or not.
     *
     * @throws KeyRingException where there is no such key
     */
    public KeyRing withEnabled(String name, boolean enabled) {
        return change(name, key -> key.withEnabled(enabled));
    }

    private KeyRing change(String name, UnaryOperator<NamedKey> change) {
        return with(change.apply(key(name)
                .orElseThrow(() -> new KeyRingException(
                        "key " + name + ": unknown (expected: one of " + String.join(", ", keys.keySet()) + ")"))));
    }

    private KeyRing with(NamedKey key) {
        Map<String, NamedKey> all = new TreeMap<>(keys);
        all.put(key.name(), key);
        return new KeyRing(all);
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new KeyRingException("key " + name
                    + ": no name for a key (expected: letters, digits and ._:/- up to 256, first a letter or a digit)");
        }
    }
}
