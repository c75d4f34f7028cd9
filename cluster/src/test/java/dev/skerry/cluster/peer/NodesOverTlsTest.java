package dev.skerry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes with real ports that know each other by certificates, and others who pretend to be nodes. */
class NodesOverTlsTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final Vertx VERTX = Vertx.vertx();
    private static final TestAuthority AUTHORITY = new TestAuthority("harbour");

    private final List<TestNode> nodes = new ArrayList<>();
    private final MovingClock clock = new MovingClock();
    private final AtomicInteger served = new AtomicInteger();

    private static final class MovingClock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }
    }

    @AfterEach
    void closeNodes() {
        nodes.forEach(TestNode::close);
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close();
    }

    private static NodeCredentials credentials(String authorities, TestAuthority.Issued issued)
            throws GeneralSecurityException {
        return NodeCertificatesTest.credentials(authorities, issued);
    }

    private static NodeCertificates certificates(String name, InstantSource clock) throws GeneralSecurityException {
        return new NodeCertificates(
                new NodeId(name), credentials(AUTHORITY.certificate(), AUTHORITY.issue(name)), clock);
    }

    private TestNode node(String id, PeerProof proof) {
        TestNode node = TestNode.start(id, TestNode.Ways.USUAL.withProof(proof));
        node.calls().serve("echo", (_, request) -> {
            served.incrementAndGet();
            return CompletableFuture.completedFuture(request);
        });
        nodes.add(node);
        return node;
    }

    private TestNode node(String id, NodeCertificates certificates) {
        return node(id, new PeerProof(null, certificates, null));
    }

    private TestNode node(String id) throws GeneralSecurityException {
        return node(id, certificates(id, InstantSource.system()));
    }

    private static byte[] get(CompletableFuture<byte[]> answer) throws Exception {
        return answer.get(3, TimeUnit.MINUTES);
    }

    private static PeerException failure(CompletableFuture<byte[]> answer) throws Exception {
        try {
            byte[] bytes = get(answer);
            throw new AssertionError("answered " + bytes.length + " bytes");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(PeerException.class);
            return (PeerException) e.getCause();
        }
    }

    @Test
    void bodiesOfAnyLengthArriveAndTheCallerIsKnown() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        b.calls()
                .serve(
                        "who",
                        (caller, _) ->
                                CompletableFuture.completedFuture(caller.value().getBytes(StandardCharsets.UTF_8)));
        for (int length : new int[] {0, 1, PeerEndpoint.SHORT_BYTES + 1, 5_000_000}) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            assertThat(get(a.calls().call(b.id(), "echo", bytes))).isEqualTo(bytes);
            assertThat(get(a.calls().transfer(b.id(), "echo", bytes))).isEqualTo(bytes);
        }
        assertThat(get(a.calls().call(b.id(), "who", HELLO))).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
        assertThat(failure(a.calls().call(b.id(), "nothing", HELLO))).hasMessageContaining("answered 404");
        assertThat(b.heard().refusals).isEmpty();
    }

    @Test
    void whoResumesASessionIsStillKnown() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        CompletableFuture<byte[]> late = new CompletableFuture<>();
        b.calls().serve("late", _ -> late);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
        for (int connection = 0; connection < 8; connection++) {
            // each takes the connection that is there, so that the next call makes another one
            waiting.add(a.calls().call(b.id(), "late", HELLO));
            assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        }
        late.complete(HELLO);
        for (CompletableFuture<byte[]> answer : waiting) {
            assertThat(get(answer)).isEqualTo(HELLO);
        }
        assertThat(b.heard().refusals).isEmpty();
    }

    @Test
    void aNodeThatStartedAnewIsSpokenToWithoutAFailure() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        b.vanish();
        TestNode again = node("b");
        a.knows(again);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
    }

    @Test
    void whereBothAreSetBothAreAskedFor() throws Exception {
        ClusterSecret other = ClusterSecret.of("another secret of the right length");
        TestNode a = node("a", new PeerProof(TestNode.SECRET, certificates("a", clock), null));
        TestNode b = node("b", new PeerProof(TestNode.SECRET, certificates("b", clock), null));
        TestNode c = node("c", new PeerProof(other, certificates("c", clock), null));
        TestNode d = node("d");
        a.knows(b);
        c.knows(b);
        d.knows(b);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        assertThat(failure(c.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("403");
        assertThat(failure(d.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("403");
        assertThat(b.heard().refusals).containsExactly(Refusal.SECRET, Refusal.MALFORMED);
    }

    @Test
    void whoShowsNoCertificateIsRefusedAndCounted() throws Exception {
        TestNode b = node("b");
        HttpClient stranger =
                HttpClient.newBuilder().sslContext(trusting(AUTHORITY)).build();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://" + b.address() + PeerTarget.CALLS + "echo"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(HELLO));
        String claim = new NodeClaim(
                        new PeerIdentity(TestNode.CLUSTER, new NodeId("a")), b.id(), System.currentTimeMillis())
                .header();
        HttpResponse<String> answer = stranger.send(
                request.copy().header(RequestProof.HEADER, claim).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("\"code\":\"uncertified\"");
        stranger.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(b.heard().refusals).containsExactly(Refusal.UNCERTIFIED, Refusal.MISSING);
        assertThat(served).hasValue(0);
    }

    private static SSLContext trusting(TestAuthority authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "authority",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(authority.certificate().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /** On a stream a certificate would be looked at once, and what is withdrawn later would go on speaking. */
    @Test
    void aStreamIsRefusedWhereverThereAreCertificates() throws Exception {
        PeerIdentity a = new PeerIdentity(TestNode.CLUSTER, new NodeId("a"));
        TestNode b = node("b");
        assertThat(askForStream(b, new Prover.ByClaims(a, b.id())))
                .hasValueSatisfying(NodesOverTlsTest::refusesStreams);

        TestNode c = node("c", new PeerProof(TestNode.SECRET, certificates("c", InstantSource.system()), null));
        Prover prover = new Prover.BySession(a, c.id(), new Sessions(TestNode.SECRET, a, c.id(), new SecureRandom()));
        assertThat(askForStream(c, prover))
                .as("the first answer says which run it is")
                .isEmpty();
        assertThat(askForStream(c, prover)).hasValueSatisfying(NodesOverTlsTest::refusesStreams);
    }

    private static void refusesStreams(String answer) {
        assertThat(answer).isEqualTo("404 with certificates there are no streams");
    }

    /** What the node called {@code a} is told; nothing where the other had begun anew. */
    private static Optional<String> askForStream(TestNode asked, Prover prover) throws Exception {
        HttpClientOptions options = new HttpClientOptions();
        NodeTls.secure(options, certificates("a", InstantSource.system()));
        HttpClientAgent client = VERTX.createHttpClient(options);
        Prover.Sent sent = prover.prove(
                new RequestProof.Line(PeerTarget.GET, PeerTarget.STREAM, 0), new byte[0], System.currentTimeMillis());
        try {
            return client.request(new RequestOptions()
                            .setHost(NodeTls.SERVER_NAME)
                            .setServer(SocketAddress.inetSocketAddress(
                                    asked.address().port(), "127.0.0.1"))
                            .setPort(asked.address().port())
                            .setURI(PeerTarget.STREAM)
                            .putHeader(HttpHeaders.CONNECTION, "Upgrade")
                            .putHeader(HttpHeaders.UPGRADE, "websocket")
                            .putHeader("Sec-WebSocket-Version", "13")
                            .putHeader("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
                            .putHeader(RequestProof.HEADER, sent.header()))
                    .compose(HttpClientRequest::send)
                    .compose(response -> response.body().map(body -> {
                        Prover.Answered answered = sent.judge(
                                response.statusCode(), response.getHeader(RequestProof.HEADER), body.getBytes());
                        return answered == Prover.Answered.OTHER_RUN
                                ? Optional.<String>empty()
                                : Optional.of(response.statusCode() + " " + body);
                    }))
                    .await(3, TimeUnit.MINUTES);
        } finally {
            client.close();
        }
    }

    @Test
    void aForeignAuthorityIsBelievedInNeitherDirection() throws Exception {
        TestAuthority foreign = new TestAuthority("foreign");
        TestNode a = node(
                "a",
                new NodeCertificates(
                        new NodeId("a"),
                        credentials(AUTHORITY.certificate() + foreign.certificate(), foreign.issue("a")),
                        clock));
        TestNode b = node("b");
        a.knows(b);
        b.knows(a);
        assertThat(failure(a.calls().call(b.id(), "echo", HELLO)))
                .hasMessageContaining("answered 403")
                .hasMessageContaining("foreign");
        assertThat(b.heard().refusals).containsExactly(Refusal.FOREIGN);
        assertThat(failure(b.calls().call(a.id(), "echo", HELLO)))
                .hasMessageContaining("not spoken to")
                .hasMessageContaining("not believed here");
        assertThat(served).hasValue(0);
    }

    @Test
    void aCertificateThatExpiresIsRefusedOnAnOpenConnection() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b", certificates("b", clock));
        a.knows(b);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        clock.ahead = Duration.ofDays(31);
        assertThat(failure(a.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("\"code\":\"expired\"");
        assertThat(b.heard().refusals).containsExactly(Refusal.EXPIRED);
    }

    @Test
    void oneNodesCertificateDoesNotSpeakInAnothersName() throws Exception {
        TestNode liar = node("a", certificates("x", InstantSource.system()));
        TestNode b = node("b");
        liar.knows(b);
        b.knows(liar);
        assertThat(failure(liar.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("\"code\":\"impostor\"");
        assertThat(b.heard().refusals).containsExactly(Refusal.IMPOSTOR);
        assertThat(failure(b.calls().call(liar.id(), "echo", HELLO)))
                .hasMessageContaining("not spoken to")
                .hasMessageContaining("it is for [x] and not for a");
        assertThat(liar.heard().refusals).as("nothing was said").isEmpty();
        assertThat(served).hasValue(0);
    }

    @Test
    void whoKnowsNobodyAsksAnybodyOfTheAuthority() throws Exception {
        NodeId seed = new NodeId("seed");
        NodeCertificates joining = certificates("d", InstantSource.system());
        TestNode d = node("d", new PeerProof(null, joining, seed));
        TestNode b = TestNode.start(
                "seed",
                TestNode.Ways.USUAL.withProof(new PeerProof(null, certificates("b", InstantSource.system()), null)));
        nodes.add(b);
        b.calls().serve("echo", CompletableFuture::completedFuture);
        d.knows(b);
        assertThat(get(d.calls().call(seed, "echo", HELLO))).isEqualTo(HELLO);
        TestNode strict = node("e");
        strict.knows(b);
        assertThat(failure(strict.calls().call(seed, "echo", HELLO))).hasMessageContaining("not for seed");
    }

    @Test
    void certificatesAndTheirAuthorityChangeWithoutAFailedCall() throws Exception {
        TestAuthority next = new TestAuthority("next");
        NodeCertificates ofA = certificates("a", InstantSource.system());
        NodeCertificates ofB = certificates("b", InstantSource.system());
        TestNode a = node("a", ofA);
        TestNode b = node("b", ofB);
        a.knows(b);
        b.knows(a);
        Queue<Object> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean enough = new AtomicBoolean();
        Thread calling = Thread.ofVirtual().start(() -> {
            while (!enough.get()) {
                called(a, b, failures);
                called(b, a, failures);
            }
        });
        TestAuthority.Issued oldA = AUTHORITY.issue("a");
        TestAuthority.Issued oldB = AUTHORITY.issue("b");
        String both = AUTHORITY.certificate() + next.certificate();
        replace(ofA, credentials(both, oldA));
        replace(ofB, credentials(both, oldB));
        replace(ofA, credentials(both, next.issue("a")));
        replace(ofB, credentials(both, next.issue("b")));
        replace(ofA, credentials(next.certificate(), next.issue("a")));
        replace(ofB, credentials(next.certificate(), next.issue("b")));
        enough.set(true);
        assertThat(calling.join(Duration.ofMinutes(3))).isTrue();
        assertThat(failures).isEmpty();

        TestNode late = node("c");
        late.knows(b);
        assertThat(failure(late.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("not spoken to");
    }

    private void replace(NodeCertificates certificates, NodeCredentials credentials) throws Exception {
        certificates.replace(credentials);
        // long enough for connections to be made with them
        int before = served.get();
        for (int look = 0; look < 1000 && served.get() < before + 20; look++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void called(TestNode from, TestNode to, Queue<Object> failures) {
        CompletableFuture<byte[]> answer = from.calls().call(to.id(), "echo", HELLO);
        @Nullable Throwable failure = answer.handle((_, thrown) -> thrown).join();
        if (failure != null) {
            failures.add(failure);
        }
    }
}
