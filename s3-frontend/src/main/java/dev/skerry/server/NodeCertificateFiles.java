package dev.skerry.server;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCertificates;
import dev.skerry.cluster.peer.NodeCredentials;
import dev.skerry.config.ClusterSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the section {@code cluster.tls}, read again when they change. Files that cannot be used leave what is in
 * use standing.
 */
final class NodeCertificateFiles {
    private static final Logger log = LoggerFactory.getLogger(NodeCertificateFiles.class);
    private static final Duration REMIND_BEFORE = Duration.ofDays(7);
    private static final Duration REMIND_EVERY = Duration.ofHours(12);

    private final ClusterSettings.NodeTls files;
    private final Vertx vertx;
    private final NodeCertificates certificates;

    // of the thread that looks, once it does
    private Text current;
    private Instant remindAt = Instant.MIN;

    private record Text(byte[] ca, byte[] certificate, byte[] key) {
        boolean same(Text other) {
            return Arrays.equals(ca, other.ca)
                    && Arrays.equals(certificate, other.certificate)
                    && Arrays.equals(key, other.key);
        }
    }

    /**
     * Reads the files.
     *
     * @param node whose they are
     * @throws StartException if they are not a certificate of this node that other nodes would believe
     */
    NodeCertificateFiles(ClusterSettings.NodeTls files, String node, Vertx vertx) {
        this.files = files;
        this.vertx = vertx;
        try {
            current = read();
            certificates = new NodeCertificates(new NodeId(node), credentials(current), Assembly.CLOCK);
        } catch (IOException e) {
            throw new StartException("cluster.tls: cannot read its files: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new StartException("cluster.tls." + e.getMessage(), e);
        }
    }

    NodeCertificates certificates() {
        return certificates;
    }

    /** Looks whether the files have changed, and takes up what they hold; whether it did. Blocks; for one thread. */
    boolean look() {
        remind();
        try {
            Text found = read();
            if (found.same(current)) {
                return false;
            }
            // remembered even where it is of no use, so that one complaint is enough
            current = found;
            certificates.replace(credentials(found));
            log.info(
                    "cluster.tls: nodes are shown the certificate now in {}, valid to {}",
                    files.certificate(),
                    certificates.notAfter());
            remindAt = Instant.MIN;
            return true;
        } catch (IOException e) {
            log.warn("cluster.tls: the files cannot be read, what is in use stays: {}", e.toString());
        } catch (GeneralSecurityException e) {
            log.error("cluster.tls: what is now in the files cannot be used, what is in use stays: {}", e.getMessage());
        }
        return false;
    }

    private void remind() {
        Instant now = Assembly.CLOCK.instant();
        Instant end = certificates.notAfter();
        if (now.plus(REMIND_BEFORE).isAfter(end) && now.isAfter(remindAt)) {
            remindAt = now.plus(REMIND_EVERY);
            log.warn(
                    "cluster.tls: the certificate in {} is valid to {}; from then on the other nodes refuse this one",
                    files.certificate(),
                    end);
        }
    }

    private NodeCredentials credentials(Text text) throws GeneralSecurityException {
        return NodeCredentials.read(vertx, text.ca, text.certificate, text.key);
    }

    private Text read() throws IOException {
        return new Text(
                TlsCertificate.bytes(files.ca()),
                TlsCertificate.bytes(files.certificate()),
                TlsCertificate.bytes(files.key()));
    }
}
