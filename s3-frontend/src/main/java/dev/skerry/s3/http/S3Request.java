package dev.skerry.s3.http;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.s3.auth.Identity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One authenticated request as an operation sees it. Framing, signature, percent-encoding and host style are behind it.
 * Used by the request's own thread.
 */
public interface S3Request {
    /** The id the client sees as {@code x-amz-request-id}. */
    String requestId();

    /** Who asks. */
    Identity identity();

    /** What it may do. */
    S3Access access();

    /** The bucket named by path or host. */
    Optional<String> bucket();

    /** The key, percent-decoded once, not normalised; may be any text. */
    Optional<String> key();

    /**
     * Where the key lives.
     *
     * @throws dev.skerry.s3.error.S3Exception with KeyTooLongError, or InvalidRequest where there is no key
     */
    BlobPath path();

    /** The first value of a query parameter, decoded; a parameter without a value is the empty text. */
    Optional<String> query(String name);

    /** The first value of a header, by any case, with surrounding white space removed. */
    Optional<String> header(String name);

    /** All headers by lower-case name, each with its values in order. */
    Map<String, List<String>> headers();

    /** The path as it came, still encoded: S3's {@code Resource} in errors. */
    String rawPath();

    /** Where the bucket is, as the client addressed it, for {@code Location}; it ends without a slash. */
    String bucketUrl();

    /** Whether it came over TLS, as far as a trusted proxy says so, and nobody on the way read it. */
    boolean overTls();

    /**
     * The decoded body, to be pulled once. Content-MD5, x-amz-content-sha256, checksum headers and trailers are in its
     * expectations.
     *
     * @throws dev.skerry.s3.error.S3Exception with MissingContentLength where the client announced no length, or
     *     InvalidDigest and the like where a digest header is malformed
     */
    BlobBody body();

    /**
     * The whole body, verified.
     *
     * @throws dev.skerry.s3.error.S3Exception with MalformedXML's like, EntityTooLarge, where it has more than
     *     {@code maximumBytes}
     */
    byte[] smallBody(int maximumBytes);
}
