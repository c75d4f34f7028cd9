package dev.skerry.s3.operation;

import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Optional;

/** GetBucketVersioning, PutBucketVersioning. */
final class BucketVersioning {
    private static final String ROOT = "VersioningConfiguration";
    private static final String STATUS = "Status";
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024;

    private final Buckets buckets;
    private final Named named;

    BucketVersioning(Buckets buckets, Named named) {
        this.buckets = buckets;
        this.named = named;
    }

    /** GetBucketVersioning: a bucket that never had versioning shows no status. */
    S3Response get(S3Request request) {
        XmlElement configuration = new XmlElement(ROOT);
        switch (named.bucket(request).versioning()) {
            case OFF -> {}
            case ENABLED -> configuration.add(STATUS, "Enabled");
            case SUSPENDED -> configuration.add(STATUS, "Suspended");
        }
        return S3Response.ok(configuration);
    }

    /** PutBucketVersioning. */
    S3Response put(S3Request request) {
        XmlElement configuration = Documents.read(request, ROOT, MAX_DOCUMENT_BYTES);
        Optional<String> mfaDelete = configuration.textOf("MfaDelete").map(String::strip);
        if (mfaDelete.filter("Enabled"::equals).isPresent()) {
            throw new S3Exception(S3ErrorCode.NOT_IMPLEMENTED, "MFA Delete is not implemented.");
        }
        if (mfaDelete.isPresent() && !mfaDelete.get().equals("Disabled")) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        String status = configuration
                .textOf(STATUS)
                .orElseThrow(() -> new S3Exception(S3ErrorCode.ILLEGAL_VERSIONING_CONFIGURATION_EXCEPTION));
        Versioning versioning = switch (status.strip()) {
            case "Enabled" -> Versioning.ENABLED;
            case "Suspended" -> Versioning.SUSPENDED;
            default -> throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        };
        buckets.setVersioning(Named.name(request), versioning);
        return S3Response.ok();
    }
}
