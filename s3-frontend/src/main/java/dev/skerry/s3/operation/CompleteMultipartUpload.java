package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * CompleteMultipartUpload. It moves no bytes, so the answer is there at once and a refusal has its own status, where S3
 * keeps the client waiting behind a 200.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html">
 *     CompleteMultipartUpload</a>
 */
final class CompleteMultipartUpload implements S3Handler {
    private static final String SIZE_HEADER = "x-amz-mp-object-size";
    private static final int MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

    private final Uploads uploads;
    private final Named named;
    private final Expirations expirations;
    private final EncryptionHeaders encryption;
    private final boolean forgiving;
    private final boolean needsKey;

    CompleteMultipartUpload(
            Uploads uploads,
            Named named,
            Expirations expirations,
            EncryptionHeaders encryption,
            S3Operations.Settings settings) {
        this.uploads = uploads;
        this.named = named;
        this.expirations = expirations;
        this.encryption = encryption;
        this.forgiving = settings.compatibility().forgivesPartLists();
        this.needsKey = settings.compatibility().completionNeedsCustomerKey();
    }

    @Override
    public S3Response handle(S3Request request) {
        Bucket bucket = named.bucket(request);
        List<NamedPart> parts = Documents.readIfAny(request, "CompleteMultipartUpload", MAX_DOCUMENT_BYTES)
                .map(document -> parts(document, UploadPart.uploadId(request)))
                .orElse(List.of());
        if (parts.isEmpty()) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        Checksums.type(request).ifPresent(type -> requireType(request, type));
        requireKey(request);
        BlobMeta meta = uploads.complete(new Uploads.Completion(
                        request.path(),
                        UploadPart.uploadId(request),
                        withChecksums(request, parts),
                        WriteConditions.of(request),
                        checksum(request, parts.size()),
                        objectSize(request)))
                .meta();
        Map<String, String> headers = S3Response.newHeaders();
        VersionIds.ofWrite(meta).ifPresent(id -> headers.put(VersionIds.HEADER, id));
        expirations.add(bucket, meta, headers);
        addEncryption(meta.attributes().encryption(), headers);
        XmlElement result = new XmlElement("CompleteMultipartUploadResult")
                .add(
                        "Location",
                        request.bucketUrl() + "/"
                                + UrlEncoding.encode(meta.path().key()))
                .add("Bucket", bucket.name())
                .add("Key", meta.path().key())
                .add("ETag", ETags.quoted(meta.etag()));
        Checksums.addElements(meta, result);
        return new S3Response.Xml(200, headers, result);
    }

    /**
     * S3 needs no key to complete an upload whose parts are encrypted with a client's; one that comes must be right.
     */
    private void requireKey(S3Request request) {
        CustomerKey key = encryption.ofPart(request);
        if (key == null && !needsKey) {
            return;
        }
        try {
            BlobEncryption encrypted = uploads.find(request.path(), UploadPart.uploadId(request))
                    .attributes()
                    .encryption();
            CustomerKey.require(request.path(), true, encrypted, key);
        } catch (StoreException e) {
            if (!(e.failure() instanceof StoreFailure.NoSuchUpload)) {
                throw e;
            }
            // completed already perhaps: the repeat shows nothing that a key protects
        }
    }

    /** Who need not send a client's key is not shown its MD5 either. */
    private void addEncryption(@Nullable BlobEncryption encrypted, Map<String, String> headers) {
        if (encrypted != null && (needsKey || encrypted.method() != EncryptionMethod.CUSTOMER)) {
            EncryptionHeaders.add(encrypted, headers);
        }
    }

    private List<NamedPart> parts(XmlElement document, String uploadId) {
        List<NamedPart> parts = new ArrayList<>();
        for (XmlElement part : document.children("Part")) {
            if (parts.size() == PartNumbers.MAX) {
                throw new S3Exception(S3ErrorCode.MALFORMED_XML);
            }
            String etag = ETags.bare(Documents.required(part, "ETag"));
            int number = number(Documents.required(part, "PartNumber"));
            if (forgiving && !parts.isEmpty() && parts.getLast().number() == number) {
                parts.removeLast(); // sent twice, named twice: the last one stands
            }
            parts.add(new NamedPart(number, etag, checksums(part, uploadId, number, etag)));
        }
        return parts;
    }

    /** A checksum that cannot be one is not the part's either. */
    private static List<Checksum> checksums(XmlElement part, String uploadId, int number, String etag) {
        return Checksums.ofPart(part)
                .orElseThrow(() -> new StoreException(
                        new StoreFailure.InvalidPart(uploadId, number, etag, "one of its checksums is none")));
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 1 && number <= PartNumbers.MAX) {
                return number;
            }
        } catch (NumberFormatException _) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        throw S3Exception.of(
                S3ErrorCode.INVALID_ARGUMENT,
                "PartNumber must be >= 1 and <= " + PartNumbers.MAX,
                "ArgumentName",
                "PartNumber",
                "ArgumentValue",
                text);
    }

    /**
     * The parts with their checksums, where an upload whose checksum is over theirs may be completed without naming
     * them: the ETags do say which bytes are meant.
     */
    private List<NamedPart> withChecksums(S3Request request, List<NamedPart> parts) {
        if (!forgiving || parts.stream().noneMatch(part -> part.checksums().isEmpty()) || !isComposite(request)) {
            return parts;
        }
        Map<Integer, List<Checksum>> uploaded = new HashMap<>();
        int after = 0;
        while (true) {
            var page = uploads.parts(request.path(), UploadPart.uploadId(request), after, Parameters.MAX_PAGE);
            page.forEach(part -> uploaded.put(part.number(), part.checksums()));
            if (page.size() < Parameters.MAX_PAGE) {
                break;
            }
            after = page.getLast().number();
        }
        return parts.stream().map(part -> withChecksums(part, uploaded)).toList();
    }

    private static NamedPart withChecksums(NamedPart named, Map<Integer, List<Checksum>> uploaded) {
        return named.checksums().isEmpty()
                ? new NamedPart(named.number(), named.etag(), uploaded.getOrDefault(named.number(), List.of()))
                : named;
    }

    private boolean isComposite(S3Request request) {
        return find(request).map(Upload::checksumType).orElse(null) == Checksum.Type.COMPOSITE;
    }

    /** The upload; empty where it was completed before, perhaps, which the store knows. */
    private Optional<Upload> find(S3Request request) {
        try {
            return Optional.of(uploads.find(request.path(), UploadPart.uploadId(request)));
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.NoSuchUpload) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What the checksum covers was said when the upload began. */
    private void requireType(S3Request request, Checksum.Type type) {
        Optional<Checksum.Type> begun = find(request).map(Upload::checksumType);
        if (begun.isPresent() && begun.get() != type) {
            throw new S3Exception(
                    S3ErrorCode.BAD_DIGEST,
                    "The upload was created using the " + begun.get() + " checksum mode. The complete request must use"
                            + " the same checksum mode.");
        }
    }

    private static @Nullable Checksum checksum(S3Request request, int parts) {
        Optional<ChecksumAlgorithm> algorithm = Checksums.sent(request);
        Optional<Checksum.Type> type = Checksums.type(request);
        if (algorithm.isEmpty()) {
            return null;
        }
        String text = request.header(Checksums.header(algorithm.get())).orElse("");
        return Checksums.claimed(algorithm.get(), text, type, parts);
    }

    private static @Nullable Long objectSize(S3Request request) {
        Optional<String> text = request.header(SIZE_HEADER);
        if (text.isEmpty()) {
            return null;
        }
        try {
            long size = Long.parseLong(text.get());
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw Parameters.invalid(SIZE_HEADER, text.get(), "The value of " + SIZE_HEADER + " is not a size.");
    }
}
