package dev.skerry.compat.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link LimitServer} in a process of its own, beside this one. */
final class LimitProcess implements AutoCloseable {
    /** Of the key store, which lives as long as the process does. */
    static final String PASSWORD = "limits";

    /** The key store's name in the folder. */
    static final String KEY_STORE = "keys.p12";

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final int port;
    private final boolean tls;

    private LimitProcess(Process process, int port, boolean tls) {
        this.process = process;
        this.port = port;
        this.tls = tls;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param folder whose files it serves; where it is to speak TLS, a key store is made there
     * @throws BenchException where it does not come to listen
     */
    static LimitProcess start(Path folder, boolean tls) {
        List<String> command = new ArrayList<>(List.of(
                JAVA.resolve("java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                LimitServer.class.getName(),
                folder.toString()));
        try {
            if (tls) {
                command.addAll(List.of(keyStore(folder).toString(), PASSWORD));
            }
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            String line = lines.readLine();
            if (line == null || !line.startsWith(LimitServer.READY)) {
                process.destroyForcibly();
                throw new BenchException("the server of limits did not start: " + line);
            }
            return new LimitProcess(process, Integer.parseInt(line.substring(LimitServer.READY.length())), tls);
        } catch (IOException failure) {
            throw new BenchException("the server of limits did not start: " + failure.getMessage());
        }
    }

    /** A key and its certificate for localhost. */
    private static Path keyStore(Path folder) throws IOException {
        Path store = folder.resolve(KEY_STORE);
        try {
            SelfSigned.make(store, "limits", PASSWORD);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted while keytool made a key");
        }
        return store;
    }

    /** An endpoint there, under a name. */
    Endpoint endpoint(String name) {
        return new Endpoint(
                name,
                URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port),
                "limits",
                "limits",
                "us-east-1",
                Trust.ANYTHING);
    }

    WatchedProcess process() {
        return new WatchedProcess(process.pid(), true);
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
