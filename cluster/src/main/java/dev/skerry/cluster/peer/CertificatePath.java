package dev.skerry.cluster.peer;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A certificate that an authority signed, directly or through others that it signed.
 *
 * @param names of the nodes it is for
 * @param notBefore when all of them become valid
 * @param notAfter when the first of them ceases to be
 */
record CertificatePath(Set<String> names, Instant notBefore, Instant notAfter) {
    private static final int DNS_NAME = 2;
    private static final int MOST = 10;
    private static final String ANY_USE = "2.5.29.37.0";

    /** What a certificate is shown for. */
    enum Use {
        CALLING("1.3.6.1.5.5.7.3.2", "client authentication"),
        BEING_CALLED("1.3.6.1.5.5.7.3.1", "server authentication");

        private final String id;
        private final String name;

        Use(String id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    /**
     * Finds the way from a certificate to an authority.
     *
     * @param shown the certificate, and others that may be between
     * @throws GeneralSecurityException if there is none, or it is not for that use
     */
    static CertificatePath find(List<X509Certificate> shown, Use use, Set<TrustAnchor> authorities, Instant now)
            throws GeneralSecurityException {
        X509Certificate certificate = shown.getFirst();
        if (shown.size() > MOST) {
            throw new GeneralSecurityException(shown.size() + " certificates (expected: at most " + MOST + ")");
        }
        List<String> uses = certificate.getExtendedKeyUsage();
        if (uses != null && !uses.contains(use.id) && !uses.contains(ANY_USE)) {
            throw new GeneralSecurityException("it is not for " + use.name + " (expected: for clients and servers)");
        }
        X509CertSelector wanted = new X509CertSelector();
        wanted.setCertificate(certificate);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(authorities, wanted);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(shown)));
        // what is signed by mistake is undone by another authority: nobody is asked while a call waits
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        List<X509Certificate> path = new ArrayList<>(List.of(certificate));
        for (Certificate each : CertPathBuilder.getInstance("PKIX")
                .build(parameters)
                .getCertPath()
                .getCertificates()) {
            path.add((X509Certificate) each);
        }
        return new CertificatePath(names(certificate), begin(path), end(path));
    }

    boolean validAt(Instant time) {
        return !time.isBefore(notBefore) && !time.isAfter(notAfter);
    }

    private static Instant begin(List<X509Certificate> path) {
        return path.stream()
                .map(each -> each.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private static Instant end(List<X509Certificate> path) {
        return path.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** Wildcards stay what they are: no node has such a name. */
    private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null
                ? Set.of()
                : names.stream()
                        .filter(name -> name.getFirst().equals(DNS_NAME))
                        .map(name -> String.valueOf(name.get(1)))
                        .collect(Collectors.toUnmodifiableSet());
    }
}
