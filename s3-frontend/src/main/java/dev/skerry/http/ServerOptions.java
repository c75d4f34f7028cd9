package dev.skerry.http;

import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How a listener of ours frames HTTP: version 1.1 only, bounded heads, bodies in runs, no silent extras. */
public final class ServerOptions {
    /** Room for a key of 1024 bytes, every one of them escaped, and a presigned query. */
    private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;

    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private ServerOptions() {}

    /** Options of a new listener; {@code idleTimeout} closes a connection on which nothing moves. */
    public static HttpServerOptions create(String host, int port, Duration idleTimeout) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setHandle100ContinueAutomatically(false)
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false);
        options.setUseAlpn(false);
        options.setHost(host).setPort(port);
        options.setIdleTimeout((int) idleTimeout.toSeconds()).setIdleTimeoutUnit(TimeUnit.SECONDS);
        return options;
    }
}
