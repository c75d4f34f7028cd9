package dev.skerry.s3.operation;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Occasion;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.PutBlobRequest;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * CopyObject.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html">CopyObject</a>
 */
final class CopyObject implements S3Handler {
    private static final String METADATA_DIRECTIVE = "x-amz-metadata-directive";
    private static final String TAGGING_DIRECTIVE = "x-amz-tagging-directive";
    private static final String ALGORITHM_HEADER = "x-amz-checksum-algorithm";

    private final BlobStore blobs;
    private final Named named;
    private final WrittenAccess access;
    private final Expirations expirations;
    private final EncryptionHeaders encryption;
    private final AddedChecksums added;
    private final UserMetadata metadata;

    CopyObject(
            BlobStore blobs,
            Named named,
            WrittenAccess access,
            Expirations expirations,
            EncryptionHeaders encryption,
            AddedChecksums added,
            UserMetadata metadata) {
        this.blobs = blobs;
        this.named = named;
        this.access = access;
        this.expirations = expirations;
        this.encryption = encryption;
        this.added = added;
        this.metadata = metadata;
    }

    @Override
    public S3Response handle(S3Request request) {
        Bucket bucket = named.bucket(request);
        EncryptionRequest encrypted = encryption.ofWrite(request, bucket);
        boolean newMetadata = replaces(request, METADATA_DIRECTIVE, "metadata");
        boolean newTags = replaces(request, TAGGING_DIRECTIVE, "tagging");
        Optional<ChecksumAlgorithm> algorithm = request.header(ALGORITHM_HEADER).map(Checksums::algorithm);
        SourceObject source = SourceObject.open(request, blobs, named, encryption.ofSource(request));
        boolean begun = false;
        try {
            BlobMeta meta = source.meta();
            requireCopiable(meta);
            if (!newTags) {
                request.access().requireCopyOfTags(meta);
            }
            requireChange(request, source, newMetadata || algorithm.isPresent() || encrypted != null);
            PutBlobRequest write = new PutBlobRequest(
                            request.path(),
                            attributes(request, bucket, meta, newMetadata, newTags),
                            WriteConditions.of(request),
                            algorithm.map(Set::of).orElseGet(() -> added.ofCopy(meta, bucket, encrypted)),
                            false,
                            null,
                            null,
                            encrypted)
                    .on(Occasion.COPY);
            Map<String, String> headers = source.headers();
            CopiedBody body = CopiedBody.whole(source.reader(), algorithm.isEmpty());
            begun = true;
            if (!SourceObject.isQuick(meta.sizeBytes())) {
                EncryptionHeaders.addAsked(encrypted, bucket, headers);
                return new S3Response.SlowXml(
                        headers, () -> result(blobs.put(write, body).meta()));
            }
            BlobMeta written = blobs.put(write, body).meta();
            VersionIds.ofWrite(written).ifPresent(id -> headers.put(VersionIds.HEADER, id));
            expirations.add(bucket, written, headers);
            EncryptionHeaders.addWritten(written.attributes().encryption(), headers);
            return new S3Response.Xml(200, headers, result(written));
        } finally {
            if (!begun) {
                source.close();
            }
        }
    }

    private static boolean replaces(S3Request request, String header, String what) {
        return switch (request.header(header).orElse("COPY")) {
            case "COPY" -> false;
            case "REPLACE" -> true;
            default ->
                throw Parameters.invalid(header, request.header(header).orElse(""), "Unknown " + what + " directive.");
        };
    }

    private static void requireCopiable(BlobMeta source) {
        if (source.sizeBytes() > PutObject.MAX_BYTES) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "The specified copy source is larger than the maximum allowable size for a copy source: "
                            + PutObject.MAX_BYTES);
        }
    }

    /** An object is not copied onto itself for nothing; an older version of it is, which brings that back. */
    private static void requireChange(S3Request request, SourceObject source, boolean changed) {
        boolean itself = source.source().path().equals(request.path())
                && source.source().versionId().isEmpty();
        boolean sameClass = WrittenAttributes.storageClass(request)
                .equals(source.meta().attributes().storageClass());
        boolean redirected = request.header(WrittenAttributes.REDIRECT).isPresent();
        if (itself && sameClass && !changed && !redirected) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "This copy request is illegal because it is trying to copy an object to itself without changing the"
                            + " object's metadata, storage class, website redirect location or encryption attributes.");
        }
    }

    /** Storage class, redirect and lock are always the request's: S3 does not copy them. */
    private BlobAttributes attributes(
            S3Request request, Bucket bucket, BlobMeta source, boolean newMetadata, boolean newTags) {
        BlobAttributes asked = WrittenAttributes.of(request, access.of(request, bucket), metadata);
        BlobAttributes old = source.attributes();
        Map<String, String> headers = new LinkedHashMap<>(newMetadata ? asked.headers() : old.headers());
        headers.remove(WrittenAttributes.REDIRECT);
        Optional.ofNullable(asked.headers().get(WrittenAttributes.REDIRECT))
                .ifPresent(target -> headers.put(WrittenAttributes.REDIRECT, target));
        return new BlobAttributes(
                headers,
                newMetadata ? asked.userMetadata() : old.userMetadata(),
                newTags ? asked.tags() : old.tags(),
                asked.ownerId(),
                asked.storageClass(),
                asked.acl(),
                null,
                asked.lock());
    }

    private static XmlElement result(BlobMeta written) {
        XmlElement result = new XmlElement("CopyObjectResult")
                .add("LastModified", Times.iso(written.createdAt()))
                .add("ETag", ETags.quoted(written.etag()));
        Checksums.addElements(written, result);
        return result;
    }
}
