package dev.skerry.s3.http;

/** One S3 operation. Blocks; runs on the request's own thread. */
@FunctionalInterface
public interface S3Handler {
    /**
     * Does what the request asks.
     *
     * @throws dev.skerry.s3.error.S3Exception where the protocol refuses
     * @throws dev.skerry.blob.failure.StoreException where the store refuses
     */
    S3Response handle(S3Request request);
}
