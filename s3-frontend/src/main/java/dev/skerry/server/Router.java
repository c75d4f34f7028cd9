package dev.skerry.server;

import dev.skerry.http.RequestTarget;
import dev.skerry.http.TrustedProxies;
import dev.skerry.s3.http.HostedBuckets;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;

/**
 * Who answers on the S3 port: {@code /_/api/} and {@code /_/openapi/} the native API, {@code /_/internal/v1/} in a
 * cluster the other nodes' endpoint, the rest of {@code /_/} the system routes, everything else S3. A key may begin
 * with {@code _/} where the bucket is named by the host; that is S3's too.
 */
final class Router implements Handler<HttpServerRequest> {
    private final List<String> domains;
    private final TrustedProxies proxies;
    private final Handler<HttpServerRequest> s3;
    private final Handler<HttpServerRequest> nativeApi;
    private final Handler<HttpServerRequest> system;
    private final Handler<HttpServerRequest> peers;

    /** A node that is alone: to it {@code /_/internal/} is a path like any other. */
    Router(
            List<String> domains,
            TrustedProxies proxies,
            Handler<HttpServerRequest> s3,
            Handler<HttpServerRequest> nativeApi,
            Handler<HttpServerRequest> system) {
        this(
                domains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList(),
                proxies,
                s3,
                nativeApi,
                system,
                system);
    }

    private Router(
            List<String> domains,
            TrustedProxies proxies,
            Handler<HttpServerRequest> s3,
            Handler<HttpServerRequest> nativeApi,
            Handler<HttpServerRequest> system,
            Handler<HttpServerRequest> peers) {
        this.domains = domains;
        this.proxies = proxies;
        this.s3 = s3;
        this.nativeApi = nativeApi;
        this.system = system;
        this.peers = peers;
    }

    /** The same in a cluster, whose nodes ask that endpoint. */
    Router inCluster(Handler<HttpServerRequest> endpoint) {
        return new Router(domains, proxies, s3, nativeApi, system, endpoint);
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = RequestTarget.rawPath(request.uri());
        if (!path.startsWith("/_/") || namesBucket(request)) {
            s3.handle(request);
        } else if (path.startsWith("/_/api/") || path.startsWith("/_/openapi/")) {
            nativeApi.handle(request);
        } else if (path.startsWith("/_/internal/v1/")) {
            peers.handle(request);
        } else {
            system.handle(request);
        }
    }

    /** Asked as S3 asks, so that no key is between the two. */
    private boolean namesBucket(HttpServerRequest request) {
        return !domains.isEmpty() && HostedBuckets.of(proxies.hostOf(request), domains) != null;
    }
}
