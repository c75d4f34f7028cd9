package dev.skerry.blobapi;

import dev.skerry.blob.store.BlobBody;
import dev.skerry.http.Exchange;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.Authenticator;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.auth.RequestPayload;
import java.util.function.Supplier;

/** Tells by Signature Version 4 who sends a request; S3's own way of asking, which the native API shares. */
@FunctionalInterface
public interface SignatureCheck {
    /**
     * Checks the signature in a request's headers or query. Runs on the request's thread.
     *
     * @return who signed, {@link Identity#ANONYMOUS} where nothing is signed
     * @throws dev.skerry.s3.error.S3Exception where the signature is malformed, wrong or too old
     */
    Signed check(Exchange exchange);

    /** As the S3 API checks it. */
    static SignatureCheck by(Authenticator authenticator) {
        return exchange -> {
            RequestHead head = RequestHead.of(exchange.request());
            Authentication proved = authenticator.authenticate(head);
            return new Signed(proved.identity(), () -> RequestPayload.open(head, exchange.body(), proved.payload()));
        };
    }

    /**
     * Who signed, and what.
     *
     * @param identity who
     * @param body opens the body as its signature frames and protects it, once
     */
    record Signed(Identity identity, Supplier<BlobBody> body) {}
}
