package dev.skerry.compat.operate;

import dev.skerry.compat.bench.SelfSigned;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for 127.0.0.1, made by the JDK's keytool, in PEM files and as clients trust it. */
public final class Certificate {
    private static final char[] PASSWORD = "not-a-secret".toCharArray();
    private static final String ALIAS = "server";

    private final KeyStore store;

    private Certificate(KeyStore store) {
        this.store = store;
    }

    /** Makes one, in a folder that is there. */
    public static Certificate make(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = Files.createTempDirectory(folder, "keystore").resolve("server.p12");
        SelfSigned.make(file, ALIAS, String.valueOf(PASSWORD));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return new Certificate(store);
    }

    /** What the server shows. */
    public X509Certificate shown() throws GeneralSecurityException {
        return (X509Certificate) store.getCertificate(ALIAS);
    }

    /** Writes what the server shows. */
    public void writeCertificate(Path file) throws IOException, GeneralSecurityException {
        writePem(file, "CERTIFICATE", shown().getEncoded());
    }

    /** Writes what proves it. */
    public void writeKey(Path file) throws IOException, GeneralSecurityException {
        writePem(file, "PRIVATE KEY", store.getKey(ALIAS, PASSWORD).getEncoded());
    }

    private static void writePem(Path file, String what, byte[] encoded) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(encoded);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }

    /** Trust in this certificate and no other. */
    public TrustManager[] trusted() throws IOException, GeneralSecurityException {
        KeyStore only = KeyStore.getInstance("PKCS12");
        only.load(null, null);
        only.setCertificateEntry(ALIAS, shown());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(only);
        return factory.getTrustManagers();
    }

    /** Sockets that trust this certificate and no other. */
    public SSLContext context() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusted(), null);
        return context;
    }
}
