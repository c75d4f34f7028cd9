package dev.skerry.blob.encryption;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a write, or an upload from its start, is to be encrypted. */
public sealed interface EncryptionRequest {
    /** Under whose key. */
    default EncryptionMethod method() {
        return switch (this) {
            case Managed _ -> EncryptionMethod.MANAGED;
            case Kms _ -> EncryptionMethod.KMS;
            case Customer _ -> EncryptionMethod.CUSTOMER;
        };
    }

    /** Under the store's own key. */
    record Managed() implements EncryptionRequest {}

    /**
     * Under a key of the key service.
     *
     * @param keyId its name, or null for the one the service takes by itself
     * @param context that the wrapping is bound to; may be empty
     * @param bucketKey whether S3's bucket key is asked for
     */
    record Kms(@Nullable String keyId, Map<String, String> context, boolean bucketKey) implements EncryptionRequest {
        public Kms {
            context = Map.copyOf(context);
        }
    }

    /** Under a key of the client's. */
    record Customer(CustomerKey key) implements EncryptionRequest {}
}
