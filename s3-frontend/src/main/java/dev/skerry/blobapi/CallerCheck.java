package dev.skerry.blobapi;

import dev.skerry.http.Exchange;
import dev.skerry.s3.auth.Identity;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;

/** Finds out who calls: by bearer token, by signature, or, on an open listener, nobody in particular. */
final class CallerCheck {
    private static final String BEARER = "bearer ";

    private final Tokens tokens;
    private final SignatureCheck signatures;
    private final Identity root;
    private final boolean nativeListenerOpen;

    CallerCheck(Tokens tokens, SignatureCheck signatures, Identity root, boolean nativeListenerOpen) {
        this.tokens = tokens;
        this.signatures = signatures;
        this.root = root;
        this.nativeListenerOpen = nativeListenerOpen;
    }

    /**
     * Who calls, and the body as they framed it.
     *
     * @throws ApiException with {@code UNAUTHENTICATED} or {@code ACCESS_DENIED}
     * @throws dev.skerry.s3.error.S3Exception where a signature is refused
     */
    SignatureCheck.Signed identify(Resource.Mount mount, Exchange exchange) {
        String authorization = exchange.request().getHeader("Authorization");
        if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            Identity identity = tokens.identify(
                            authorization.substring(BEARER.length()).strip())
                    .orElseThrow(() ->
                            new ApiException(ApiErrorCode.UNAUTHENTICATED, "the bearer token is none that is known"));
            return new SignatureCheck.Signed(identity, () -> PlainBody.of(exchange));
        }
        SignatureCheck.Signed signed = signatures.check(exchange);
        if (signed.identity().kind() != Identity.Kind.ANONYMOUS) {
            return signed;
        }
        if (mount == Resource.Mount.NATIVE_LISTENER && nativeListenerOpen) {
            requireNoBrowser(exchange);
            return new SignatureCheck.Signed(root, () -> PlainBody.of(exchange));
        }
        throw new ApiException(
                ApiErrorCode.UNAUTHENTICATED, "a bearer token or a signature, version 4, is needed here");
    }

    /**
     * An open listener trusts whoever can reach it, which is everyone on the machine; but not the web pages in their
     * browsers. Those give an origin, or reach it by a name of their own that they made resolve to this machine.
     */
    private static void requireNoBrowser(Exchange exchange) {
        HostAndPort authority = exchange.request().authority();
        String host = authority == null ? "" : authority.host().toLowerCase(Locale.ROOT);
        boolean address = host.isEmpty()
                || host.startsWith("[")
                || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        boolean local = address || host.equals("localhost");
        if (!local || exchange.request().getHeader("Origin") != null) {
            throw new ApiException(
                    ApiErrorCode.ACCESS_DENIED, "without a token, this listener answers on localhost and no web page");
        }
    }
}
