package dev.skerry.blob.encryption;

/** Who keeps the key that a version is encrypted under. */
public enum EncryptionMethod {
    /** The store: S3's {@code AES256}. */
    MANAGED,
    /** A key service, by the name of a key: S3's {@code aws:kms}. */
    KMS,
    /** The client, who sends it with each request; it is never stored. S3's encryption with customer-provided keys. */
    CUSTOMER;

    /**
     * Whether ETags and digests of the content may be kept in the clear. S3 shows the MD5 of what it encrypts with its
     * own keys, and of nothing else that is encrypted.
     */
    public boolean showsDigests() {
        return this == MANAGED;
    }
}
