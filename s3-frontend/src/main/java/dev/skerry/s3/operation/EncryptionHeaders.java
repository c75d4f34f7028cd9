package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.encryption.DefaultEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.encryption.EncryptionRequest;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a request say of encryption, and what those of an answer do. An object that its owner believes
 * encrypted must not be kept otherwise: what cannot be done is refused, and nothing is ignored.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html">Protecting data with
 *     server-side encryption</a>
 */
final class EncryptionHeaders {
    static final String METHOD = "x-amz-server-side-encryption";
    static final String KEY_ID = METHOD + "-aws-kms-key-id";
    static final String CONTEXT = METHOD + "-context";
    static final String BUCKET_KEY = METHOD + "-bucket-key-enabled";

    /** S3's name of {@link EncryptionMethod#MANAGED}, and of the only algorithm there is. */
    static final String AES256 = "AES256";

    /** S3's name of {@link EncryptionMethod#KMS}. */
    static final String KMS = "aws:kms";

    private static final String DUAL_LAYER = "aws:kms:dsse";

    /** What stands for the key that was chosen because the request named none. */
    private static final String SERVICE_KEY = "aws/s3";

    private static final List<String> OF_WRITES = List.of(METHOD, KEY_ID, CONTEXT, BUCKET_KEY);

    private final Settings settings;

    /**
     * What a person may set.
     *
     * @param keys whether there is a key service
     * @param customerKeysNeedTls whether a client's own key is refused over plain HTTP
     * @param compatibility whose side is taken where AWS and Ceph differ
     */
    record Settings(boolean keys, boolean customerKeysNeedTls, Compatibility compatibility) {}

    EncryptionHeaders(Settings settings) {
        this.settings = settings;
    }

    /** How a write asks to be encrypted; null where it leaves that to its bucket. */
    @Nullable
    EncryptionRequest ofWrite(S3Request request, Bucket bucket) {
        return of(request::header, request.overTls(), bucket);
    }

    /**
     * The same from wherever a write's fields come.
     *
     * @param fields gives the value of a header or of what stands for it, by its name in lower case
     * @param overTls whether they came over TLS
     * @throws S3Exception with InvalidArgument and its like where they contradict each other or are malformed,
     *     InvalidRequest where a client's key came in the clear, NotImplemented where there is no such encryption here
     */
    @Nullable
    EncryptionRequest of(Function<String, Optional<String>> fields, boolean overTls, Bucket bucket) {
        String method = fields.apply(METHOD).orElse(null);
        boolean own = CustomerKeyHeaders.OWN.any(fields);
        if (method != null && own) {
            throw Parameters.invalid(
                    METHOD,
                    method,
                    "Server Side Encryption with Customer provided key is incompatible with the encryption method"
                            + " specified");
        }
        if (own) {
            refuseWithoutKms(fields);
            return new EncryptionRequest.Customer(customerKey(CustomerKeyHeaders.OWN, fields, overTls));
        }
        if (method == null) {
            refuseWithoutKms(fields);
            return ofBucketKey(fields, bucket);
        }
        return switch (method) {
            case AES256 -> {
                refuseWithoutKms(fields);
                requireKeys();
                yield new EncryptionRequest.Managed();
            }
            case KMS -> kms(fields, bucket);
            case DUAL_LAYER ->
                throw new S3Exception(
                        S3ErrorCode.NOT_IMPLEMENTED, "Dual-layer encryption, " + DUAL_LAYER + ", is not implemented");
            default -> throw Parameters.invalid(METHOD, method, "The encryption method specified is not supported");
        };
    }

    private EncryptionRequest kms(Function<String, Optional<String>> fields, Bucket bucket) {
        String keyId = fields.apply(KEY_ID).filter(id -> !id.isEmpty()).orElse(null);
        if (keyId == null && settings.compatibility().kmsNeedsKeyId()) {
            throw Parameters.invalid(
                    KEY_ID, "", "Server Side Encryption with KMS managed key requires HTTP header " + KEY_ID);
        }
        Map<String, String> context =
                fields.apply(CONTEXT).map(EncryptionContext::read).orElse(Map.of());
        boolean bucketKey = fields.apply(BUCKET_KEY)
                .map(EncryptionHeaders::flag)
                .orElseGet(() -> bucket.defaultEncryption()
                        .filter(DefaultEncryption::bucketKey)
                        .isPresent());
        requireKeys();
        return new EncryptionRequest.Kms(keyId, context, bucketKey);
    }

    /** A request may change the bucket key of its bucket's default and say nothing else. */
    private static @Nullable EncryptionRequest ofBucketKey(Function<String, Optional<String>> fields, Bucket bucket) {
        Optional<String> bucketKey = fields.apply(BUCKET_KEY);
        if (bucketKey.isEmpty()) {
            return null;
        }
        boolean enabled = flag(bucketKey.get());
        return bucket.defaultEncryption()
                .filter(standard -> standard.method() == EncryptionMethod.KMS)
                .map(standard -> new EncryptionRequest.Kms(standard.keyId(), Map.of(), enabled))
                .orElse(null);
    }

    /** The name of a key and a context are KMS's. */
    private static void refuseWithoutKms(Function<String, Optional<String>> fields) {
        for (String name : new String[] {KEY_ID, CONTEXT}) {
            Optional<String> value = fields.apply(name);
            if (value.isPresent()) {
                throw Parameters.invalid(
                        name,
                        value.get(),
                        "Server Side Encryption with AWS KMS managed key requires HTTP header " + METHOD + " : " + KMS);
            }
        }
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw Parameters.invalid(BUCKET_KEY, value, "The value of " + BUCKET_KEY + " must be true or false");
        };
    }

    /**
     * Refuses encryption with keys that are not the client's where there are none.
     *
     * @throws S3Exception with NotImplemented
     */
    void requireKeys() {
        if (!settings.keys()) {
            throw new S3Exception(
                    S3ErrorCode.NOT_IMPLEMENTED,
                    "This server has no keys to encrypt with; encryption.key_ring or encryption.vault_url of its"
                            + " configuration gives it some.");
        }
    }

    /**
     * The key a read sends, or null.
     *
     * @throws S3Exception with InvalidArgument where it asks for encryption, which a read cannot, or where the headers
     *     of the key are malformed; InvalidRequest where the key came in the clear
     */
    @Nullable
    CustomerKey ofRead(S3Request request) {
        for (String name : OF_WRITES) {
            Optional<String> value = request.header(name);
            if (value.isPresent()) {
                throw Parameters.invalid(name, value.get(), name + " header is not supported for this operation.");
            }
        }
        return optionalKey(CustomerKeyHeaders.OWN, request);
    }

    /**
     * The key that a part of an upload, or its completion, sends, or null; how it is encrypted was said at its start.
     */
    @Nullable
    CustomerKey ofPart(S3Request request) {
        return settings.compatibility().ignoresEncryptionOfParts()
                ? optionalKey(CustomerKeyHeaders.OWN, request)
                : ofRead(request);
    }

    /** The key a copy sends to read its source with, or null. */
    @Nullable
    CustomerKey ofSource(S3Request request) {
        return optionalKey(CustomerKeyHeaders.OF_SOURCE, request);
    }

    private @Nullable CustomerKey optionalKey(CustomerKeyHeaders headers, S3Request request) {
        return headers.any(request::header) ? customerKey(headers, request::header, request.overTls()) : null;
    }

    private CustomerKey customerKey(
            CustomerKeyHeaders headers, Function<String, Optional<String>> fields, boolean overTls) {
        if (settings.customerKeysNeedTls() && !overTls) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure"
                            + " connection.");
        }
        return headers.read(fields);
    }

    /** Adds what every answer that is about an object or an upload says of its encryption. */
    static void add(@Nullable BlobEncryption encryption, Map<String, String> headers) {
        if (encryption == null) {
            return;
        }
        switch (encryption.method()) {
            case MANAGED -> headers.put(METHOD, AES256);
            case KMS -> {
                headers.put(METHOD, KMS);
                String keyId = encryption.keyId();
                headers.put(KEY_ID, keyId == null ? SERVICE_KEY : keyId);
                if (encryption.bucketKey()) {
                    headers.put(BUCKET_KEY, "true");
                }
            }
            case CUSTOMER -> {
                String md5 = encryption.customerKeyMd5();
                CustomerKeyHeaders.addTo(headers, md5 == null ? "" : md5);
            }
        }
    }

    /** The same with the context, which only the answer to a write that may give one shows. */
    static void addWritten(@Nullable BlobEncryption encryption, Map<String, String> headers) {
        add(encryption, headers);
        if (encryption != null && !encryption.context().isEmpty()) {
            headers.put(CONTEXT, EncryptionContext.write(encryption.context()));
        }
    }

    /** The same of a write that is still to be done. */
    static void addAsked(@Nullable EncryptionRequest asked, Bucket bucket, Map<String, String> headers) {
        EncryptionRequest request = asked != null
                ? asked
                : bucket.defaultEncryption().map(DefaultEncryption::request).orElse(null);
        if (request != null) {
            addWritten(asKept(request), headers);
        }
    }

    private static BlobEncryption asKept(EncryptionRequest request) {
        return switch (request) {
            case EncryptionRequest.Managed _ ->
                new BlobEncryption(EncryptionMethod.MANAGED, null, "", Map.of(), false, null);
            case EncryptionRequest.Kms(String keyId, Map<String, String> context, boolean bucketKey) ->
                new BlobEncryption(EncryptionMethod.KMS, keyId, "", context, bucketKey, null);
            case EncryptionRequest.Customer(CustomerKey key) ->
                new BlobEncryption(EncryptionMethod.CUSTOMER, null, "", Map.of(), false, key.md5());
        };
    }
}
