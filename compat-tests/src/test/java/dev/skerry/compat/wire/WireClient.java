package dev.skerry.compat.wire;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Sends one request after the other over one connection. Never retries. For one thread. */
public final class WireClient implements AutoCloseable {
    private final URI server;
    private @Nullable Wire wire;

    public WireClient(URI server) {
        this.server = server;
    }

    /** Signs the request, sends it, reads the answer. */
    public WireResponse exchange(WireRequest request) throws IOException {
        Wire open = wire;
        if (open == null) {
            open = new Wire(server);
            wire = open;
        }
        try {
            open.send(request.sign().toBytes());
            WireResponse answer = open.receive(request.method());
            if (answer.header("connection").orElse("").equalsIgnoreCase("close")) {
                close();
            }
            return answer;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A request for an object of this server. */
    public WireRequest object(String method, String bucket, String key) {
        return WireRequest.object(method, server, bucket, key);
    }

    @Override
    public void close() throws IOException {
        Wire open = wire;
        wire = null;
        if (open != null) {
            open.close();
        }
    }
}
