package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.encryption.DefaultEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * GetBucketEncryption, PutBucketEncryption, DeleteBucketEncryption: how a bucket encrypts what is written without a
 * word of encryption. What it says is what is done: a bucket that encrypts nothing never says it does.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html">PutBucketEncryption</a>
 */
final class BucketEncryption {
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024;
    private static final int MAX_KEY_ID_CHARACTERS = 2048;
    private static final String ROOT = "ServerSideEncryptionConfiguration";
    private static final String RULE = "Rule";
    private static final String DEFAULT = "ApplyServerSideEncryptionByDefault";
    private static final String ALGORITHM = "SSEAlgorithm";
    private static final String KEY_ID = "KMSMasterKeyID";
    private static final String BUCKET_KEY = "BucketKeyEnabled";
    private static final String BLOCKED = "BlockedEncryptionTypes";

    private final Buckets buckets;
    private final Named named;
    private final EncryptionHeaders encryption;
    private final S3Operations.Settings settings;

    BucketEncryption(Buckets buckets, Named named, EncryptionHeaders encryption, S3Operations.Settings settings) {
        this.buckets = buckets;
        this.named = named;
        this.encryption = encryption;
        this.settings = settings;
    }

    /** GetBucketEncryption. */
    S3Response get(S3Request request) {
        DefaultEncryption kept = named.bucket(request)
                .defaultEncryption()
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.SERVER_SIDE_ENCRYPTION_CONFIGURATION_NOT_FOUND,
                        S3ErrorCode.SERVER_SIDE_ENCRYPTION_CONFIGURATION_NOT_FOUND.message(),
                        Map.of("BucketName", Named.name(request))));
        return S3Response.ok(document(kept));
    }

    /** PutBucketEncryption. Whether there is a key of that name is found out by the first write. */
    S3Response put(S3Request request) {
        named.bucket(request);
        DefaultEncryption asked = configuration(Documents.read(request, ROOT, MAX_DOCUMENT_BYTES));
        encryption.requireKeys();
        buckets.configure(Named.name(request), ConfigurationKind.ENCRYPTION, asked.document());
        return S3Response.ok();
    }

    /** DeleteBucketEncryption: back to what a new bucket has. */
    S3Response delete(S3Request request) {
        buckets.configure(
                Named.name(request),
                ConfigurationKind.ENCRYPTION,
                settings.ofNewBucket().get(ConfigurationKind.ENCRYPTION));
        return S3Response.noContent();
    }

    private static XmlElement document(DefaultEncryption kept) {
        XmlElement root = new XmlElement(ROOT);
        XmlElement rule = root.child(RULE);
        XmlElement standard = rule.child(DEFAULT);
        if (kept.method() == EncryptionMethod.MANAGED) {
            standard.add(ALGORITHM, EncryptionHeaders.AES256);
        } else {
            standard.add(ALGORITHM, EncryptionHeaders.KMS);
            String keyId = kept.keyId();
            if (keyId != null) {
                standard.add(KEY_ID, keyId);
            }
        }
        rule.add(BUCKET_KEY, kept.bucketKey());
        return root;
    }

    private static DefaultEncryption configuration(XmlElement document) {
        List<XmlElement> rules = document.children(RULE);
        if (rules.size() != 1) {
            throw malformed();
        }
        XmlElement rule = rules.getFirst();
        refuseBlocked(rule);
        boolean bucketKey = rule.textOf(BUCKET_KEY).map(BucketEncryption::flag).orElse(false);
        XmlElement standard = rule.first(DEFAULT).orElse(null);
        if (standard == null) {
            return new DefaultEncryption(EncryptionMethod.MANAGED, null, bucketKey);
        }
        Optional<String> keyId = standard.textOf(KEY_ID).map(String::strip).filter(id -> !id.isEmpty());
        String algorithm = Documents.required(standard, ALGORITHM).strip();
        return switch (algorithm) {
            case EncryptionHeaders.AES256 -> {
                if (keyId.isPresent()) {
                    throw new S3Exception(
                            S3ErrorCode.INVALID_ARGUMENT,
                            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or"
                                    + " aws:kms:dsse",
                            Map.of("ArgumentName", DEFAULT));
                }
                yield new DefaultEncryption(EncryptionMethod.MANAGED, null, bucketKey);
            }
            case EncryptionHeaders.KMS ->
                new DefaultEncryption(
                        EncryptionMethod.KMS,
                        keyId.map(BucketEncryption::requireShort).orElse(null),
                        bucketKey);
            case "aws:kms:dsse" ->
                throw new S3Exception(
                        S3ErrorCode.NOT_IMPLEMENTED, "Dual-layer encryption, aws:kms:dsse, is not implemented");
            default -> throw malformed();
        };
    }

    /** That a bucket refuses clients' keys is not to be had; that it does not is what it does. */
    private static void refuseBlocked(XmlElement rule) {
        for (XmlElement blocked : rule.children(BLOCKED)) {
            for (XmlElement type : blocked.children("EncryptionType")) {
                switch (type.text().strip()) {
                    case "NONE" -> {}
                    case "SSE-C" ->
                        throw new S3Exception(
                                S3ErrorCode.NOT_IMPLEMENTED,
                                "Blocking SSE-C by BlockedEncryptionTypes is not implemented; a bucket policy can deny"
                                        + " it");
                    default -> throw malformed();
                }
            }
        }
    }

    private static String requireShort(String keyId) {
        if (keyId.length() > MAX_KEY_ID_CHARACTERS) {
            throw malformed();
        }
        return keyId;
    }

    private static boolean flag(String text) {
        return switch (text.strip()) {
            case "true", "1" -> true;
            case "false", "0", "" -> false;
            default -> throw malformed();
        };
    }

    private static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_XML);
    }
}
