package dev.skerry.server;

import dev.skerry.cluster.peer.NodeCertificates;
import dev.skerry.cluster.peer.NodeTls;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.Settings;
import io.vertx.core.Future;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that listeners show, read again when its files change: one that is renewed needs no restart. Files
 * that cannot be used leave the one in use standing. Where the nodes of a cluster know each other by certificates, they
 * are shown another one on the same port.
 */
final class TlsCertificate {
    private static final Logger log = LoggerFactory.getLogger(TlsCertificate.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final int MAX_FILE_BYTES = 1024 * 1024;

    private final Path certificate;
    private final Path key;
    private final @Nullable NodeCertificateFiles nodes;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    // what was read last; written by the watching thread alone, once it watches
    private volatile Pem current;
    // what listeners show
    private volatile Pem inUse;

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
     * What the settings name; null where listeners speak plain HTTP.
     *
     * @param node who this node is
     * @throws StartException if it cannot be read, or the other nodes would not believe this one. Whether a certificate
     *     for clients fits its key shows when a listener opens
     */
    static @Nullable TlsCertificate of(Settings settings, String node, Vertx vertx) {
        ClusterSettings cluster = settings.cluster();
        ClusterSettings.NodeTls ofNodes = cluster == null ? null : cluster.tls();
        Settings.Tls files = settings.tls();
        if (files == null) {
            if (ofNodes != null) {
                throw new StartException("cluster.tls: without the section tls (expected: both; nodes speak TLS on the"
                        + " port that clients have)");
            }
            return null;
        }
        return new TlsCertificate(files, ofNodes == null ? null : new NodeCertificateFiles(ofNodes, node, vertx));
    }

    private TlsCertificate(Settings.Tls files, @Nullable NodeCertificateFiles nodes) {
        this.certificate = files.certificate();
        this.key = files.key();
        this.nodes = nodes;
        try {
            current = read();
            inUse = current;
        } catch (IOException e) {
            throw new StartException("tls: cannot read the certificate or its key: " + e.getMessage(), e);
        }
    }

    /** Has a listener that is still to be made speak TLS, of version 1.2 or 1.3. */
    void secure(HttpServerOptions options) {
        if (nodes == null) {
            options.setSsl(true).setKeyCertOptions(current.options());
        } else {
            NodeTls.secure(options, current.options(), nodes.certificates());
        }
    }

    /** By what nodes know each other; null where that is the secret alone. */
    @Nullable
    NodeCertificates nodes() {
        return nodes == null ? null : nodes.certificates();
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
        boolean ofNodes = nodes != null && nodes.look();
        Pem renewed = renewed();
        for (HttpServer server : servers) {
            Future<Boolean> before = ofNodes ? change(server) : Future.succeededFuture(false);
            if (renewed != null) {
                before.onComplete(_ -> change(server, renewed));
            }
        }
        return ofNodes || renewed != null;
    }

    /** What is now in the files; null where that is what was there the last time. */
    private @Nullable Pem renewed() {
        try {
            Pem found = read();
            if (found.same(current)) {
                return null;
            }
            // remembered even where it is of no use, so that one complaint is enough
            current = found;
            return found;
        } catch (IOException e) {
            log.warn("tls: the files cannot be read, the certificate in use stays: {}", e.toString());
            return null;
        }
    }

    /** Only what nodes are shown. */
    private Future<Boolean> change(HttpServer server) {
        return server.updateSSLOptions(options(inUse))
                .onFailure(failure -> log.error(
                        "cluster.tls: a listener cannot change its certificate, the one in use stays: {}",
                        failure.getMessage()));
    }

    private void change(HttpServer server, Pem found) {
        server.updateSSLOptions(options(found))
                .onSuccess(_ -> {
                    inUse = found;
                    log.info("tls: new connections are shown the certificate now in {}", certificate);
                })
                .onFailure(failure -> log.error(
                        "tls: what is now in {} and {} cannot be used, the certificate in use stays: {}",
                        certificate,
                        key,
                        failure.getMessage()));
    }

    private ServerSSLOptions options(Pem found) {
        return nodes == null
                ? new ServerSSLOptions().setKeyCertOptions(found.options())
                : NodeTls.changed(found.options(), nodes.certificates());
    }

    private Pem read() throws IOException {
        return new Pem(bytes(certificate), bytes(key));
    }

    static byte[] bytes(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException(file + " has more than " + MAX_FILE_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
