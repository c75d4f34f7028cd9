package dev.skerry.server;

import dev.skerry.blob.encryption.KeyService;
import dev.skerry.config.Settings;
import dev.skerry.keys.JoinedKeys;
import dev.skerry.keys.KeyRing;
import dev.skerry.keys.KeyRingException;
import dev.skerry.keys.KeyRingFile;
import dev.skerry.keys.RingKeys;
import dev.skerry.keys.VaultKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Where the keys of encryption come from, as the settings say. */
public final class KeyServices {
    private KeyServices() {}

    /**
     * The key service of a node; {@link KeyService#NONE} where the settings name none.
     *
     * @throws StartException where the key ring cannot be used
     */
    static KeyService open(Settings settings, SecureRandom random, Lifecycle lifecycle) {
        RingKeys ring = ring(settings, random);
        Settings.Vault vault = settings.encryption().vault();
        if (vault == null) {
            return ring == null ? KeyService.NONE : ring;
        }
        VaultKeys keys = lifecycle.keep(
                "vault",
                new VaultKeys(
                        new VaultKeys.Settings(vault.url(), vault.mount(), vault.tokenFile(), vault.key()),
                        random,
                        System::nanoTime));
        return ring == null ? keys : new JoinedKeys(ring, keys);
    }

    /**
     * The file of the key ring that the settings name, whether or not it is there yet.
     *
     * @throws StartException where they name none, or one in a data folder
     */
    public static KeyRingFile file(Settings settings) {
        Path path = settings.encryption().keyRing();
        if (path == null) {
            throw new StartException("encryption.key_ring: off (expected: the file of a key ring)");
        }
        try {
            return new KeyRingFile(path, Assembly.CLOCK, new SecureRandom()).requireOutside(settings.data());
        } catch (KeyRingException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static @Nullable RingKeys ring(Settings settings, SecureRandom random) {
        if (settings.encryption().keyRing() == null) {
            return null;
        }
        KeyRingFile file = file(settings);
        try {
            if (settings.encryption().keys().isEmpty()) {
                file.readOrMake();
            } else {
                makeMissing(file, settings);
            }
            return new RingKeys(file, random, System::nanoTime);
        } catch (KeyRingException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void makeMissing(KeyRingFile file, Settings settings) {
        KeyRing there = file.readOrMake();
        if (there.keys().keySet().containsAll(settings.encryption().keys())) {
            return;
        }
        SecureRandom random = new SecureRandom();
        file.change(ring -> {
            KeyRing with = ring;
            for (String name : settings.encryption().keys()) {
                with = with.key(name).isPresent() ? with : with.withNew(name, Assembly.CLOCK.instant(), random);
            }
            return with;
        });
    }
}
