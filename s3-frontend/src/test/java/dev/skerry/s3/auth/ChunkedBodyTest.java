package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.checksum.RunningChecksum;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class ChunkedBodyTest {
    private static final CredentialScope SCOPE =
            new CredentialScope("A", "20130524", "us-east-1", "s3", CredentialScope.TERMINAL);
    private static final SigningKey KEY = new SigningKey("key".getBytes(StandardCharsets.UTF_8));

    private static ChunkSigner signer() {
        return new ChunkSigner(KEY, "20130524T000000Z", SCOPE, "seed");
    }

    private static byte[] decode(ChunkedBody body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer bytes = body.next(); bytes != null; bytes = body.next()) {
            byte[] run = new byte[bytes.remaining()];
            bytes.get(run);
            out.writeBytes(run);
        }
        return out.toByteArray();
    }

    private static String decode(String wire, boolean trailer, long length) {
        byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
        return new String(
                decode(new ChunkedBody(ScriptedSource.whole(bytes), null, trailer, length)),
                StandardCharsets.ISO_8859_1);
    }

    private static void refused(String wire, long length) {
        assertThatThrownBy(() -> decode(wire, true, length))
                .as(wire)
                .isInstanceOfAny(S3Exception.class, StoreException.class);
    }

    /** The wire form of a body, signed where there is a signer. */
    private static byte[] encode(byte[] body, int chunkBytes, boolean signed, boolean trailer) {
        ChunkSigner signer = signer();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int from = 0; from < body.length; from += chunkBytes) {
            byte[] chunk = Arrays.copyOfRange(body, from, Math.min(body.length, from + chunkBytes));
            write(wire, head(chunk, signed, signer));
            wire.writeBytes(chunk);
            write(wire, "\r\n");
        }
        write(wire, head(new byte[0], signed, signer));
        if (trailer) {
            RunningChecksum crc = RunningChecksum.of(ChecksumAlgorithm.CRC32C);
            crc.update(body, 0, body.length);
            Checksum checksum = crc.finish();
            write(wire, "x-amz-checksum-crc32c:" + checksum.value() + "\r\n");
            if (signed) {
                write(
                        wire,
                        "x-amz-trailer-signature:"
                                + signer.signTrailer("x-amz-checksum-crc32c:" + checksum.value() + "\n") + "\r\n");
            }
        }
        write(wire, "\r\n");
        return wire.toByteArray();
    }

    private static String head(byte[] chunk, boolean signed, ChunkSigner signer) {
        String size = Integer.toHexString(chunk.length);
        return signed
                ? size + ";chunk-signature="
                        + signer.signChunk(Digests.hex(Digests.sha256().digest(chunk))) + "\r\n"
                : size + "\r\n";
    }

    private static void write(ByteArrayOutputStream wire, String text) {
        wire.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void plainChunksDecode() {
        assertThat(decode("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", true, 11)).isEqualTo("hello world");
        assertThat(decode("0\r\n\r\n", true, 0)).isEmpty();
        assertThat(decode("A\r\n0123456789\r\n0\r\n\r\n", true, 10)).isEqualTo("0123456789");
        assertThat(decode("a\n0123456789\n0\n\n", true, 10)).isEqualTo("0123456789");
        assertThat(decode("5;x=y\r\nhello\r\n0\r\n\r\n", true, 5)).isEqualTo("hello");
    }

    @Test
    void malformedFramingIsRefused() {
        for (String wire : List.of(
                "",
                "5",
                "5\r\n",
                "5\r\nhel",
                "5\r\nhello",
                "5\r\nhello\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                "5\r\nhellohello\r\n0\r\n\r\n",
                "\r\nhello",
                "-5\r\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "g\r\nhello\r\n0\r\n\r\n",
                "1000000000000000\r\nhello\r\n0\r\n\r\n",
                "ffffffffffffffff\r\nhello\r\n0\r\n\r\n",
                "6\r\nhello!\r\n0\r\n\r\n",
                "4\r\nhell\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\nmore",
                "5\r\nhello\r\n0\r\nno colon\r\n\r\n",
                "5\r\nhello\r\n0\r\na:1\r\na:1\r\n\r\n",
                "5;" + "x".repeat(2000) + "\r\nhello\r\n0\r\n\r\n")) {
            refused(wire, 5);
        }
    }

    @Test
    void aTrailerWhereNoneIsAllowedIsRefused() {
        assertThatThrownBy(() -> decode("0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", false, 0))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.MALFORMED_TRAILER));
    }

    @Test
    void moreTrailersThanThereAreChecksumsAreRefused() {
        StringBuilder wire = new StringBuilder("0\r\n");
        for (int i = 0; i < 100; i++) {
            wire.append('n').append(i).append(":v\r\n");
        }
        refused(wire.append("\r\n").toString(), 0);
    }

    @Test
    void anUnsignedChunkAmongSignedOnesIsRefused() {
        byte[] wire = "5\r\nhello\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> decode(new ChunkedBody(ScriptedSource.whole(wire), signer(), false, 5)))
                .isInstanceOf(S3Exception.class);
    }

    @Test
    void chunksInAnotherOrderAreRefused() {
        Random random = new Random(1);
        byte[] body = random(random, 200);
        byte[] wire = encode(body, 100, true, false);
        byte[] swapped = wire.clone();
        int chunk = (wire.length - encode(new byte[0], 1, true, false).length) / 2;
        System.arraycopy(wire, 0, swapped, chunk, chunk);
        System.arraycopy(wire, chunk, swapped, 0, chunk);
        assertThatThrownBy(() -> decode(new ChunkedBody(ScriptedSource.whole(swapped), signer(), false, 200)))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH));
    }

    @Test
    void aSignatureAfterAnEmptyLineIsTaken() {
        String checksum = "x-amz-checksum-crc32c:AAAAAA==";
        ChunkSigner signer = signer();
        String wire = head(new byte[0], true, signer) + checksum + "\n\r\nx-amz-trailer-signature:"
                + signer.signTrailer(checksum + "\n") + "\r\n\r\n";
        ChunkedBody body =
                new ChunkedBody(ScriptedSource.whole(wire.getBytes(StandardCharsets.ISO_8859_1)), signer(), true, 0);
        assertThat(decode(body)).isEmpty();
        assertThat(body.trailer()).containsEntry("x-amz-checksum-crc32c", "AAAAAA==");
    }

    @Test
    void aMissingTrailerSignatureIsRefused() {
        String wire = head(new byte[0], true, signer()) + "x-amz-checksum-crc32c:AAAAAA==\r\n\r\n";
        assertThatThrownBy(() -> decode(new ChunkedBody(
                        ScriptedSource.whole(wire.getBytes(StandardCharsets.ISO_8859_1)), signer(), true, 0)))
                .isInstanceOf(S3Exception.class);
    }

    @Test
    void allFormsDecodeHoweverTheyAreCut(TestReporter reporter) {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            byte[] body = random(random, random.nextInt(3000));
            boolean signed = random.nextBoolean();
            boolean trailer = random.nextBoolean();
            byte[] wire = encode(body, 1 + random.nextInt(1000), signed, trailer);
            ChunkedBody chunked = new ChunkedBody(
                    ScriptedSource.cut(wire, random), signed ? signer() : null, trailer || !signed, body.length);
            assertThat(decode(chunked)).as("seed %d round %d", seed, round).isEqualTo(body);
        }
    }

    @Test
    void noTruncationIsTakenForTheWhole(TestReporter reporter) {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        byte[] body = random(random, 1 + random.nextInt(500));
        byte[] wire = encode(body, 100, true, true);
        // The last line break may be missing: by then all is signed and checked.
        for (int length = 0; length < wire.length - 4; length++) {
            byte[] cut = Arrays.copyOf(wire, length);
            Throwable failure = catchThrowable(
                    () -> decode(new ChunkedBody(ScriptedSource.whole(cut), signer(), true, body.length)));
            assertThat(failure)
                    .as("seed %d, %d of %d bytes", seed, length, wire.length)
                    .isInstanceOfAny(S3Exception.class, StoreException.class);
        }
    }

    @Test
    void noChangedByteIsAccepted(TestReporter reporter) {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            byte[] body = random(random, 1 + random.nextInt(400));
            boolean signed = random.nextBoolean();
            boolean trailer = !signed || random.nextBoolean();
            byte[] wire = encode(body, 1 + random.nextInt(200), signed, trailer);
            wire[random.nextInt(wire.length)] = (byte) random.nextInt(256);
            byte @Nullable [] read = readOrNull(wire, signed, trailer, body.length, random);
            if (read != null) {
                assertThat(read).as("seed %d round %d", seed, round).isEqualTo(body);
            }
        }
    }

    /** Through the whole payload, so that the trailer's checksum counts. */
    private static byte @Nullable [] readOrNull(
            byte[] wire, boolean signed, boolean trailer, int length, Random random) {
        String[] headers = trailer
                ? new String[] {"x-amz-decoded-content-length: " + length, "x-amz-trailer: x-amz-checksum-crc32c"}
                : new String[] {"x-amz-decoded-content-length: " + length};
        RequestHead head = Heads.of("PUT", "/b/k", headers);
        PayloadProtection protection =
                signed ? new PayloadProtection.SignedChunks(signer(), trailer) : new PayloadProtection.UnsignedChunks();
        try {
            return RequestPayload.open(head, ScriptedSource.cut(wire, random), protection)
                    .readAll(1 << 20);
        } catch (S3Exception refusal) {
            return null;
        } catch (StoreException refusal) {
            assertThat(refusal.failure())
                    .isInstanceOfAny(StoreFailure.IncompleteBody.class, StoreFailure.BadDigest.class);
            return null;
        }
    }
}
