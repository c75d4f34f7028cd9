package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.s3.http.S3Request;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The four conditions of a read, or of the source of a copy, with RFC 9110's precedence: an ETag condition silences the
 * date condition beside it.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html">Conditional reads</a>
 */
record ReadConditions(
        Optional<List<String>> ifMatch,
        Optional<List<String>> ifNoneMatch,
        Optional<Instant> ifModifiedSince,
        Optional<Instant> ifUnmodifiedSince) {
    /** What became of the conditions. */
    enum Outcome {
        HOLD,
        /** The client has it already: 304 on a read. */
        NOT_MODIFIED
    }

    /** Of a read. */
    static ReadConditions ofRead(S3Request request) {
        return of(request, "");
    }

    /** Of the source of a copy. */
    static ReadConditions ofCopySource(S3Request request) {
        return of(request, "x-amz-copy-source-");
    }

    private static ReadConditions of(S3Request request, String prefix) {
        return new ReadConditions(
                request.header(prefix + "if-match").map(ETags::list),
                request.header(prefix + "if-none-match").map(ETags::list),
                request.header(prefix + "if-modified-since").flatMap(Times::parse),
                request.header(prefix + "if-unmodified-since").flatMap(Times::parse));
    }

    /**
     * Checks them.
     *
     * @throws StoreException with {@code PreconditionFailed}
     */
    Outcome check(BlobMeta meta) {
        Instant modified = Times.wholeSeconds(meta.createdAt());
        if (ifMatch.isPresent()) {
            if (!ETags.match(ifMatch.get(), meta.etag())) {
                throw failed("If-Match");
            }
        } else if (ifUnmodifiedSince.isPresent() && modified.isAfter(ifUnmodifiedSince.get())) {
            throw failed("If-Unmodified-Since");
        }
        boolean known = ifNoneMatch.isPresent()
                ? ETags.match(ifNoneMatch.get(), meta.etag())
                : ifModifiedSince.isPresent() && !modified.isAfter(ifModifiedSince.get());
        return known ? Outcome.NOT_MODIFIED : Outcome.HOLD;
    }

    /** Checks them for a copy, which has no 304: what is not modified is refused too. */
    void require(BlobMeta meta) {
        if (check(meta) == Outcome.NOT_MODIFIED) {
            throw failed(ifNoneMatch.isPresent() ? "If-None-Match" : "If-Modified-Since");
        }
    }

    private static StoreException failed(String condition) {
        return new StoreException(new StoreFailure.PreconditionFailed(condition));
    }
}
