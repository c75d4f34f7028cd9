package dev.skerry.server;

import dev.skerry.config.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that listeners show, read again when its files change: one that is renewed needs no restart. Files
 * that cannot be used leave the one in use standing.
 */
final class TlsCertificate {
    private static final Logger log = LoggerFactory.getLogger(TlsCertificate.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final int MAX_FILE_BYTES = 1024 * 1024;

    private final Path certificate;
    private final Path key;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    // written by the watching thread alone, once it watches
    private volatile Pem current;

    /** What the two files hold. */
    private record Pem(byte[] certificate, byte[] key) {
        boolean same(Pem other) {
            return Arrays.equals(certificate, other.certificate) && Arrays.equals(key, other.key);
        }

        PemKeyCertOptions options() {
            return new PemKeyCertOptions()
                    .setCertValue(Buffer.buffer(certificate))
                    .setKeyValue(Buffer.buffer(key));
        }
    }

    /**
     * Reads the files.
     *
     * @throws StartException if they cannot be read; whether they fit each other shows when a listener opens
     */
    TlsCertificate(Settings.Tls files) {
        this.certificate = files.certificate();
        this.key = files.key();
        try {
            current = read();
        } catch (IOException e) {
            throw new StartException("tls: cannot read the certificate or its key: " + e.getMessage(), e);
        }
    }

    /** Has a listener that is still to be made speak TLS, of version 1.2 or 1.3. */
    void secure(HttpServerOptions options) {
        options.setSsl(true).setKeyCertOptions(current.options());
    }

    /** From now on the listener changes its certificate when the files do. */
    void follow(HttpServer server) {
        servers.add(server);
    }

    /** Looks at the files every ten seconds, until {@code vertx} is closed. */
    void watch(Vertx vertx) {
        vertx.setPeriodic(LOOK_EVERY.toMillis(), _ -> vertx.executeBlocking(this::look));
    }

    private boolean look() {
        try {
            Pem found = read();
            if (found.same(current)) {
                return false;
            }
            // remembered even where it is of no use, so that one complaint is enough
            current = found;
            servers.forEach(server -> change(server, found));
            return true;
        } catch (IOException e) {
            log.warn("tls: the files cannot be read, the certificate in use stays: {}", e.toString());
            return false;
        }
    }

    private void change(HttpServer server, Pem found) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(found.options());
        server.updateSSLOptions(options)
                .onSuccess(_ -> log.info("tls: new connections are shown the certificate now in {}", certificate))
                .onFailure(failure -> log.error(
                        "tls: what is now in {} and {} cannot be used, the certificate in use stays: {}",
                        certificate,
                        key,
                        failure.getMessage()));
    }

    private Pem read() throws IOException {
        return new Pem(bytes(certificate), bytes(key));
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException(file + " has more than " + MAX_FILE_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
