package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.util.List;
import java.util.Optional;

/**
 * One deletion, alone or of many in one request.
 *
 * @param path what to delete
 * @param versionId the version to delete for good; empty to delete the path
 * @param conditions evaluated in the commit
 */
record Deletion(BlobPath path, Optional<String> versionId, List<Precondition> conditions) {
    /**
     * What a deletion shows.
     *
     * @param versionId the delete marker written, or the version that was named; empty where versioning is off
     * @param deleteMarker whether that is a delete marker
     */
    record Outcome(Optional<String> versionId, boolean deleteMarker) {}

    /** The conditions in a request's headers. */
    static List<Precondition> conditions(S3Request request) {
        for (String header : List.of("x-amz-if-match-size", "x-amz-if-match-last-modified-time")) {
            if (request.header(header).isPresent()) {
                throw new S3Exception(
                        S3ErrorCode.NOT_IMPLEMENTED,
                        "A header you provided implies functionality that is not implemented: " + header);
            }
        }
        return WriteConditions.of(request);
    }

    /** Deletes; that there is nothing to delete is no failure, whatever the condition. */
    Outcome run(BlobStore blobs) {
        try {
            return versionId.isPresent() ? deleteVersion(blobs, versionId.get()) : deletePath(blobs);
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.NoSuchBlob || e.failure() instanceof StoreFailure.NoSuchVersion) {
                return new Outcome(versionId, false);
            }
            throw e;
        }
    }

    private Outcome deletePath(BlobStore blobs) {
        Optional<BlobMeta> marker =
                blobs.delete(path, conditions).newTombstone().filter(BlobMeta::visible);
        return new Outcome(marker.map(BlobMeta::versionId), marker.isPresent());
    }

    private Outcome deleteVersion(BlobStore blobs, String id) {
        CommandResult.Deleted deleted = blobs.deleteVersion(path, VersionIds.selector(id), conditions);
        return new Outcome(
                Optional.of(id),
                deleted.removedVersion().filter(BlobMeta::tombstone).isPresent());
    }
}
