package dev.skerry.compat.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients of a cluster see is the nodes' doing, not that of the endpoint they are behind. */
@ExtendWith(WithServer.class)
class RotatingEndpointTest {
    private static final int UPLOADS = 20;
    private static final int ANSWER_MILLIS = 40_000;
    private static final byte[] BODY = "0123456789".repeat(100).getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    final OwnBucket own = OwnBucket.empty();

    private RotatingEndpoint endpoint;
    private URI url;

    @BeforeEach
    void listen() {
        endpoint = new RotatingEndpoint(List.of(own.s3()));
        url = endpoint.url();
    }

    @AfterEach
    void end() {
        endpoint.close();
    }

    /** Of an upload that is answered before its body is there, and of one that is not. */
    @Test
    void anUploadThatIsBrokenOffIsNotFinishedByTheNextRequest() throws IOException {
        for (int upload = 0; upload < UPLOADS; upload++) {
            breakOff(upload().toBytes());
            breakOff(upload().sign().toBytes());
            assertThat(Wire.exchange(url, read().sign()).status()).isEqualTo(404);
        }
    }

    @Test
    void aClientThatAsksBeforeItSendsIsAnsweredByTheNode() throws IOException {
        byte[] refused = upload().header("expect", "100-continue").toBytes();
        assertThat(statuses(refused)).containsExactly("HTTP/1.1 403 Forbidden");

        byte[] wanted = upload().header("expect", "100-continue").sign().toBytes();
        assertThat(statuses(wanted)).containsExactly("HTTP/1.1 100 Continue", "HTTP/1.1 200 OK");
        assertThat(Wire.exchange(url, read().sign()).body()).isEqualTo(BODY);
    }

    private WireRequest upload() {
        return WireRequest.object("PUT", url, own.name(), "key").body(BODY);
    }

    private WireRequest read() {
        return WireRequest.object("GET", url, own.name(), "key");
    }

    private void breakOff(byte[] request) throws IOException {
        try (Wire wire = new Wire(url)) {
            wire.send(Arrays.copyOf(request, request.length - BODY.length / 2));
        }
    }

    /** What an answer to the head begins with and, if that asks for the body, the answer to all. */
    private List<String> statuses(byte[] request) throws IOException {
        try (Socket client = new Socket(url.getHost(), url.getPort())) {
            client.setSoTimeout(ANSWER_MILLIS);
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            int head = request.length - BODY.length;
            client.getOutputStream().write(request, 0, head);
            String first = answer.readLine();
            if (!first.contains(" 100 ")) {
                return List.of(first);
            }
            client.getOutputStream().write(request, head, BODY.length);
            assertThat(answer.readLine()).isEmpty();
            return List.of(first, answer.readLine());
        }
    }
}
