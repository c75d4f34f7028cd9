package dev.skerry.compat.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A key and a certificate that it signs itself, for this machine, made by the JDK's keytool. */
public final class SelfSigned {
    private SelfSigned() {}

    /**
     * Makes a PKCS #12 store with both; waits for it.
     *
     * @param store the file, not there yet
     * @param alias of the one entry
     * @throws IOException where keytool fails, with what it said
     */
    public static void make(Path store, String alias, String password) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no key: " + said.strip());
        }
    }
}
