package dev.skerry.server;

import dev.skerry.cluster.peer.ClusterSecret;
import dev.skerry.cluster.peer.HttpNodeCalls;
import dev.skerry.cluster.peer.NodeCertificates;
import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.peer.PeerIdentity;
import dev.skerry.cluster.peer.PeerListener;
import dev.skerry.cluster.peer.PeerProof;
import dev.skerry.cluster.peer.PeerSettings;
import dev.skerry.config.ClusterSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a node of a cluster speaks to the others, made of its settings. The listener that S3 has must pass on what is for
 * {@link HttpNodeCalls#endpoint}.
 *
 * @param calls what it says and answers
 * @param addresses where the others are, to be filled by who knows
 */
record NodeWire(HttpNodeCalls calls, PeerAddresses addresses, ExecutorService aside) implements AutoCloseable {
    private static final int MAX_FILE_BYTES = 64 * 1024;

    /**
     * Reads the secret, where there is one; connects nowhere yet.
     *
     * @param self this node, and the cluster it belongs to
     * @param tls what listeners show, or null where they speak plain HTTP
     * @param threads makes virtual ones, which judge long messages
     * @throws StartException if there is nothing that proves who this node is, or it is of no use
     */
    static NodeWire open(
            ClusterSettings cluster,
            PeerIdentity self,
            @Nullable TlsCertificate tls,
            Vertx vertx,
            PeerListener listener,
            ThreadFactory threads) {
        NodeCertificates certificates = tls == null ? null : tls.nodes();
        ClusterSecret secret = secret(cluster);
        if (secret == null && certificates == null) {
            throw new StartException("cluster.secret_file: missing (expected: a file with a secret, or cluster.tls;"
                    + " nodes believe nobody who proves nothing)");
        }
        PeerAddresses addresses = new PeerAddresses();
        ExecutorService aside = Executors.newThreadPerTaskExecutor(threads);
        HttpNodeCalls calls = new HttpNodeCalls(
                new HttpNodeCalls.Ports(vertx, addresses, Assembly.CLOCK, new SecureRandom(), aside, listener),
                self,
                new PeerProof(secret, certificates, Doorway.isOutside(self) ? Doorway.SEED : null),
                PeerSettings.DEFAULT.withTls(tls != null));
        return new NodeWire(calls, addresses, aside);
    }

    private static @Nullable ClusterSecret secret(ClusterSettings cluster) {
        String text = cluster.secret();
        if (text != null) {
            return ClusterSecret.of(text);
        }
        Path file = cluster.secretFile();
        if (file == null) {
            return null;
        }
        try {
            return ClusterSecret.of(read(file));
        } catch (IllegalArgumentException e) {
            throw new StartException("cluster.secret_file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StartException("cluster.secret_file: cannot read " + file + ": " + e, e);
        }
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException("more than " + MAX_FILE_BYTES + " bytes");
        }
        return Files.readString(file);
    }

    @Override
    public void close() {
        calls.close();
        aside.shutdown();
    }
}
