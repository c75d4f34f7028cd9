package dev.skerry.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Has a request of any version but HTTP/1.0 and HTTP/1.1 answered as an invalid one, by a status line of HTTP/1.1. The
 * server's own answer repeats the version that came, which may be none ({@code HTTP/-970981377.1} for a number too
 * large). An unsupported version is an error of the client by RFC 9112, section 2.3.
 */
@Sharable
public final class HttpVersionCheck extends ChannelInboundHandlerAdapter {
    private static final HttpVersionCheck INSTANCE = new HttpVersionCheck();

    private HttpVersionCheck() {}

    /** Checks each request of a connection that has just been opened. On its event loop only. */
    public static void install(HttpConnection connection) {
        ChannelHandlerContext last = ((HttpServerConnection) connection).channelHandlerContext();
        last.pipeline().addBefore(last.name(), HttpVersionCheck.class.getName(), INSTANCE);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            HttpVersion version = request.protocolVersion();
            boolean old = version.equals(HttpVersion.HTTP_1_0);
            if (!old && !version.equals(HttpVersion.HTTP_1_1)) {
                request.setDecoderResult(DecoderResult.failure(new DecoderException("HTTP version not supported")));
            }
            request.setProtocolVersion(old ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
        }
        context.fireChannelRead(message);
    }
}
