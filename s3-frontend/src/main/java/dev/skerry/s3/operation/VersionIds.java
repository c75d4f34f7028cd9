package dev.skerry.s3.operation;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.util.Optional;

/** S3's version ids: a blob id, or {@code null} for what was written while versioning was off. */
final class VersionIds {
    /** The header that shows a version id. */
    static final String HEADER = "x-amz-version-id";

    private static final String NULL = "null";

    private VersionIds() {}

    /** The version a request's {@code versionId} names; the current one where it names none. */
    static VersionSelector requested(S3Request request) {
        return request.query("versionId").map(VersionIds::selector).orElse(VersionSelector.CURRENT);
    }

    /**
     * The version of that id.
     *
     * @throws S3Exception with InvalidArgument where it cannot be one
     */
    static VersionSelector selector(String versionId) {
        if (versionId.equals(NULL)) {
            return VersionSelector.NULL_VERSION;
        }
        if (!BlobId.isValid(versionId)) {
            throw invalid("versionId", versionId);
        }
        return new VersionSelector.ByBlobId(new BlobId(versionId));
    }

    /** That very version, whatever becomes current. */
    static VersionSelector exactly(BlobMeta meta) {
        return new VersionSelector.ByBlobId(meta.blobId());
    }

    /**
     * Which version a request is to change: the one it asks for, and where the decision on access depended on the
     * object, the very one that may be changed, whatever becomes current.
     */
    static VersionSelector toChange(S3Request request, BlobStore blobs) {
        VersionSelector asked = requested(request);
        if (!request.access().dependsOnObject()) {
            return asked;
        }
        BlobMeta meta = blobs.head(request.path(), asked);
        request.access().requireSame(meta);
        return exactly(meta);
    }

    /** The refusal of a version id that cannot be one. */
    static S3Exception invalid(String parameter, String versionId) {
        String message = versionId.isEmpty() ? "Version id cannot be the empty string" : "Invalid version id specified";
        return S3Exception.of(
                S3ErrorCode.INVALID_ARGUMENT, message, "ArgumentName", parameter, "ArgumentValue", versionId);
    }

    /** What a write shows: S3 is silent unless versioning is enabled. */
    static Optional<String> ofWrite(BlobMeta written) {
        return written.nullVersion() ? Optional.empty() : Optional.of(written.versionId());
    }

    /** What a read shows: S3 is silent where versioning was never on. */
    static Optional<String> ofRead(Bucket bucket, BlobMeta read) {
        return bucket.versioning() == Versioning.OFF ? Optional.empty() : Optional.of(read.versionId());
    }
}
