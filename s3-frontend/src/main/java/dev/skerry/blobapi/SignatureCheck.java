package dev.skerry.blobapi;

import dev.skerry.blob.store.BlobBody;
import dev.skerry.http.Exchange;
import dev.skerry.s3.auth.Identity;
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

    /**
     * Who signed, and what.
     *
     * @param identity who
     * @param body opens the body as its signature frames and protects it, once
     */
    record Signed(Identity identity, Supplier<BlobBody> body) {}
}
