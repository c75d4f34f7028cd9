package dev.skerry.compat.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * One of the {@code aws-chunked} forms.
 *
 * @param signed whether chunks carry signatures
 * @param trailers names and values sent after the last chunk
 * @param chunkBytes the size of each chunk but the last
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Chunked upload</a>
 */
public record Chunking(boolean signed, Map<String, String> trailers, int chunkBytes) {
    public Chunking {
        trailers = new TreeMap<>(trailers);
    }

    String payloadHash() {
        return (signed ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" : "STREAMING-UNSIGNED-PAYLOAD")
                + (trailers.isEmpty() ? "" : "-TRAILER");
    }

    byte[] encode(byte[] body, Signer signer, String seed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String previous = seed;
        for (int from = 0; from < body.length; from += chunkBytes) {
            byte[] chunk = Arrays.copyOfRange(body, from, Math.min(body.length, from + chunkBytes));
            previous = head(out, signer, previous, chunk);
            out.writeBytes(chunk);
            out.writeBytes(Bytes.utf8("\r\n"));
        }
        previous = head(out, signer, previous, new byte[0]);
        StringBuilder canonical = new StringBuilder();
        trailers.forEach((name, value) -> {
            out.writeBytes(Bytes.utf8(name + ":" + value + "\r\n"));
            canonical.append(name).append(':').append(value).append('\n');
        });
        if (signed && !trailers.isEmpty()) {
            String signature = signer.trailerSignature(previous, canonical.toString());
            out.writeBytes(Bytes.utf8("x-amz-trailer-signature:" + signature + "\r\n"));
        }
        out.writeBytes(Bytes.utf8("\r\n"));
        return out.toByteArray();
    }

    private String head(ByteArrayOutputStream out, Signer signer, String previous, byte[] chunk) {
        if (!signed) {
            out.writeBytes(Bytes.utf8(Integer.toHexString(chunk.length) + "\r\n"));
            return previous;
        }
        String signature = signer.chunkSignature(previous, chunk);
        out.writeBytes(Bytes.utf8(Integer.toHexString(chunk.length) + ";chunk-signature=" + signature + "\r\n"));
        return signature;
    }
}
