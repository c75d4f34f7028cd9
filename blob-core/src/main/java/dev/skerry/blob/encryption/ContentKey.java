package dev.skerry.blob.encryption;

import dev.skerry.blob.BlobId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * The data key of one version or upload in the clear, for as long as its bytes are written or read. Used by one thread
 * at a time; closing it wipes it.
 */
public final class ContentKey implements AutoCloseable {
    private static final String CIPHER = "AES";
    private static final String MAC = "HmacSHA256";
    private static final int ETAG_BYTES = 16;

    private final byte[] bytes;
    private final BlobEncryption kept;

    /** The key of these bytes, which are this object's from now on. */
    ContentKey(byte[] bytes, BlobEncryption kept) {
        if (bytes.length != DataKey.LENGTH_BYTES) {
            throw new IllegalArgumentException(
                    "data key: " + bytes.length + " bytes (expected: " + DataKey.LENGTH_BYTES + ")");
        }
        this.bytes = bytes;
        this.kept = kept;
    }

    /** What is kept of the encryption, the key itself wrapped. */
    public BlobEncryption kept() {
        return kept;
    }

    /** The cipher of a file, by where it lies: no two files have the same folder and number. */
    public FrameCipher ofFile(BlobId folder, int fileIndex) {
        return new FrameCipher(Derivation.key(bytes, CIPHER, "file " + folder.value() + " " + fileIndex));
    }

    /** Seals an inline body; what it is stored as. */
    public byte[] sealInline(BlobId blobId, byte[] plain) {
        return inline(blobId).seal(plain);
    }

    /** Opens an inline body; empty where it is not the one sealed. */
    public Optional<byte[]> openInline(BlobId blobId, byte[] stored) {
        ByteBuffer plain = ByteBuffer.allocate(Math.max(0, stored.length - FrameCipher.TAG_BYTES));
        return inline(blobId).open(0, true, ByteBuffer.wrap(stored), plain)
                ? Optional.of(plain.array())
                : Optional.empty();
    }

    private FrameCipher inline(BlobId blobId) {
        return new FrameCipher(Derivation.key(bytes, CIPHER, "inline " + blobId.value()));
    }

    /**
     * The ETag of content of that MD5. Where the method shows no digests it is one that follows from the MD5 for this
     * key only, so that a part sent again has the same, and nobody without the key can tell what it is of.
     *
     * @param md5 hexadecimal
     */
    public String etag(String md5) {
        if (kept.method().showsDigests()) {
            return md5;
        }
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(Derivation.key(bytes, MAC, "etag"));
            byte[] digest = mac.doFinal(HexFormat.of().parseHex(md5));
            return HexFormat.of().formatHex(digest, 0, ETAG_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "a data key";
    }
}
