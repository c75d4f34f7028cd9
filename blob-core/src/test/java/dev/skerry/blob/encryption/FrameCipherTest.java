package dev.skerry.blob.encryption;

import static dev.skerry.blob.encryption.FrameCipher.FRAME_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameCipherTest {
    private final FrameCipher cipher = new FrameCipher(new SecretKeySpec(bytes(1, 32), "AES"));

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private ByteBuffer sealed(int number, boolean last, byte[] plain) {
        ByteBuffer stored = ByteBuffer.allocate(plain.length + FrameCipher.TAG_BYTES);
        cipher.seal(number, last, ByteBuffer.wrap(plain), stored);
        return stored.flip();
    }

    private boolean opens(int number, boolean last, ByteBuffer stored) {
        return cipher.open(number, last, stored.duplicate(), ByteBuffer.allocate(FRAME_BYTES));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,17", "65519,65535", "65520,65536", "65521,65553", "131040,131072", "131041,131089"})
    void everyFrameAddsItsTag(long plainBytes, long storedBytes) {
        assertThat(FrameCipher.storedBytes(plainBytes)).isEqualTo(storedBytes);
    }

    @Test
    void thePlainBytesOfALengthAreTheMostThatFit() {
        for (long stored = 17; stored < 200_000; stored++) {
            long plain = FrameCipher.plainBytes(stored);
            assertThat(FrameCipher.storedBytes(plain)).isLessThanOrEqualTo(stored);
            assertThat(FrameCipher.storedBytes(plain + 1)).isGreaterThan(stored);
        }
        assertThat(FrameCipher.plainBytes(3)).isEqualTo(1);
    }

    @Test
    void aFrameOpensInItsPlaceOnly() {
        byte[] plain = bytes(2, 1000);
        ByteBuffer stored = sealed(7, false, plain);
        ByteBuffer opened = ByteBuffer.allocate(plain.length);

        assertThat(cipher.open(7, false, stored.duplicate(), opened)).isTrue();
        assertThat(opened.array()).isEqualTo(plain);
        assertThat(opens(8, false, stored)).isFalse();
        assertThat(opens(7, true, stored)).isFalse();
        assertThat(opens(7 << 8, false, stored)).isFalse();
    }

    @Test
    void aFrameOpensIntoMemoryOutsideOfTheHeap() {
        byte[] plain = bytes(3, FRAME_BYTES);
        ByteBuffer opened = ByteBuffer.allocateDirect(2 * FRAME_BYTES);

        assertThat(cipher.open(0, true, sealed(0, true, plain), opened)).isTrue();
        assertThat(opened.flip()).isEqualTo(ByteBuffer.wrap(plain));
    }

    @Test
    void aFrameWithAnyBitFlippedDoesNotOpen() {
        byte[] stored = new byte[40 + FrameCipher.TAG_BYTES];
        sealed(0, true, bytes(4, 40)).get(stored);
        for (int bit = 0; bit < stored.length * Byte.SIZE; bit++) {
            byte[] flipped = stored.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(opens(0, true, ByteBuffer.wrap(flipped))).isFalse();
        }
    }

    @Test
    void aFrameThatWasCutOffDoesNotOpen() {
        ByteBuffer stored = sealed(0, true, bytes(5, 40));
        for (int length = 0; length < stored.limit(); length++) {
            assertThat(opens(0, true, stored.slice(0, length))).isFalse();
        }
    }

    @Test
    void anotherKeyOpensNothing() {
        FrameCipher other = new FrameCipher(new SecretKeySpec(bytes(6, 32), "AES"));
        assertThat(other.open(0, true, sealed(0, true, bytes(7, 40)), ByteBuffer.allocate(40)))
                .isFalse();
    }
}
