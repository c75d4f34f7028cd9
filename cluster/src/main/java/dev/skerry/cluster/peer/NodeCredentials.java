package dev.skerry.cluster.peer;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * What a node proves itself with to the others, and whose signatures under their certificates it believes. It does not
 * change; other files make another one ({@link NodeCertificates#replace}).
 */
public final class NodeCredentials {
    private static final byte[] TO_BE_SIGNED = "does this key fit".getBytes(StandardCharsets.US_ASCII);

    private final KeyManagerFactory keys;
    private final List<X509Certificate> chain;
    private final Set<TrustAnchor> authorities;

    private NodeCredentials(KeyManagerFactory keys, List<X509Certificate> chain, Set<TrustAnchor> authorities) {
        this.keys = keys;
        this.chain = chain;
        this.authorities = authorities;
    }

    /**
     * Reads them from the text of PEM files. Does not block for long.
     *
     * @param ca the certificates of those who sign the certificates of nodes
     * @param certificate this node's, then those between it and the former, if there are any
     * @param key the private key of the first of them: RSA, EC or Ed25519, without a password
     * @throws GeneralSecurityException if they cannot be read or do not fit each other; the message says which, and has
     *     nothing of the key
     */
    public static NodeCredentials read(Vertx vertx, byte[] ca, byte[] certificate, byte[] key)
            throws GeneralSecurityException {
        Set<TrustAnchor> authorities = certificates("ca", ca).stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
        List<X509Certificate> chain = certificates("certificate", certificate);
        KeyManagerFactory keys = keys(vertx, certificate, key);
        requireFit(keys, chain.getFirst().getPublicKey());
        return new NodeCredentials(keys, chain, authorities);
    }

    private static List<X509Certificate> certificates(String what, byte[] pem) throws CertificateException {
        try {
            List<X509Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (read.isEmpty()) {
                throw new CertificateException("there is none");
            }
            return read;
        } catch (CertificateException e) {
            throw new CertificateException(
                    what + ": no certificates can be read: " + e.getMessage() + " (expected: a PEM file of them)", e);
        }
    }

    private static KeyManagerFactory keys(Vertx vertx, byte[] certificate, byte[] key) throws GeneralSecurityException {
        try {
            return new PemKeyCertOptions()
                    .addCertValue(Buffer.buffer(certificate))
                    .addKeyValue(Buffer.buffer(key))
                    .getKeyManagerFactory(vertx);
        } catch (Exception e) {
            throw new GeneralSecurityException(
                    "key: cannot be read: " + e.getMessage() + " (expected: a PEM file with a private key)", e);
        }
    }

    private static void requireFit(KeyManagerFactory keys, PublicKey wanted) throws GeneralSecurityException {
        String algorithm = switch (wanted.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default ->
                throw new GeneralSecurityException("certificate: its key is of the kind " + wanted.getAlgorithm()
                        + " (expected: RSA, EC or Ed25519)");
        };
        if (!fits(key(keys, wanted), wanted, algorithm)) {
            throw new GeneralSecurityException("key: is not that of the certificate");
        }
    }

    private static PrivateKey key(KeyManagerFactory keys, PublicKey wanted) throws GeneralSecurityException {
        return Arrays.stream(keys.getKeyManagers())
                .filter(X509KeyManager.class::isInstance)
                .map(X509KeyManager.class::cast)
                .flatMap(manager -> {
                    String[] names = manager.getServerAliases(wanted.getAlgorithm(), null);
                    return names == null ? Stream.empty() : Arrays.stream(names).map(manager::getPrivateKey);
                })
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("key: there is none for the certificate"));
    }

    private static boolean fits(PrivateKey key, PublicKey wanted, String algorithm) {
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(TO_BE_SIGNED);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(wanted);
            verifying.update(TO_BE_SIGNED);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    KeyManagerFactory keys() {
        return keys;
    }

    /** This node's certificate first. */
    List<X509Certificate> chain() {
        return chain;
    }

    Set<TrustAnchor> authorities() {
        return authorities;
    }
}
