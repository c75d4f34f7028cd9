package dev.skerry.s3.operation;

import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * UploadPartCopy.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html">UploadPartCopy</a>
 */
final class UploadPartCopy implements S3Handler {
    private static final String RANGE_HEADER = "x-amz-copy-source-range";
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,19})-(\\d{1,19})");

    private final BlobStore blobs;
    private final Uploads uploads;
    private final Named named;
    private final EncryptionHeaders encryption;
    private final AddedChecksums added;

    UploadPartCopy(BlobStore blobs, Uploads uploads, Named named, EncryptionHeaders encryption, AddedChecksums added) {
        this.blobs = blobs;
        this.uploads = uploads;
        this.named = named;
        this.encryption = encryption;
        this.added = added;
    }

    @Override
    public S3Response handle(S3Request request) {
        named.bucket(request);
        CustomerKey key = encryption.ofPart(request);
        int number = PartNumbers.require(request.query("partNumber").orElse(""));
        Upload upload = uploads.find(request.path(), UploadPart.uploadId(request));
        BlobEncryption encrypted = upload.attributes().encryption();
        CustomerKey.require(request.path(), true, encrypted, key);
        SourceObject source = SourceObject.open(request, blobs, named, encryption.ofSource(request));
        boolean begun = false;
        try {
            CopiedBody body = body(request, source);
            long length = body.declaredBytes().orElse(0);
            if (length > PutObject.MAX_BYTES) {
                throw new S3Exception(
                        S3ErrorCode.INVALID_REQUEST,
                        "The specified copy source is larger than the maximum allowable size for a copy source: "
                                + PutObject.MAX_BYTES);
            }
            Supplier<Command.UploadPart> copy = () ->
                    uploads.putPart(request.path(), upload.uploadId().value(), number, added.ofPart(upload), body, key);
            Map<String, String> headers = source.headers();
            EncryptionHeaders.add(encrypted, headers);
            begun = true;
            return SourceObject.isQuick(length)
                    ? new S3Response.Xml(200, headers, result(copy.get()))
                    : new S3Response.SlowXml(headers, () -> result(copy.get()));
        } finally {
            if (!begun) {
                source.close();
            }
        }
    }

    private static CopiedBody body(S3Request request, SourceObject source) {
        Optional<String> header = request.header(RANGE_HEADER);
        return header.isEmpty()
                ? CopiedBody.whole(source.reader(), false)
                : CopiedBody.part(
                        source.reader(), range(header.get(), source.meta().sizeBytes()));
    }

    /**
     * The range to copy, which must be given in full and lie within the source.
     *
     * @throws S3Exception with InvalidArgument where it has another form
     * @throws StoreException with {@code InvalidRange} where it runs over the end
     */
    static ByteRange range(String header, long sizeBytes) {
        Matcher range = RANGE.matcher(header);
        long first = range.matches() ? ByteRange.number(range.group(1)) : 0;
        long last = range.matches() ? ByteRange.number(range.group(2)) : -1;
        if (last < first) {
            throw Parameters.invalid(
                    RANGE_HEADER,
                    header,
                    "The " + RANGE_HEADER + " value must be of the form bytes=first-last where first and last are the"
                            + " zero-based offsets of the first and last bytes to copy");
        }
        if (last >= sizeBytes) {
            throw new StoreException(new StoreFailure.InvalidRange(header, sizeBytes));
        }
        return new ByteRange(first, last);
    }

    private static XmlElement result(Command.UploadPart part) {
        XmlElement result = new XmlElement("CopyPartResult")
                .add("LastModified", Times.iso(part.uploadedAt()))
                .add("ETag", ETags.quoted(part.etag()));
        Checksums.addElements(part.checksums(), result);
        return result;
    }
}
