package dev.skerry.blob.checksum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunningChecksumTest {
    private static final byte[] NINE = "123456789".getBytes(StandardCharsets.US_ASCII);

    private static byte[] value(ChecksumAlgorithm algorithm, byte[] bytes) {
        RunningChecksum running = RunningChecksum.of(algorithm);
        running.update(bytes, 0, bytes.length);
        return running.value();
    }

    private static String hex(ChecksumAlgorithm algorithm, byte[] bytes) {
        return HexFormat.of().formatHex(value(algorithm, bytes));
    }

    @Test
    void checkValuesAreThoseOfTheCatalogues() {
        assertThat(hex(ChecksumAlgorithm.CRC32, NINE)).isEqualTo("cbf43926");
        assertThat(hex(ChecksumAlgorithm.CRC32C, NINE)).isEqualTo("e3069283");
        assertThat(hex(ChecksumAlgorithm.CRC64NVME, NINE)).isEqualTo("ae8b14860a799888");
        assertThat(hex(ChecksumAlgorithm.SHA1, NINE)).isEqualTo("f7c3bc1d808e04732adf679965ccc34ca7ae3441");
        assertThat(hex(ChecksumAlgorithm.SHA256, NINE))
                .isEqualTo("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    }

    @Test
    void theValueIsShownInBase64() {
        RunningChecksum running = RunningChecksum.of(ChecksumAlgorithm.CRC64NVME);
        running.update(ByteBuffer.wrap(NINE));

        Checksum checksum = running.finish();

        assertThat(checksum.value()).isEqualTo("rosUhgp5mIg=");
        assertThat(checksum.type()).isEqualTo(Checksum.Type.FULL_OBJECT);
        assertThat(checksum.toBytes()).isEqualTo(value(ChecksumAlgorithm.CRC64NVME, NINE));
    }

    @Test
    void nothingHasAChecksumToo() {
        assertThat(hex(ChecksumAlgorithm.CRC32, new byte[0])).isEqualTo("00000000");
        assertThat(hex(ChecksumAlgorithm.CRC64NVME, new byte[0])).isEqualTo("0000000000000000");
    }

    @Test
    void howTheBytesArriveDoesNotMatter() {
        Random random = new Random(7);
        byte[] bytes = new byte[100_003];
        random.nextBytes(bytes);
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            RunningChecksum inRuns = RunningChecksum.of(algorithm);
            int offset = 0;
            while (offset < bytes.length) {
                int length = Math.min(random.nextInt(70), bytes.length - offset);
                if (random.nextBoolean()) {
                    ByteBuffer direct = ByteBuffer.allocateDirect(length)
                            .put(bytes, offset, length)
                            .flip();
                    inRuns.update(direct);
                    assertThat(direct.hasRemaining()).isFalse();
                } else if (random.nextBoolean()) {
                    ByteBuffer slice = ByteBuffer.wrap(bytes, offset, length).slice();
                    inRuns.update(slice);
                    assertThat(slice.hasRemaining()).isFalse();
                } else {
                    inRuns.update(bytes, offset, length);
                }
                offset += length;
            }
            assertThat(inRuns.value()).as("%s", algorithm).isEqualTo(value(algorithm, bytes));
        }
    }

    @Test
    void crc64StepsAgreeWithOneBitAtATime() {
        byte[] bytes = new byte[257];
        new Random(3).nextBytes(bytes);
        long register = -1;
        for (byte b : bytes) {
            register ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) == 0 ? register >>> 1 : register >>> 1 ^ Crc64Nvme.POLYNOMIAL;
            }
        }
        Crc64Nvme crc = new Crc64Nvme();
        crc.update(bytes[0]);
        crc.update(bytes, 1, bytes.length - 1);

        assertThat(crc.getValue()).isEqualTo(~register);
        crc.reset();
        assertThat(crc.getValue()).isZero();
    }

    @Test
    void crcsOfRunsCombineIntoThatOfTheWhole() {
        Random random = new Random(11);
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (!Crcs.combinable(algorithm)) {
                continue;
            }
            for (int round = 0; round < 50; round++) {
                byte[] bytes = new byte[random.nextInt(5_000)];
                random.nextBytes(bytes);
                int cut = bytes.length == 0 ? 0 : random.nextInt(bytes.length + 1);
                byte[] first = value(algorithm, Arrays.copyOf(bytes, cut));
                byte[] second = value(algorithm, Arrays.copyOfRange(bytes, cut, bytes.length));

                assertThat(Crcs.combine(algorithm, first, second, bytes.length - cut))
                        .as("%s of %s bytes cut at %s", algorithm, bytes.length, cut)
                        .isEqualTo(value(algorithm, bytes));
            }
        }
    }

    @Test
    void runsOfManyGigabytesCombineInSteps() {
        // Combining twice over half the length is combining once over all of it, for lengths no test could hash.
        byte[] crc = value(ChecksumAlgorithm.CRC64NVME, NINE);
        byte[] zero = new byte[8];
        long length = 5L << 40;

        byte[] once = Crcs.combine(ChecksumAlgorithm.CRC64NVME, crc, zero, length);
        byte[] half = Crcs.combine(ChecksumAlgorithm.CRC64NVME, crc, zero, length / 2);

        assertThat(Crcs.combine(ChecksumAlgorithm.CRC64NVME, half, zero, length / 2))
                .isEqualTo(once);
    }

    @Test
    void hashesDoNotCombine() {
        byte[] hash = new byte[20];
        assertThat(Crcs.combinable(ChecksumAlgorithm.SHA1)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Crcs.combine(ChecksumAlgorithm.SHA1, hash, hash, 1))
                .withMessageContaining("SHA1");
    }
}
