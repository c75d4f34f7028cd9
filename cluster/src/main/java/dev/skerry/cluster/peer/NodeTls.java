package dev.skerry.cluster.peer;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS between nodes on the port that everybody else has. Who begins a connection names the server {@link #SERVER_NAME}
 * (SNI): a listener then shows the node's certificate and asks for one. To all others it shows the certificate it has
 * for clients, and asks for nothing, so that no browser ever offers its user a choice.
 *
 * <p>That name is no secret and proves nothing. A listener lets every certificate in whose key its owner has; what it
 * is worth is judged with each call ({@link CertificateCheck}), where a refusal has words and is counted.
 */
public final class NodeTls {
    /** The server name by which nodes ask for nodes; nobody can own a name that ends like this (RFC 2606). */
    static final String SERVER_NAME = "nodes.skerry.invalid";

    private static final Set<String> VERSIONS = Set.of("TLSv1.3");

    private NodeTls() {}

    /**
     * Has a listener that is still to be made speak TLS with nodes as well as with others.
     *
     * @param others what others are shown
     */
    public static void secure(HttpServerOptions options, KeyCertOptions others, NodeCertificates nodes) {
        options.setSsl(true)
                .setSni(true)
                .setKeyCertOptions(new ByServerName(others, nodes.keys()))
                .setTrustOptions(new OfNodes(nodes))
                .setSslEngineOptions(new AskingNodes());
    }

    /** What a listener made by {@link #secure} changes to. */
    public static ServerSSLOptions changed(KeyCertOptions others, NodeCertificates nodes) {
        return new ServerSSLOptions()
                .setSni(true)
                .setKeyCertOptions(new ByServerName(others, nodes.keys()))
                .setTrustOptions(new OfNodes(nodes));
    }

    /** Has a client that is still to be made speak to nodes. */
    static void secure(HttpClientOptions options, NodeCertificates nodes) {
        options.setSsl(true).setVerifyHost(false).setForceSni(true);
        options.setKeyCertOptions(KeyCertOptions.wrap(nodes.keys()))
                .setTrustOptions(new OfNodes(nodes))
                .setEnabledSecureTransportProtocols(VERSIONS);
    }

    /** What a client made by {@link #secure} changes to. */
    static ClientSSLOptions changed(NodeCertificates nodes) {
        return new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("")
                .setKeyCertOptions(KeyCertOptions.wrap(nodes.keys()))
                .setTrustOptions(new OfNodes(nodes))
                .setEnabledSecureTransportProtocols(VERSIONS);
    }

    /** What is shown to whom. */
    private record ByServerName(KeyCertOptions others, KeyManagerFactory nodes) implements KeyCertOptions {
        @Override
        public KeyCertOptions copy() {
            return this;
        }

        @Override
        public KeyManagerFactory getKeyManagerFactory(Vertx vertx) throws Exception {
            return others.getKeyManagerFactory(vertx);
        }

        // Vert.x has no annotations, and takes nothing for what others are shown
        @SuppressWarnings("NullAway")
        @Override
        public Function<String, KeyManagerFactory> keyManagerFactoryMapper(Vertx vertx) {
            return name -> name.equals(SERVER_NAME) ? nodes : null;
        }

        // another one is another context, whose connections begin anew
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Whom this node believes, where nodes speak to it or it to them. */
    private static final class OfNodes implements TrustOptions {
        private final NodeCertificates nodes;

        OfNodes(NodeCertificates nodes) {
            this.nodes = nodes;
        }

        @Override
        public TrustOptions copy() {
            return this;
        }

        /** A listener that has nobody to trust asks nobody. */
        @Override
        public @Nullable TrustManagerFactory getTrustManagerFactory(Vertx vertx) {
            return null;
        }

        // Vert.x has no annotations, and takes nothing for nobody
        @SuppressWarnings("NullAway")
        @Override
        public Function<String, TrustManager[]> trustManagerMapper(Vertx vertx) {
            return name -> name.equals(SERVER_NAME) ? new TrustManager[] {new Trust(nodes)} : null;
        }
    }

    /** Asks for a certificate where there is somebody to trust, which is where the mapper above says so. */
    private static final class AskingNodes extends JdkSSLEngineOptions {
        @Override
        public SslContextFactory sslContextFactory() {
            return new Asking(super.sslContextFactory());
        }
    }

    private static final class Asking implements SslContextFactory {
        private final SslContextFactory factory;

        Asking(SslContextFactory factory) {
            this.factory = factory;
        }

        @Override
        public SslContextFactory trustManagerFactory(TrustManagerFactory trusted) {
            factory.trustManagerFactory(trusted);
            factory.forServer(ClientAuth.OPTIONAL);
            return this;
        }

        @Override
        public SslContextFactory useAlpn(boolean use) {
            factory.useAlpn(use);
            return this;
        }

        @Override
        public SslContextFactory forServer(ClientAuth asked) {
            factory.forServer(asked);
            return this;
        }

        @Override
        public SslContextFactory enabledProtocols(Set<String> protocols) {
            factory.enabledProtocols(protocols);
            return this;
        }

        @Override
        public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
            factory.keyMananagerFactory(keys);
            return this;
        }

        @Override
        public SslContextFactory enabledCipherSuites(Set<String> suites) {
            factory.enabledCipherSuites(suites);
            return this;
        }

        @Override
        public SslContextFactory applicationProtocols(List<String> protocols) {
            factory.applicationProtocols(protocols);
            return this;
        }

        @Override
        public SslContext create() throws SSLException {
            return factory.create();
        }
    }

    /** Who is called must be believed before a word is said; who calls is judged with each call. */
    private static final class Trust extends X509ExtendedTrustManager {
        private final NodeCertificates nodes;

        Trust(NodeCertificates nodes) {
            this.nodes = nodes;
        }

        private void requireNode(X509Certificate[] shown) throws CertificateException {
            if (nodes.judge(List.of(shown), CertificatePath.Use.BEING_CALLED)
                    instanceof CertificateVerdict.Refused(Refusal reason, String detail)) {
                throw new CertificateException(reason.message() + ": " + detail);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String method) throws CertificateException {
            requireNode(shown);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String method, Socket socket)
                throws CertificateException {
            requireNode(shown);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String method, SSLEngine engine)
                throws CertificateException {
            requireNode(shown);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String method) {
            // judged with each call
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String method, Socket socket) {
            // judged with each call
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String method, SSLEngine engine) {
            // judged with each call
        }

        /** Not told to strangers, and another one may be believed tomorrow. */
        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
