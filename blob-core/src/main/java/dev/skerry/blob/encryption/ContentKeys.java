package dev.skerry.blob.encryption;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the data keys of versions and uploads, and finds them again. Blocks where the key service does; safe for many
 * threads. Failures are those of {@link KeyService}, and {@code Corrupt} where what was kept is no wrapped key.
 */
public final class ContentKeys {
    private final KeyService service;
    private final SecureRandom random;

    /** Keys wrapped by {@code service}, those of clients with random bits of {@code random}. */
    public ContentKeys(KeyService service, SecureRandom random) {
        this.service = service;
        this.random = random;
    }

    /** A fresh key for what is to be written as {@code request} says; the caller closes it. */
    public ContentKey make(EncryptionRequest request) {
        return switch (request) {
            case EncryptionRequest.Managed() -> wrapped(EncryptionMethod.MANAGED, null, Map.of(), false);
            case EncryptionRequest.Kms kms ->
                wrapped(EncryptionMethod.KMS, kms.keyId(), kms.context(), kms.bucketKey());
            case EncryptionRequest.Customer(CustomerKey key) -> wrapped(key);
        };
    }

    private ContentKey wrapped(
            EncryptionMethod method, @Nullable String keyId, Map<String, String> context, boolean bucketKey) {
        DataKey key = service.newDataKey(keyId, context);
        return new ContentKey(
                key.plain(), new BlobEncryption(method, keyId, base64(key.wrapped()), context, bucketKey, null));
    }

    private ContentKey wrapped(CustomerKey key) {
        byte[] plain = new byte[DataKey.LENGTH_BYTES];
        random.nextBytes(plain);
        byte[] wrapped = KeyWrap.wrap(key.bytes(), plain, random);
        return new ContentKey(
                plain,
                new BlobEncryption(EncryptionMethod.CUSTOMER, null, base64(wrapped), Map.of(), false, key.md5()));
    }

    /**
     * The key of what was written, or null where that is not encrypted; the caller closes it.
     *
     * @param path of the version or the upload
     * @param upload whether it is an upload
     * @param kept of its encryption
     * @param given what the client sent
     * @throws StoreException as {@link CustomerKey#require} does, too
     */
    public @Nullable ContentKey find(
            BlobPath path, boolean upload, @Nullable BlobEncryption kept, @Nullable CustomerKey given) {
        CustomerKey.require(path, upload, kept, given);
        if (kept == null) {
            return null;
        }
        byte[] wrapped = decode(path, kept.wrappedKey());
        byte[] plain;
        if (given == null) {
            plain = service.unwrap(kept.keyId(), wrapped, kept.context());
        } else {
            Optional<byte[]> unwrapped = KeyWrap.unwrap(given.bytes(), wrapped);
            plain = unwrapped.orElseThrow(() -> damaged(path));
        }
        if (plain.length != DataKey.LENGTH_BYTES) {
            Arrays.fill(plain, (byte) 0);
            throw damaged(path);
        }
        return new ContentKey(plain, kept);
    }

    private static byte[] decode(BlobPath path, String wrappedKey) {
        try {
            return Base64.getDecoder().decode(wrappedKey);
        } catch (IllegalArgumentException e) {
            throw new StoreException(new StoreFailure.Corrupt(path + ": its data key is not base64"), e);
        }
    }

    private static StoreException damaged(BlobPath path) {
        return new StoreException(new StoreFailure.Corrupt(path + ": its data key is not the one that was wrapped"));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
