package dev.skerry.compat.cluster;

import dev.skerry.cluster.peer.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The PEM files of one node's {@code cluster.tls}. */
record NodeFiles(Path ca, Path certificate, Path key) {
    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    /** In a folder that is there. */
    static NodeFiles in(Path folder, String node) {
        return new NodeFiles(
                folder.resolve(node + "-ca.pem"),
                folder.resolve(node + "-node.pem"),
                folder.resolve(node + "-key.pem"));
    }

    NodeFiles trust(TestAuthority... authorities) throws IOException {
        StringBuilder text = new StringBuilder();
        for (TestAuthority authority : authorities) {
            text.append(authority.certificate());
        }
        replace(ca, text.toString());
        return this;
    }

    NodeFiles show(TestAuthority.Issued issued) throws IOException {
        replace(certificate, issued.certificate());
        replace(key, issued.key());
        return this;
    }

    /** As an operator's tools do it: never half a file. */
    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The line of the section {@code cluster} that names them. */
    String yaml() {
        return "  tls: {ca: '" + ca + "', certificate: '" + certificate + "', key: '" + key + "'}";
    }

    /** Writes who believes an authority as Java's commands read it. */
    static Path trustStore(Path file, TestAuthority authority) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store(authority).store(out, PASSWORD);
        }
        return file;
    }

    static String password() {
        return String.valueOf(PASSWORD);
    }

    /** Belief in an authority. */
    static TrustManagerFactory trusting(TestAuthority authority) throws IOException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store(authority));
        return factory;
    }

    private static KeyStore store(TestAuthority authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", certificate(authority.certificate()));
        return store;
    }

    /** Sockets that believe an authority and show these certificates, of which there is one or none. */
    static SSLContext sockets(TestAuthority believed, List<TestAuthority.Issued> shown)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (TestAuthority.Issued issued : shown) {
            store.setKeyEntry(
                    "own", key(issued.key()), PASSWORD, new Certificate[] {certificate(issued.certificate())});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] none = {};
        context.init(
                shown.isEmpty() ? none : keys.getKeyManagers(),
                trusting(believed).getTrustManagers(),
                null);
        return context;
    }

    private static Certificate certificate(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }
}
