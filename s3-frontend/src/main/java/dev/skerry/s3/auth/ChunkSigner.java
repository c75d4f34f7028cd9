package dev.skerry.s3.auth;

/**
 * The chain of chunk signatures: each covers its chunk and the signature before it, the first one the request's own.
 * Used by one thread.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Signature calculations for
 *     chunked uploads</a>
 */
public final class ChunkSigner {
    private final SigningKey signingKey;
    private final String dateAndScope;
    private String previous;

    ChunkSigner(SigningKey signingKey, String amzDate, CredentialScope scope, String seedSignature) {
        this.signingKey = signingKey;
        this.dateAndScope = amzDate + "\n" + scope.text() + "\n";
        this.previous = seedSignature;
    }

    /** The signature of the next chunk, by the hexadecimal SHA-256 of its bytes. */
    String signChunk(String chunkSha256) {
        return sign("AWS4-HMAC-SHA256-PAYLOAD", Digests.EMPTY_SHA256 + "\n" + chunkSha256);
    }

    /** The signature of the trailer, given as lines of {@code name:value} that each end in a line feed. */
    String signTrailer(String canonicalTrailer) {
        return sign("AWS4-HMAC-SHA256-TRAILER", Digests.sha256Hex(canonicalTrailer));
    }

    private String sign(String algorithm, String rest) {
        String text = algorithm + "\n" + dateAndScope + previous + "\n" + rest;
        previous = signingKey.sign(text);
        return previous;
    }
}
