package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One deletion, alone or of many in one request.
 *
 * @param path what to delete
 * @param versionId the version to delete for good; empty to delete the path
 * @param conditions evaluated in the commit
 * @param bypassGovernance whether retention of the mode GOVERNANCE is set aside
 */
record Deletion(BlobPath path, Optional<String> versionId, List<Precondition> conditions, boolean bypassGovernance) {
    private static final String SIZE_HEADER = "x-amz-if-match-size";
    private static final String TIME_HEADER = "x-amz-if-match-last-modified-time";

    Deletion {
        conditions = List.copyOf(conditions);
    }

    /**
     * What a deletion shows.
     *
     * @param versionId the delete marker written, or the version that was named; empty where versioning is off
     * @param deleteMarker whether that is a delete marker
     */
    record Outcome(Optional<String> versionId, boolean deleteMarker) {}

    /** The conditions in a request's headers. */
    static List<Precondition> conditions(S3Request request) {
        List<Precondition> conditions = new ArrayList<>(WriteConditions.of(request));
        request.header(SIZE_HEADER).ifPresent(text -> conditions.add(ifSize(SIZE_HEADER, text)));
        request.header(TIME_HEADER).ifPresent(text -> conditions.add(ifModifiedAt(TIME_HEADER, text)));
        return conditions;
    }

    /** The conditions of one object among many. */
    static List<Precondition> conditions(XmlElement object) {
        List<Precondition> conditions = new ArrayList<>();
        object.textOf("ETag")
                .filter(etag -> !etag.isEmpty())
                .ifPresent(etag -> conditions.add(new Precondition.IfMatch(List.of(ETags.bare(etag)))));
        object.textOf("Size").ifPresent(text -> conditions.add(ifSize("Size", text)));
        object.textOf("LastModifiedTime").ifPresent(text -> conditions.add(ifModifiedAt("LastModifiedTime", text)));
        return conditions;
    }

    private static Precondition ifSize(String name, String text) {
        try {
            return new Precondition.IfSize(Long.parseLong(text.strip()));
        } catch (NumberFormatException _) {
            throw Parameters.invalid(name, text, "The value is not a size.");
        }
    }

    private static Precondition ifModifiedAt(String name, String text) {
        return Times.parse(text.strip())
                .map(Precondition.IfModifiedAt::new)
                .orElseThrow(() -> Parameters.invalid(name, text, "The value is not a date."));
    }

    /** Deletes; see {@link #outcome}. */
    Outcome run(BlobStore blobs, Compatibility compatibility) {
        BlobStore.Deletion asked = asked();
        return outcome(blobs, blobs.deleteAll(path.bucket(), List.of(asked)).getFirst(), compatibility);
    }

    /** What the store is asked to do; throws where the version id is none. */
    BlobStore.Deletion asked() {
        return new BlobStore.Deletion(
                path, versionId.map(VersionIds::selector).orElse(null), conditions, bypassGovernance);
    }

    /**
     * What the store's outcome of {@link #asked} shows, or its failure thrown. That there is nothing to delete is no
     * failure, unless an ETag was asked for that nothing has.
     */
    Outcome outcome(BlobStore blobs, BlobStore.DeletionOutcome outcome, Compatibility compatibility) {
        return switch (outcome) {
            case BlobStore.DeletionOutcome.Done(CommandResult.Deleted deleted) -> shown(deleted);
            case BlobStore.DeletionOutcome.Failed(StoreException failure) -> {
                boolean absent = failure.failure() instanceof StoreFailure.NoSuchBlob
                        || failure.failure() instanceof StoreFailure.NoSuchVersion;
                if (!absent) {
                    throw failure;
                }
                boolean byEtag = conditions.stream().anyMatch(Precondition.IfMatch.class::isInstance)
                        && !compatibility.deletesNothingUnderCondition();
                requireNoMarker(blobs, byEtag);
                if (byEtag) {
                    throw failure;
                }
                yield new Outcome(versionId, false);
            }
        };
    }

    /**
     * A delete marker is there to S3, and has neither the size, the time nor the ETag that is asked for; any ETag is
     * asked for in vain only where an absent one is.
     */
    private void requireNoMarker(BlobStore blobs, boolean byEtag) {
        boolean any = conditions.equals(List.of(new Precondition.IfMatch(List.of(ETags.ANY))));
        if (versionId.isPresent() || (any && !byEtag)) {
            return;
        }
        try {
            blobs.head(path, VersionSelector.CURRENT);
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Deleted deleted
                    && deleted.tombstone().visible()) {
                throw new StoreException(new StoreFailure.PreconditionFailed("If-Match"), e);
            }
        }
    }

    private Outcome shown(CommandResult.Deleted deleted) {
        if (versionId.isPresent()) {
            return new Outcome(
                    versionId,
                    deleted.removedVersion().filter(BlobMeta::tombstone).isPresent());
        }
        Optional<BlobMeta> marker = deleted.newTombstone().filter(BlobMeta::visible);
        return new Outcome(marker.map(BlobMeta::versionId), marker.isPresent());
    }
}
