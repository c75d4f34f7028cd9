package dev.skerry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes with real ports say something to each other, and so do others who pretend to be nodes. */
class HttpNodeCallsTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    /** For what takes no time but that of a slow machine; shorter than a call may wait. */
    private static final Duration ENOUGH = Duration.ofSeconds(55);

    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode node(String id, TestNode.Ways ways) {
        TestNode node = TestNode.start(id, ways);
        node.calls().serve("echo", CompletableFuture::completedFuture);
        nodes.add(node);
        return node;
    }

    private TestNode node(String id) {
        return node(id, TestNode.Ways.USUAL);
    }

    @AfterEach
    void closeNodes() {
        nodes.forEach(TestNode::close);
    }

    private static byte[] get(CompletableFuture<byte[]> answer) {
        try {
            return answer.get(3, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static PeerException failure(CompletableFuture<byte[]> answer) {
        try {
            byte[] bytes = answer.get(3, TimeUnit.MINUTES);
            throw new AssertionError("answered " + bytes.length + " bytes");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(PeerException.class);
            return (PeerException) e.getCause();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void bodiesOfAnyLengthArriveAsTheyWereSent() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        for (int length : new int[] {0, 1, 1000, PeerEndpoint.SHORT_BYTES, PeerEndpoint.SHORT_BYTES + 1, 5_000_000}) {
            assertThat(get(a.calls().call(b.id(), "echo", bytes(length)))).isEqualTo(bytes(length));
            assertThat(get(a.calls().transfer(b.id(), "echo", bytes(length)))).isEqualTo(bytes(length));
        }
        assertThat(b.heard().refusals).isEmpty();
    }

    @Test
    void aDocumentIsReadByGetAndProvedAsCallsAre() throws Exception {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        b.calls().serveDocument("bootstrap", () -> CompletableFuture.completedFuture(HELLO));
        assertThat(get(a.calls().read(b.id(), "bootstrap"))).isEqualTo(HELLO);
        assertThat(failure(a.calls().read(b.id(), "echo"))).hasMessageContaining("does not serve echo");
        assertThat(failure(a.calls().call(b.id(), "bootstrap", HELLO))).hasMessageContaining("serve bootstrap");
        URI uri = URI.create("http://" + b.address() + PeerTarget.DOCUMENTS + "bootstrap");
        try (HttpClient stranger = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    stranger.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(403);
        }
        TestNode other = node("a", TestNode.Ways.USUAL.withCluster("other"));
        other.knows(b);
        assertThat(failure(other.calls().read(b.id(), "bootstrap"))).hasMessageContaining("403");
    }

    @Test
    void aCallToItselfNeedsNoAddress() {
        TestNode a = node("a");
        assertThat(get(a.calls().call(a.id(), "echo", HELLO))).isEqualTo(HELLO);
    }

    /** What is there for those who ask it may lie beside what is there for others, and only the path tells. */
    @Test
    void whoeverAsksAnybodyMakesEachCallByItself() throws Exception {
        TestNode seed = node("seed");
        TestNode asking = node("a", TestNode.Ways.USUAL.withProof(new PeerProof(TestNode.SECRET, null, seed.id())));
        List<String> paths = new CopyOnWriteArrayList<>();
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer().requestHandler(request -> {
                paths.add(request.path());
                seed.calls().endpoint().handle(request);
            });
            int port = server.listen(0, "127.0.0.1").await(3, TimeUnit.MINUTES).actualPort();
            asking.addresses().put(seed.id(), new PeerAddresses.Address("127.0.0.1", port));
            assertThat(get(asking.calls().call(seed.id(), "echo", HELLO))).isEqualTo(HELLO);
            assertThat(paths).containsOnly(PeerTarget.CALLS + "echo");
        } finally {
            vertx.close();
        }
    }

    @Test
    void manyCallsAtOnceGetTheirOwnAnswers() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int call = 0; call < 1000; call++) {
            answers.add(a.calls().call(b.id(), "echo", bytes(call)));
        }
        for (int call = 0; call < 1000; call++) {
            assertThat(get(answers.get(call))).isEqualTo(bytes(call));
        }
        assertThat(b.heard().refusals).isEmpty();
    }

    @Test
    void moreCallsThanMayWaitFailAtOnce() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        CompletableFuture<byte[]> late = new CompletableFuture<>();
        b.calls().serve("late", _ -> late);
        // now the run is known, and no call is sent a second time, behind those that wait
        get(a.calls().call(b.id(), "echo", HELLO));
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        int places = TestNode.Ways.USUAL.settings().callConnections()
                + TestNode.Ways.USUAL.settings().waitingCalls();
        for (int call = 0; call < places + 100; call++) {
            answers.add(a.calls().call(b.id(), "late", HELLO));
        }
        List<CompletableFuture<byte[]>> refused = answers.subList(places, answers.size());
        refused.forEach(answer -> assertThat(failure(answer)).hasMessageContaining("too many calls"));
        late.complete(HELLO);
        assertThat(get(answers.getFirst())).isEqualTo(HELLO);
    }

    @Test
    void whatAServiceFailsWithReachesTheCaller() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        b.calls().serve("bad", _ -> CompletableFuture.failedFuture(new IOException("the disk is full")));
        b.calls().serve("worse", _ -> {
            throw new IllegalStateException("it cannot be");
        });
        assertThat(failure(a.calls().call(b.id(), "bad", HELLO))).hasMessageContaining("the disk is full");
        assertThat(failure(a.calls().call(b.id(), "worse", HELLO))).hasMessageContaining("it cannot be");
        assertThat(failure(a.calls().call(b.id(), "nothing", HELLO))).hasMessageContaining("404");
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
    }

    @Test
    void anotherSecretIsRefusedAndCounted() {
        TestNode a = node("a", TestNode.Ways.USUAL.withSecret(ClusterSecret.of("another secret of the right length")));
        TestNode b = node("b");
        a.knows(b);
        AtomicInteger served = counting(b);
        assertThat(failure(a.calls().call(b.id(), "count", HELLO))).hasMessageContaining("403");
        assertThat(b.heard().refusals).containsExactly(Refusal.SECRET);
        assertThat(served).hasValue(0);
    }

    @Test
    void anotherClusterIsRefusedAndCounted() {
        TestNode a = node("a", TestNode.Ways.USUAL.withCluster("harbour-2"));
        TestNode b = node("b");
        a.knows(b);
        assertThat(failure(a.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("another cluster");
        assertThat(b.heard().refusals).containsExactly(Refusal.CLUSTER);
    }

    @Test
    void aCallAtAWrongAddressIsRefused() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.addresses().put(new NodeId("c"), b.address());
        assertThat(failure(a.calls().call(new NodeId("c"), "echo", HELLO))).hasMessageContaining("another node");
        assertThat(b.heard().refusals).containsExactly(Refusal.NODE);
    }

    @Test
    void aClockFarOffIsRefusedUntilItIsRightAgain() {
        TickingClock clock = new TickingClock();
        TestNode a = node("a", TestNode.Ways.USUAL.withClock(clock));
        TestNode b = node("b");
        a.knows(b);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        clock.offset = Duration.ofMinutes(6);
        assertThat(failure(a.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("clock");
        clock.offset = Duration.ofMinutes(-6);
        assertThat(failure(a.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("clock");
        assertThat(b.heard().refusals).containsExactly(Refusal.CLOCK, Refusal.CLOCK);
        clock.offset = Duration.ofMinutes(-4);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
    }

    private static final class TickingClock implements InstantSource {
        volatile Duration offset = Duration.ZERO;

        @Override
        public Instant instant() {
            return Clock.tickMillis(ZoneOffset.UTC).instant().plus(offset);
        }
    }

    @Test
    void aNodeThatStartedAnewIsSpokenToWithoutAFailure() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        TestNode again = TestNode.restarted(b);
        nodes.add(again);
        again.calls().serve("echo", CompletableFuture::completedFuture);
        nodes.remove(b);
        assertThat(answeredBefore(a, b, ENOUGH)).isTrue();
        assertThat(again.heard().refusals).isEmpty();
    }

    @Test
    void anAddressMayChange() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        get(a.calls().call(b.id(), "echo", HELLO));
        b.vanish();
        TestNode moved = node("b");
        a.knows(moved);
        assertThat(get(a.calls().call(b.id(), "echo", HELLO))).isEqualTo(HELLO);
        a.addresses().remove(b.id());
        assertThat(failure(a.calls().call(b.id(), "echo", HELLO))).hasMessageContaining("not known");
    }

    @Test
    void aNodeThatIsGoneFailsAtOnceAndAnswersWhenItIsBack() {
        TestNode a = node("a");
        TestNode b = node("b");
        a.knows(b);
        int port = b.address().port();
        b.vanish();
        long began = System.nanoTime();
        for (int call = 0; call < 50; call++) {
            assertThat(failure(a.calls().call(b.id(), "echo", HELLO)).outcome())
                    .isEqualTo(PeerListener.Outcome.UNREACHABLE);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ENOUGH);
        b.listen(port);
        assertThat(answeredBefore(a, b, ENOUGH)).isTrue();
    }

    /** Whether the other answers again after it did not for a while. */
    private static boolean answeredBefore(TestNode from, TestNode to, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                return Arrays.equals(from.calls().call(to.id(), "echo", HELLO).get(3, TimeUnit.MINUTES), HELLO);
            } catch (ExecutionException _) {
                Thread.onSpinWait();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return false;
    }

    @Test
    void aNodeThatStallsIsGivenUpAfterTheTimeLimit() throws IOException {
        TestNode a = node(
                "a",
                TestNode.Ways.USUAL.withSettings(PeerSettings.DEFAULT.withTimeouts(
                        Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofMillis(200))));
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            a.addresses().put(new NodeId("b"), new PeerAddresses.Address("127.0.0.1", silent.getLocalPort()));
            long began = System.nanoTime();
            assertThat(failure(a.calls().call(new NodeId("b"), "echo", HELLO)).outcome())
                    .isEqualTo(PeerListener.Outcome.UNANSWERED);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ENOUGH);
        }
    }

    @Test
    void aBodyThatIsTooLongIsNotTakenIn() {
        TestNode a = node("a");
        TestNode b = node("b", TestNode.Ways.USUAL.withSettings(PeerSettings.DEFAULT.withBodies(1000, 1000)));
        a.knows(b);
        assertThat(failure(a.calls().call(b.id(), "echo", bytes(1001)))).hasMessageContaining("413");
        assertThat(get(a.calls().call(b.id(), "echo", bytes(1000)))).isEqualTo(bytes(1000));
        TestNode c = node("c", TestNode.Ways.USUAL.withSettings(PeerSettings.DEFAULT.withBodies(1000, 1000)));
        c.knows(a);
        assertThat(failure(c.calls().call(a.id(), "echo", bytes(1001)))).hasMessageContaining("1001 bytes");
        a.calls().serve("long", _ -> CompletableFuture.completedFuture(bytes(1001)));
        assertThat(failure(c.calls().call(a.id(), "long", HELLO))).hasMessageContaining("1001 bytes");
    }

    @Test
    void aServerThatDoesNotKnowTheSecretIsNotBelieved() {
        TestNode a = node("a");
        TestNode liar = node("liar", TestNode.Ways.USUAL.withCluster("elsewhere"));
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .putHeader(RequestProof.HEADER, "1 0 AAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAA")
                            .end("trust me"));
            int port = server.listen(0, "127.0.0.1").await(3, TimeUnit.MINUTES).actualPort();
            a.addresses().put(liar.id(), new PeerAddresses.Address("127.0.0.1", port));
            assertThat(failure(a.calls().call(liar.id(), "echo", HELLO))).hasMessageContaining("proof is wrong");
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        } finally {
            vertx.close();
        }
    }

    // what somebody sends who listens in, or makes it up

    @Test
    void aRequestThatIsSentTwiceIsServedOnce() throws Exception {
        TestNode b = node("b");
        AtomicInteger served = counting(b);
        Forged call = Forged.to(b, "count", HELLO);
        assertThat(call.send(HELLO).statusCode()).isEqualTo(200);
        assertThat(call.send(HELLO).statusCode()).isEqualTo(403);
        assertThat(served).hasValue(1);
        assertThat(b.heard().refusals).containsExactly(Refusal.REPLAYED);
    }

    @Test
    void aRequestOfBeforeARestartIsNotServedAfterIt() throws Exception {
        TestNode b = node("b");
        Forged call = Forged.to(b, "count", HELLO);
        TestNode again = TestNode.restarted(b);
        nodes.remove(b);
        nodes.add(again);
        AtomicInteger served = counting(again);
        assertThat(call.send(HELLO).statusCode()).isEqualTo(409);
        assertThat(served).hasValue(0);
    }

    @Test
    void anotherBodyIsRefused() throws Exception {
        TestNode b = node("b");
        AtomicInteger served = counting(b);
        byte[] other = HELLO.clone();
        other[0]++;
        HttpResponse<String> answer = Forged.to(b, "count", HELLO).send(other);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("\"code\":\"body\"");
        assertThat(b.heard().refusals).containsExactly(Refusal.BODY);
        assertThat(served).hasValue(0);
    }

    @Test
    void anotherLengthOrServiceIsRefusedBeforeTheBody() throws Exception {
        TestNode b = node("b");
        b.calls().serve("other", CompletableFuture::completedFuture);
        assertThat(Forged.to(b, "echo", HELLO).send(Arrays.copyOf(HELLO, 4)).statusCode())
                .isEqualTo(403);
        assertThat(Forged.to(b, "echo", HELLO).send("other", HELLO).statusCode())
                .isEqualTo(403);
        assertThat(b.heard().refusals).containsExactly(Refusal.SECRET, Refusal.SECRET);
    }

    @Test
    void whoHasNoProofOrABrokenOneIsRefused() throws Exception {
        TestNode b = node("b");
        String uri = "http://" + b.address() + PeerTarget.CALLS + "echo";
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest.Builder plain =
                HttpRequest.newBuilder(URI.create(uri)).POST(HttpRequest.BodyPublishers.ofByteArray(HELLO));
        HttpResponse<String> answer = client.send(plain.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .isEqualTo("{\"code\":\"missing\",\"message\":\"this is for the nodes of the cluster\"}\n");
        for (String proof : List.of("1", "1 a b c", "2 harbour-1 a b 1 1 1 1 AA AA", "x".repeat(4000))) {
            client.send(plain.copy().header(RequestProof.HEADER, proof).build(), HttpResponse.BodyHandlers.ofString());
        }
        assertThat(b.heard().refusals)
                .containsExactly(
                        Refusal.MISSING, Refusal.MALFORMED, Refusal.MALFORMED, Refusal.MALFORMED, Refusal.MALFORMED);
    }

    @Test
    void aSecretIsLongEnoughAndNotShown() {
        assertThatThrownBy(() -> ClusterSecret.of("short"))
                .hasMessageContaining("5 bytes")
                .hasMessageNotContaining("short");
        assertThat(TestNode.SECRET.toString()).doesNotContain("0123");
    }

    /** A request made apart from its sending, in a session of its own. */
    private record Forged(TestNode to, String service, String proof) {
        static Forged to(TestNode node, String service, byte[] body) throws Exception {
            PeerIdentity caller = new PeerIdentity(TestNode.CLUSTER, new NodeId("a"));
            Sessions sessions = new Sessions(TestNode.SECRET, caller, node.id(), new Random());
            // the first is told the run
            HttpResponse<String> told =
                    new Forged(node, service, proof(sessions, caller, node, service, body)).send(body);
            assertThat(told.statusCode()).isEqualTo(409);
            long run = AnswerProof.parse(
                            told.headers().firstValue(RequestProof.HEADER).orElseThrow())
                    .orElseThrow()
                    .run();
            sessions.renew(sessions.current(), run);
            return new Forged(node, service, proof(sessions, caller, node, service, body));
        }

        private static String proof(
                Sessions sessions, PeerIdentity caller, TestNode node, String service, byte[] body) {
            Sessions.Session session = sessions.current();
            long number = session.next().getAndIncrement();
            return RequestProof.of(
                            new RequestProof.Peers(caller, node.id()),
                            session.keys(),
                            new RequestProof.Place(System.currentTimeMillis(), session.id(), session.run(), number),
                            new RequestProof.Line("POST", PeerTarget.CALLS + service, body.length),
                            session.keys().tag(SessionKeys.Speaker.CALLER, number, body))
                    .header();
        }

        HttpResponse<String> send(byte[] body) throws Exception {
            return send(service, body);
        }

        HttpResponse<String> send(String asService, byte[] body) throws Exception {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + to.address() + PeerTarget.CALLS + asService))
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .header(RequestProof.HEADER, proof)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        }
    }

    private static AtomicInteger counting(TestNode node) {
        AtomicInteger served = new AtomicInteger();
        node.calls().serve("count", request -> {
            served.incrementAndGet();
            return CompletableFuture.completedFuture(request);
        });
        return served;
    }
}
