package dev.skerry.blobapi;

import dev.skerry.blob.Sha256;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.IncompleteBody;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.http.Exchange;
import dev.skerry.http.RequestBody;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body as it comes, with what {@code Content-MD5} and {@code Content-Digest} claim of it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9530#section-2">RFC 9530, section 2</a>
 */
final class PlainBody implements BlobBody {
    private static final Pattern SHA256_DIGEST = Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/=]+):");
    private static final int MD5_BYTES = 16;
    private static final int SHA256_BYTES = 32;

    private final RequestBody body;
    private final Expected expected;

    private PlainBody(RequestBody body, Expected expected) {
        this.body = body;
        this.expected = expected;
    }

    static PlainBody of(Exchange exchange) {
        String md5 = exchange.request().getHeader("Content-MD5");
        String digest = exchange.request().getHeader("Content-Digest");
        Matcher sha256 = SHA256_DIGEST.matcher(digest == null ? "" : digest);
        return new PlainBody(
                exchange.body(),
                new Expected(
                        md5 == null ? null : hex("Content-MD5", md5.strip(), MD5_BYTES),
                        sha256.find() ? new Sha256(hex("Content-Digest", sha256.group(1), SHA256_BYTES)) : null,
                        List.of()));
    }

    @Override
    public @Nullable ByteBuffer next() {
        ByteBuffer bytes = body.next();
        OptionalLong declared = body.declaredBytes();
        if (bytes == null && declared.isPresent() && declared.getAsLong() != body.takenBytes()) {
            throw new StoreException(new IncompleteBody(declared.getAsLong(), body.takenBytes()));
        }
        return bytes;
    }

    @Override
    public OptionalLong declaredBytes() {
        return body.chunked()
                ? OptionalLong.empty()
                : OptionalLong.of(body.declaredBytes().orElse(0));
    }

    @Override
    public Expected expected() {
        return expected;
    }

    @Override
    public void close() {
        // What is left unread is the answer's to deal with.
    }

    private static String hex(String header, String base64, int lengthBytes) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length != lengthBytes) {
            throw ApiException.header(header, base64, "base64 of " + lengthBytes + " bytes");
        }
        return HexFormat.of().formatHex(bytes);
    }
}
