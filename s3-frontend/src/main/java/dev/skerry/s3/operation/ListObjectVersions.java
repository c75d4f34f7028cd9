package dev.skerry.s3.operation;

import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.Listing;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * ListObjectVersions: versions and delete markers of each key, newest first.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html">ListObjectVersions</a>
 */
final class ListObjectVersions implements S3Handler {
    private static final String KEY_MARKER = "key-marker";
    private static final String VERSION_MARKER = "version-id-marker";

    /** How many generations of a key are looked through for a marker that was deleted meanwhile. */
    private static final int MAX_GENERATIONS = 10_000;

    private final Listing listing;
    private final BlobStore blobs;
    private final Named named;
    private final Owners owners;

    ListObjectVersions(Listing listing, BlobStore blobs, Named named, Owners owners) {
        this.listing = listing;
        this.blobs = blobs;
        this.named = named;
        this.owners = owners;
    }

    @Override
    public S3Response handle(S3Request request) {
        Bucket found = named.bucket(request);
        String bucket = found.name();
        Owners shown = owners.in(found);
        String prefix = request.query("prefix").orElse("");
        String delimiter = request.query("delimiter").orElse("");
        String keyMarker = request.query(KEY_MARKER).orElse("");
        Optional<String> versionMarker = request.query(VERSION_MARKER).filter(text -> !text.isEmpty());
        int limit = Parameters.pageSize(request, "max-keys");
        UnaryOperator<String> encode = Parameters.encoding(request);
        Listing.Page page = listing.list(new Listing.Query(
                bucket,
                prefix,
                delimiter,
                keyMarker,
                afterGeneration(bucket, keyMarker, versionMarker),
                Scope.VISIBLE,
                limit));
        XmlElement result = new XmlElement("ListVersionsResult")
                .add("Name", bucket)
                .add("Prefix", encode.apply(prefix))
                .add("KeyMarker", encode.apply(keyMarker))
                .add("VersionIdMarker", versionMarker.orElse(""));
        addNextMarkers(page, encode, result);
        result.add("MaxKeys", limit);
        if (!delimiter.isEmpty()) {
            result.add("Delimiter", encode.apply(delimiter));
        }
        request.query("encoding-type")
                .filter(type -> !type.isEmpty())
                .ifPresent(type -> result.add("EncodingType", type));
        result.add("IsTruncated", page.truncated());
        page.blobs().forEach(blob -> result.add(entry(blob, shown, encode)));
        CommonPrefixes.add(page.commonPrefixes(), encode, result);
        return S3Response.ok(result);
    }

    private static void addNextMarkers(Listing.Page page, UnaryOperator<String> encode, XmlElement result) {
        if (!page.truncated()) {
            return;
        }
        result.add("NextKeyMarker", encode.apply(page.lastKey()));
        if (page.lastGeneration() != null && !page.blobs().isEmpty()) {
            result.add("NextVersionIdMarker", page.blobs().getLast().versionId());
        }
    }

    private static XmlElement entry(ListedBlob blob, Owners shown, UnaryOperator<String> encode) {
        boolean marker = blob.kind() == BlobKind.TOMBSTONE;
        XmlElement entry = new XmlElement(marker ? "DeleteMarker" : "Version")
                .add("Key", encode.apply(blob.path().key()))
                .add("VersionId", blob.versionId())
                .add("IsLatest", blob.latest())
                .add("LastModified", Times.iso(blob.createdAt()));
        if (!marker) {
            entry.add("ETag", ETags.quoted(blob.etag()));
            ListedChecksums.add(blob, entry);
            entry.add("Size", blob.sizeBytes())
                    .add("StorageClass", blob.storageClass().s3Name());
        }
        return entry.add(shown.owner(blob.ownerId()));
    }

    /** The generation a page begins below; null where it begins after the whole key. */
    private @Nullable Long afterGeneration(String bucket, String keyMarker, Optional<String> versionMarker) {
        if (versionMarker.isEmpty()) {
            return null;
        }
        if (keyMarker.isEmpty()) {
            throw Parameters.invalid(
                    VERSION_MARKER,
                    versionMarker.get(),
                    "A version-id marker cannot be specified without a key marker.");
        }
        VersionSelector selector = VersionIds.selector(versionMarker.get());
        if (keyMarker.getBytes(StandardCharsets.UTF_8).length > BlobPath.MAX_KEY_BYTES) {
            return null;
        }
        return generation(BlobPath.of(bucket, keyMarker), selector);
    }

    private @Nullable Long generation(BlobPath path, VersionSelector selector) {
        try {
            return blobs.head(path, selector).generation().value();
        } catch (StoreException e) {
            return switch (e.failure()) {
                case StoreFailure.Deleted deleted ->
                    deleted.tombstone().generation().value();
                case StoreFailure.NoSuchVersion _, StoreFailure.NoSuchBlob _ -> goneGeneration(path, selector);
                default -> throw e;
            };
        }
    }

    /**
     * Where a version was that its client has deleted since it was shown: hidden it still has its number, and once
     * collected its place is after all that are younger, for version ids ascend in time.
     */
    private @Nullable Long goneGeneration(BlobPath path, VersionSelector selector) {
        if (!(selector instanceof VersionSelector.ByBlobId byId)) {
            return null;
        }
        Long youngestOlder = null;
        for (BlobMeta meta : blobs.generations(path, MAX_GENERATIONS)) {
            int order = meta.blobId().compareTo(byId.blobId());
            if (order == 0) {
                return meta.generation().value();
            }
            if (order < 0 && youngestOlder == null) {
                youngestOlder = meta.generation().value() + 1;
            }
        }
        return youngestOlder;
    }
}
