package dev.skerry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What certificates are worth to a node, without a connection. */
class NodeCertificatesTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final TestAuthority AUTHORITY = new TestAuthority("harbour");
    private static final NodeId A = new NodeId("a");

    private final SetClock clock = new SetClock();

    private static final class SetClock implements InstantSource {
        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }
    }

    @AfterAll
    static void close() {
        VERTX.close();
    }

    static NodeCredentials credentials(String authorities, TestAuthority.Issued issued)
            throws GeneralSecurityException {
        return NodeCredentials.read(
                VERTX,
                authorities.getBytes(StandardCharsets.US_ASCII),
                issued.certificate().getBytes(StandardCharsets.US_ASCII),
                issued.key().getBytes(StandardCharsets.US_ASCII));
    }

    private NodeCertificates ofA() throws GeneralSecurityException {
        return new NodeCertificates(A, credentials(AUTHORITY.certificate(), AUTHORITY.issue("a")), clock);
    }

    private static List<X509Certificate> shown(TestAuthority.Issued issued) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(issued.certificate().getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static Refusal refusal(CertificateVerdict verdict) {
        assertThat(verdict).isInstanceOf(CertificateVerdict.Refused.class);
        return ((CertificateVerdict.Refused) verdict).reason();
    }

    @Test
    void itIsWorthItsDnsNames() throws GeneralSecurityException {
        TestAuthority.Wish both = TestAuthority.Wish.of("b");
        TestAuthority.Issued issued = AUTHORITY.issue(
                new TestAuthority.Wish(List.of("b", "b.example.com"), both.from(), both.to(), true, true));
        for (CertificatePath.Use use : CertificatePath.Use.values()) {
            assertThat(ofA().judge(shown(issued), use))
                    .isEqualTo(new CertificateVerdict.Believed(Set.of("b", "b.example.com")));
        }
    }

    @Test
    void anotherAuthorityOfTheSameNameIsNotBelieved() throws GeneralSecurityException {
        TestAuthority other = new TestAuthority("harbour");
        assertThat(refusal(ofA().judge(shown(other.issue("b")), CertificatePath.Use.CALLING)))
                .isEqualTo(Refusal.FOREIGN);
        assertThat(refusal(ofA().judge(List.of(), CertificatePath.Use.CALLING))).isEqualTo(Refusal.UNCERTIFIED);
    }

    @Test
    void itIsWorthNothingBeforeAndAfterItsTime() throws GeneralSecurityException {
        NodeCertificates certificates = ofA();
        List<X509Certificate> shown = shown(AUTHORITY.issue("b"));
        assertThat(certificates.judge(shown, CertificatePath.Use.CALLING))
                .isInstanceOf(CertificateVerdict.Believed.class);
        clock.now = clock.now.plus(Duration.ofDays(31));
        assertThat(refusal(certificates.judge(shown, CertificatePath.Use.CALLING)))
                .as("remembered")
                .isEqualTo(Refusal.EXPIRED);
        clock.now = clock.now.minus(Duration.ofDays(62));
        assertThat(refusal(certificates.judge(shown, CertificatePath.Use.CALLING)))
                .isEqualTo(Refusal.EXPIRED);
        assertThat(refusal(certificates.judge(shown(AUTHORITY.issue("c")), CertificatePath.Use.CALLING)))
                .as("never seen")
                .isEqualTo(Refusal.EXPIRED);
    }

    @Test
    void itIsForWhatItSaysItIsFor() throws GeneralSecurityException {
        List<X509Certificate> ofServers =
                shown(AUTHORITY.issue(TestAuthority.Wish.of("b").uses(true, false)));
        assertThat(ofA().judge(ofServers, CertificatePath.Use.BEING_CALLED))
                .isInstanceOf(CertificateVerdict.Believed.class);
        assertThat(refusal(ofA().judge(ofServers, CertificatePath.Use.CALLING))).isEqualTo(Refusal.FOREIGN);
    }

    @Test
    void anAuthorityThatIsNoLongerNamedIsNotBelieved() throws GeneralSecurityException {
        TestAuthority next = new TestAuthority("next");
        NodeCertificates certificates = ofA();
        List<X509Certificate> old = shown(AUTHORITY.issue("b"));
        certificates.judge(old, CertificatePath.Use.CALLING);
        certificates.replace(credentials(next.certificate() + AUTHORITY.certificate(), next.issue("a")));
        assertThat(certificates.judge(old, CertificatePath.Use.CALLING))
                .isInstanceOf(CertificateVerdict.Believed.class);
        certificates.replace(credentials(next.certificate(), next.issue("a")));
        assertThat(refusal(certificates.judge(old, CertificatePath.Use.CALLING)))
                .isEqualTo(Refusal.FOREIGN);
    }

    @Test
    void filesThatOthersWouldNotBelieveAreRefusedAndTheOldOnesStay() throws GeneralSecurityException {
        NodeCertificates certificates = ofA();
        Instant end = certificates.notAfter();
        TestAuthority other = new TestAuthority("other");
        Instant now = clock.now;
        assertRefused(
                certificates, AUTHORITY.issue("b"), "DNS names are [b]", "expected: one that is this node's id, a");
        assertRefused(certificates, other.issue("a"), "no other node would believe it");
        assertRefused(
                certificates,
                AUTHORITY.issue(TestAuthority.Wish.of("a").valid(now.minusSeconds(7200), now.minusSeconds(3600))),
                "certificate: ");
        assertRefused(
                certificates,
                AUTHORITY.issue(TestAuthority.Wish.of("a").uses(true, false)),
                "not for client authentication");
        assertRefused(
                certificates,
                new TestAuthority.Issued(
                        AUTHORITY.issue("a").certificate(), AUTHORITY.issue("a").key()),
                "key: is not that of the certificate");
        assertRefused(
                certificates,
                new TestAuthority.Issued(AUTHORITY.issue("a").certificate(), "no key"),
                "key: cannot be read");
        assertRefused(
                certificates, new TestAuthority.Issued("", AUTHORITY.issue("a").key()), "certificate: no");
        assertThat(certificates.notAfter()).isEqualTo(end);
        assertThat(certificates.judge(shown(AUTHORITY.issue("b")), CertificatePath.Use.CALLING))
                .isInstanceOf(CertificateVerdict.Believed.class);
    }

    private static void assertRefused(NodeCertificates certificates, TestAuthority.Issued issued, String... words) {
        assertThatThrownBy(() -> certificates.replace(credentials(AUTHORITY.certificate(), issued)))
                .isInstanceOf(GeneralSecurityException.class)
                .message()
                .contains(words);
    }

    @Test
    void aClaimIsReadAsItIsWritten() {
        NodeClaim claim = new NodeClaim(new PeerIdentity("harbour-1", A), new NodeId("b"), 1234);
        assertThat(NodeClaim.parse(claim.header())).contains(claim);
        for (String malformed : List.of(
                "",
                "2",
                "1 harbour-1 a b 1234",
                "2 harbour-1 a b",
                "2 harbour-1 a b 1234 5",
                "2 harbour-1 a b x",
                "2 harbour-1 a\u00e4 b 1",
                "2 harbour-1 a b\u00e4 1",
                "2 harbour-1  b 1",
                "2 " + "x".repeat(500) + " a b 1")) {
            assertThat(NodeClaim.parse(malformed)).as(malformed).isEmpty();
        }
    }
}
