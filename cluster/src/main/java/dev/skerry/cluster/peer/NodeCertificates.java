package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of this node, and what those of others are worth. A certificate is a node's where an authority of the
 * cluster signed it and one of its DNS names ({@code subjectAltName}) is the node's id, letter by letter; so who has
 * the key of one node cannot speak in the name of another.
 *
 * <p>Certificates are judged with each call, and not only when a connection is made: what has expired meanwhile, or
 * whose authority is no longer believed, is refused on a connection that is open. A way that was found is remembered,
 * so a call costs a look into a map. Safe for many threads.
 */
public final class NodeCertificates {
    private static final int MOST_REMEMBERED = 256;
    private static final int MAX_DETAIL = 300;

    private final NodeId self;
    private final InstantSource clock;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private volatile Current current;
    private volatile KeyManagerFactory keys;

    /** What is in use, and what was found out with it. */
    private record Current(NodeCredentials credentials, Map<Shown, CertificatePath> found, Instant notAfter) {}

    private record Shown(List<X509Certificate> certificates, CertificatePath.Use use) {}

    /**
     * Certificates for the node {@code self}.
     *
     * @throws GeneralSecurityException if other nodes with the same authorities would not believe these credentials;
     *     the message says why
     */
    public NodeCertificates(NodeId self, NodeCredentials credentials, InstantSource clock)
            throws GeneralSecurityException {
        this.self = self;
        this.clock = clock;
        this.current = checked(self, credentials, clock.instant());
        this.keys = credentials.keys();
    }

    /**
     * Uses others from now on: for every connection that is made, and to judge every call. Does not block.
     *
     * @throws GeneralSecurityException if other nodes with the same authorities would not believe them; those in use
     *     stay
     */
    public void replace(NodeCredentials credentials) throws GeneralSecurityException {
        Current next = checked(self, credentials, clock.instant());
        // before it is judged by others, so that a call which is tried once more has a connection of its own
        keys = credentials.keys();
        followers.forEach(Runnable::run);
        current = next;
    }

    /** When this node will no longer be believed. */
    public Instant notAfter() {
        return current.notAfter;
    }

    /** Who is told when others are in use, until it is {@linkplain #unfollow taken off}. */
    void follow(Runnable follower) {
        followers.add(follower);
    }

    void unfollow(Runnable follower) {
        followers.remove(follower);
    }

    KeyManagerFactory keys() {
        return keys;
    }

    private static Current checked(NodeId self, NodeCredentials credentials, Instant now)
            throws GeneralSecurityException {
        Instant end = Instant.MAX;
        for (CertificatePath.Use use : CertificatePath.Use.values()) {
            CertificatePath path;
            try {
                path = CertificatePath.find(credentials.chain(), use, credentials.authorities(), now);
            } catch (GeneralSecurityException e) {
                throw new GeneralSecurityException(
                        "certificate: no other node would believe it: " + e.getMessage() + "; it is "
                                + text(credentials.chain().getFirst()),
                        e);
            }
            if (!path.validAt(now)) {
                throw new GeneralSecurityException("certificate: is not valid now; it is "
                        + text(credentials.chain().getFirst()));
            }
            if (!path.names().contains(self.value())) {
                throw new GeneralSecurityException("certificate: its DNS names are " + path.names()
                        + " (expected: one that is this node's id, " + self.value() + ")");
            }
            end = path.notAfter();
        }
        return new Current(credentials, new ConcurrentHashMap<>(), end);
    }

    /** What the other end of a connection showed, where it is TLS. */
    CertificateVerdict judge(@Nullable SSLSession session, CertificatePath.Use use) {
        Certificate[] shown;
        try {
            shown = session == null ? new Certificate[0] : session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException _) {
            shown = new Certificate[0];
        }
        return judge(
                Arrays.stream(shown)
                        .filter(X509Certificate.class::isInstance)
                        .map(X509Certificate.class::cast)
                        .toList(),
                use);
    }

    CertificateVerdict judge(List<X509Certificate> shown, CertificatePath.Use use) {
        if (shown.isEmpty()) {
            return new CertificateVerdict.Refused(Refusal.UNCERTIFIED, "does that node have cluster.tls?");
        }
        Current now = current;
        Instant time = clock.instant();
        Shown key = new Shown(shown, use);
        CertificatePath known = now.found.get(key);
        if (known == null) {
            X509Certificate certificate = shown.getFirst();
            if (!isWithin(time, certificate)) {
                return refused(Refusal.EXPIRED, certificate, "");
            }
            try {
                known = CertificatePath.find(shown, use, now.credentials.authorities(), time);
            } catch (GeneralSecurityException e) {
                return refused(Refusal.FOREIGN, certificate, ": " + e.getMessage());
            }
            remember(now, key, known);
        }
        return known.validAt(time)
                ? new CertificateVerdict.Believed(known.names())
                : refused(Refusal.EXPIRED, shown.getFirst(), "");
    }

    /** Only ways that were found are: nobody but an authority decides how many there are. */
    private static void remember(Current now, Shown key, CertificatePath path) {
        if (now.found.size() >= MOST_REMEMBERED) {
            now.found.clear();
        }
        now.found.put(key, path);
    }

    private static boolean isWithin(Instant time, X509Certificate certificate) {
        return !time.isBefore(certificate.getNotBefore().toInstant())
                && !time.isAfter(certificate.getNotAfter().toInstant());
    }

    private static CertificateVerdict refused(Refusal reason, X509Certificate certificate, String why) {
        return new CertificateVerdict.Refused(reason, printable(text(certificate) + why));
    }

    private static String text(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName() + ", signed by "
                + certificate.getIssuerX500Principal().getName() + ", valid from "
                + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant();
    }

    /** What a stranger wrote into a certificate must not end a line of the log. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars().limit(MAX_DETAIL).forEach(c -> printable.append(c < ' ' || c > '~' ? '?' : (char) c));
        return printable.toString();
    }

    /**
     * What speaks against the other end being that node, or nothing.
     *
     * @param node who should be there; null where any node may
     */
    CertificateVerdict.@Nullable Refused objection(@Nullable SSLSession session, @Nullable NodeId node) {
        return switch (judge(session, CertificatePath.Use.BEING_CALLED)) {
            case CertificateVerdict.Refused refused -> refused;
            case CertificateVerdict.Believed(var names)
            when node != null && !names.contains(node.value()) ->
                new CertificateVerdict.Refused(
                        Refusal.IMPOSTOR,
                        "it is for " + printable(new ArrayList<>(names).toString()) + " and not for " + node.value());
            case CertificateVerdict.Believed _ -> null;
        };
    }
}
