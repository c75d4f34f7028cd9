package dev.skerry.blobapi;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.PreconditionFailed;
import dev.skerry.http.HttpDates;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The conditions of a read, in the order HTTP gives them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2">RFC 9110, section 13.2.2</a>
 */
final class ReadConditions {
    private ReadConditions() {}

    /**
     * Whether the client already has the blob, which is answered with 304.
     *
     * @throws StoreException with {@code PreconditionFailed} where the client wants it only if it is another
     */
    static boolean notModified(ApiCall call, BlobMeta meta) {
        Instant modified = meta.createdAt().truncatedTo(ChronoUnit.SECONDS);
        Optional<String> ifMatch = call.header("If-Match");
        Optional<Instant> unmodifiedSince = date(call, "If-Unmodified-Since");
        if (ifMatch.isPresent()) {
            if (!EntityTags.parse("If-Match", ifMatch.get(), false).match(meta)) {
                throw new StoreException(new PreconditionFailed("If-Match"));
            }
        } else if (unmodifiedSince.isPresent() && modified.isAfter(unmodifiedSince.get())) {
            throw new StoreException(new PreconditionFailed("If-Unmodified-Since"));
        }
        Optional<String> ifNoneMatch = call.header("If-None-Match");
        if (ifNoneMatch.isPresent()) {
            return EntityTags.parse("If-None-Match", ifNoneMatch.get(), true).match(meta);
        }
        Optional<Instant> modifiedSince = date(call, "If-Modified-Since");
        return modifiedSince.isPresent() && !modified.isAfter(modifiedSince.get());
    }

    /** Whether a {@code Range} header counts: {@code If-Range} may say that it does only for the same blob. */
    static boolean rangeApplies(ApiCall call, BlobMeta meta) {
        Optional<String> ifRange = call.header("If-Range");
        if (ifRange.isEmpty()) {
            return true;
        }
        if (ifRange.get().startsWith("\"")) {
            return EntityTags.parse("If-Range", ifRange.get(), false).match(meta);
        }
        return HttpDates.parse(ifRange.get())
                .map(meta.createdAt().truncatedTo(ChronoUnit.SECONDS)::equals)
                .orElse(false);
    }

    /** A date header; one that cannot be read counts as not sent, as HTTP asks. */
    private static Optional<Instant> date(ApiCall call, String name) {
        return call.header(name).flatMap(HttpDates::parse);
    }
}
