package dev.skerry.blob.encryption;

import dev.skerry.blob.PartRef;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals the frames of one stored file or inline body with AES-256-GCM, and opens them. Used by one thread at a time.
 *
 * <p>A frame is stored as one block of the file, so that the checksum of a block is that of a frame, and a range costs
 * the frames it touches and nothing more: {@link #FRAME_BYTES} plain bytes, of the last frame fewer, and the tag. As
 * the key is of this file alone, the nonce is the frame's number and whether it is the last; by that a frame opens in
 * its place only, and a file that was cut off at a frame's edge does not open at its end.
 */
public final class FrameCipher {
    /** What a frame adds to its bytes. */
    public static final int TAG_BYTES = 16;

    /** The plain bytes of every frame but the last, which has fewer or as many. */
    public static final int FRAME_BYTES = PartRef.BLOCK_BYTES - TAG_BYTES;

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int NUMBER_AT = 7;
    private static final int LAST_AT = 11;

    private final SecretKey key;
    private final Cipher cipher;

    /** Under a key that seals nothing else. */
    FrameCipher(SecretKey key) {
        this.key = key;
        try {
            this.cipher = Cipher.getInstance(TRANSFORMATION);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** How long the sealed form of so many plain bytes is; of none there are no frames. */
    public static long storedBytes(long plainBytes) {
        return plainBytes + Math.ceilDiv(plainBytes, FRAME_BYTES) * TAG_BYTES;
    }

    /** The most plain bytes whose sealed form is no longer than that, but one at the least. */
    public static long plainBytes(long storedBytes) {
        long whole = storedBytes / PartRef.BLOCK_BYTES * FRAME_BYTES;
        return Math.max(1, whole + Math.max(0, storedBytes % PartRef.BLOCK_BYTES - TAG_BYTES));
    }

    /**
     * Seals a frame.
     *
     * @param plain is consumed
     * @param stored takes the frame
     */
    public void seal(int number, boolean last, ByteBuffer plain, ByteBuffer stored) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(number, last));
            cipher.doFinal(plain, stored);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing of a frame", e);
        }
    }

    /**
     * Opens a frame.
     *
     * @param stored is consumed
     * @param plain takes the bytes; where the frame is not the one sealed, what it holds is nothing to be used
     * @return whether it is the one that was sealed in this place under this key
     */
    public boolean open(int number, boolean last, ByteBuffer stored, ByteBuffer plain) {
        if (stored.remaining() < TAG_BYTES) {
            return false;
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, nonce(number, last));
            cipher.doFinal(stored, plain);
            return true;
        } catch (AEADBadTagException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening of a frame", e);
        }
    }

    /** Seals what fits one frame. */
    byte[] seal(byte[] plain) {
        ByteBuffer stored = ByteBuffer.allocate(plain.length + TAG_BYTES);
        seal(0, true, ByteBuffer.wrap(plain), stored);
        return stored.array();
    }

    private static GCMParameterSpec nonce(int number, boolean last) {
        byte[] nonce = new byte[NONCE_BYTES];
        ByteBuffer.wrap(nonce).putInt(NUMBER_AT, number);
        nonce[LAST_AT] = (byte) (last ? 1 : 0);
        return new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce);
    }
}
