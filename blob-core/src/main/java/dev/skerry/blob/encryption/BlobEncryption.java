package dev.skerry.blob.encryption;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the encryption of a version, or of an upload for the version it will become. There is one data key
 * for each; every stored file and inline body is sealed under a key derived from it.
 *
 * @param method who keeps the key that the data key is wrapped under
 * @param keyId the name of that key at the key service; null for {@link EncryptionMethod#CUSTOMER}, and where the
 *     service was to choose
 * @param wrappedKey base64 of the wrapped data key
 * @param context what {@link EncryptionMethod#KMS} bound the wrapping to; may be empty
 * @param bucketKey whether S3's bucket key was asked for, which is kept to be shown
 * @param customerKeyMd5 base64 of the MD5 of the client's key; null unless {@link EncryptionMethod#CUSTOMER}
 */
public record BlobEncryption(
        EncryptionMethod method,
        @Nullable String keyId,
        String wrappedKey,
        Map<String, String> context,
        boolean bucketKey,
        @Nullable String customerKeyMd5) {
    public BlobEncryption {
        context = Map.copyOf(context);
        if ((method == EncryptionMethod.CUSTOMER) != (customerKeyMd5 != null)) {
            throw new IllegalArgumentException("MD5 of the client's key: " + customerKeyMd5
                    + " (expected: one for CUSTOMER only, not " + method + ")");
        }
    }
}
