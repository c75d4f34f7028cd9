package dev.skerry.s3.operation;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * ListMultipartUploads.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html">ListMultipartUploads</a>
 */
final class ListMultipartUploads implements S3Handler {
    private static final String UPLOAD_MARKER = "upload-id-marker";

    private final Uploads uploads;
    private final Named named;
    private final Owners owners;

    ListMultipartUploads(Uploads uploads, Named named, Owners owners) {
        this.uploads = uploads;
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
        String keyMarker = request.query("key-marker").orElse("");
        // S3 ignores an upload id marker that no key marker goes with
        Optional<String> uploadMarker =
                request.query(UPLOAD_MARKER).filter(text -> !text.isEmpty() && !keyMarker.isEmpty());
        int limit = Parameters.pageSize(request, "max-uploads");
        UnaryOperator<String> encode = Parameters.encoding(request);
        Uploads.Page page = uploads.list(new Uploads.Query(
                bucket,
                prefix,
                delimiter,
                keyMarker,
                uploadMarker.map(ListMultipartUploads::id).orElse(null),
                limit));
        XmlElement result = new XmlElement("ListMultipartUploadsResult")
                .add("Bucket", bucket)
                .add("KeyMarker", encode.apply(keyMarker))
                .add("UploadIdMarker", uploadMarker.orElse(""));
        addNextMarkers(page, encode, result);
        if (!delimiter.isEmpty()) {
            result.add("Delimiter", encode.apply(delimiter));
        }
        result.add("Prefix", encode.apply(prefix));
        request.query("encoding-type")
                .filter(type -> !type.isEmpty())
                .ifPresent(type -> result.add("EncodingType", type));
        result.add("MaxUploads", limit).add("IsTruncated", page.truncated());
        page.uploads().forEach(upload -> result.add(entry(upload, shown, encode)));
        CommonPrefixes.add(page.commonPrefixes(), encode, result);
        return S3Response.ok(result);
    }

    private static BlobId id(String text) {
        if (!BlobId.isValid(text)) {
            throw Parameters.invalid(UPLOAD_MARKER, text, "Invalid uploadId marker");
        }
        return new BlobId(text);
    }

    private static void addNextMarkers(Uploads.Page page, UnaryOperator<String> encode, XmlElement result) {
        if (!page.truncated()) {
            return;
        }
        result.add("NextKeyMarker", encode.apply(page.lastKey()));
        @Nullable BlobId last = page.lastUploadId();
        if (last != null) {
            result.add("NextUploadIdMarker", last.value());
        }
    }

    private static XmlElement entry(Upload upload, Owners shown, UnaryOperator<String> encode) {
        XmlElement entry = new XmlElement("Upload")
                .add("Key", encode.apply(upload.path().key()))
                .add("UploadId", upload.uploadId().value())
                .add(shown.initiator(upload.initiatorId()))
                .add(shown.owner(upload.attributes().ownerId()))
                .add("StorageClass", upload.attributes().storageClass().s3Name())
                .add("Initiated", Times.iso(upload.initiatedAt()));
        ListParts.addChecksum(upload, entry);
        return entry;
    }
}
