package dev.skerry.server;

import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.config.Settings;
import dev.skerry.metadata.SqliteCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/** The root identity: as configured, or made once and kept in the catalog. */
public final class KeptCredentials {
    private static final String ACCESS_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ACCESS_KEY_LENGTH = 20;
    private static final int SECRET_BYTES = 30;

    private KeptCredentials() {}

    /** An access key and its secret, to be shown to whoever may read the data folder. */
    public record Shown(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Shown[" + accessKey + "]";
        }
    }

    /**
     * The root identity of a data folder, whether or not its server runs.
     *
     * @throws StartException if there is none
     */
    public static Shown show(Settings settings) {
        Settings.RootIdentity configured = settings.root();
        if (configured != null) {
            return new Shown(configured.accessKey(), configured.secretKey());
        }
        Path file = settings.data().getFirst().resolve(Assembly.CATALOG_FILE);
        if (!Files.exists(file)) {
            throw new StartException("data folder " + settings.data().getFirst()
                    + ": has no catalog yet (expected: one that a server was started on; name it with --data)");
        }
        Logs.configure(settings.log());
        try (Catalog catalog =
                SqliteCatalog.open(file, List.of(), Assembly.platformThreads("catalog"), Assembly.CLOCK)) {
            RootCredentials kept = catalog.rootCredentials();
            if (kept == null) {
                throw new StartException("data folder " + settings.data().getFirst()
                        + ": no root identity was made (expected: SKERRY_ROOT_ACCESS_KEY and SKERRY_ROOT_SECRET_KEY,"
                        + " with which its server was started)");
            }
            return new Shown(kept.accessKey(), kept.secretKey());
        }
    }

    static RootCredentials generate(SecureRandom random) {
        StringBuilder access = new StringBuilder();
        for (int i = 0; i < ACCESS_KEY_LENGTH; i++) {
            access.append(ACCESS_KEY_LETTERS.charAt(random.nextInt(ACCESS_KEY_LETTERS.length())));
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        // no '/' or '+', which people forget to escape
        return new RootCredentials(access.toString(), Base64.getUrlEncoder().encodeToString(secret));
    }
}
