package dev.skerry.server;

import dev.skerry.http.RequestTarget;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who answers on the S3 port: {@code /_/api/} and {@code /_/openapi/} the native API, the rest of {@code /_/} the
 * system routes, everything else S3. A key may begin with {@code _/} where the bucket is named by the host; that is
 * S3's too.
 */
final class Router implements Handler<HttpServerRequest> {
    private final List<String> bucketSuffixes;
    private final Handler<HttpServerRequest> s3;
    private final Handler<HttpServerRequest> nativeApi;
    private final Handler<HttpServerRequest> system;

    Router(
            List<String> domains,
            Handler<HttpServerRequest> s3,
            Handler<HttpServerRequest> nativeApi,
            Handler<HttpServerRequest> system) {
        this.bucketSuffixes = domains.stream()
                .map(domain -> "." + domain.toLowerCase(Locale.ROOT))
                .toList();
        this.s3 = s3;
        this.nativeApi = nativeApi;
        this.system = system;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = RequestTarget.rawPath(request.uri());
        if (!path.startsWith("/_/") || namesBucket(request.authority())) {
            s3.handle(request);
        } else if (path.startsWith("/_/api/") || path.startsWith("/_/openapi/")) {
            nativeApi.handle(request);
        } else {
            system.handle(request);
        }
    }

    private boolean namesBucket(@Nullable HostAndPort authority) {
        if (authority == null || bucketSuffixes.isEmpty()) {
            return false;
        }
        String host = authority.host().toLowerCase(Locale.ROOT);
        return bucketSuffixes.stream().anyMatch(host::endsWith);
    }
}
