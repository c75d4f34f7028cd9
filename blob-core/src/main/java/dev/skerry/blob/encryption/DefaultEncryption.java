package dev.skerry.blob.encryption;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a bucket encrypts what is written to it without a word of encryption. The bucket keeps it as text: its method,
 * whether bucket keys are on, and the key's name if it has one, as in {@code KMS true photos}.
 *
 * @param method {@link EncryptionMethod#MANAGED} or {@link EncryptionMethod#KMS}
 * @param keyId the name of a key of the key service, or null; with KMS only
 * @param bucketKey whether S3's bucket keys are on
 */
public record DefaultEncryption(
        EncryptionMethod method, @Nullable String keyId, boolean bucketKey) {
    private static final int WORDS = 3;

    public DefaultEncryption {
        if (method == EncryptionMethod.CUSTOMER || (method == EncryptionMethod.MANAGED && keyId != null)) {
            throw new IllegalArgumentException("default encryption: " + method + ", key " + keyId
                    + " (expected: MANAGED, or KMS with or without)");
        }
    }

    /** What it asks of a write. */
    public EncryptionRequest request() {
        return method == EncryptionMethod.MANAGED
                ? new EncryptionRequest.Managed()
                : new EncryptionRequest.Kms(keyId, Map.of(), bucketKey);
    }

    /** As the bucket keeps it. */
    public String document() {
        return method + " " + bucketKey + (keyId == null ? "" : " " + keyId);
    }

    /**
     * What a bucket kept.
     *
     * @throws StoreException with {@code Corrupt} where the text is none
     */
    public static DefaultEncryption parse(String document) {
        String[] words = document.split(" ", WORDS);
        if (words.length > 1 && (words[1].equals("true") || words[1].equals("false"))) {
            try {
                return new DefaultEncryption(
                        EncryptionMethod.valueOf(words[0]),
                        words.length == WORDS ? words[2] : null,
                        Boolean.parseBoolean(words[1]));
            } catch (IllegalArgumentException e) {
                throw new StoreException(new StoreFailure.Corrupt("default encryption of a bucket: " + document), e);
            }
        }
        throw new StoreException(new StoreFailure.Corrupt("default encryption of a bucket: " + document));
    }
}
