package dev.skerry.s3.auth;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.IncompleteBody;
import dev.skerry.http.BodySource;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes {@code aws-chunked} framing off a body: chunks of {@code size[;chunk-signature=…]}, a last one of size 0, and
 * perhaps a trailer. Used by one thread.
 *
 * <p>A chunk's signature covers all of it, and a chunk may be large, so its bytes are given out before its signature is
 * checked: memory stays constant, and a wrong signature fails the write, of which nothing is visible before its end.
 * Whoever reads must therefore read until null.
 *
 * <p>Invariants: never more bytes are given out than were announced; what is read of a chunk's head and of the trailer
 * is bounded; nothing may follow the trailer.
 */
final class ChunkedBody {
    private static final int MAX_LINE_BYTES = 1024;
    private static final int MAX_TRAILERS = 8;
    private static final int MAX_SIZE_DIGITS = 15;
    private static final String SIGNATURE = "chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

    private final BodySource source;
    private final @Nullable ChunkSigner signer;
    private final boolean trailerAllowed;
    private final long decodedBytes;
    private final MessageDigest digest = Digests.sha256();
    private final SortedMap<String, String> trailer = new TreeMap<>();

    private ByteBuffer input = ByteBuffer.allocate(0);
    private boolean inChunk;
    private long chunkLeft;
    private String chunkSignature = "";
    private long given;
    private boolean ended;

    /** Where {@code signer} is null the chunks are not signed. */
    ChunkedBody(BodySource source, @Nullable ChunkSigner signer, boolean trailerAllowed, long decodedBytes) {
        this.source = source;
        this.signer = signer;
        this.trailerAllowed = trailerAllowed;
        this.decodedBytes = decodedBytes;
    }

    /** The trailer, by lower-case name; complete once {@link #next} returned null. */
    Map<String, String> trailer() {
        return Collections.unmodifiableMap(trailer);
    }

    /** The next bytes without framing, valid until the next call, or null at the end, where all has been checked. */
    @Nullable
    ByteBuffer next() {
        if (ended) {
            return null;
        }
        if (chunkLeft == 0) {
            if (inChunk) {
                endChunk();
            }
            if (!beginChunk()) {
                ended = true;
                return null;
            }
        }
        if (!fill()) {
            throw incomplete();
        }
        int length = (int) Math.min(chunkLeft, input.remaining());
        ByteBuffer bytes = input.slice(input.position(), length);
        input.position(input.position() + length);
        chunkLeft -= length;
        given += length;
        if (signer != null) {
            digest.update(bytes.duplicate());
        }
        return bytes;
    }

    /** Reads a chunk's head; at the last one the trailer too, and gives false. */
    private boolean beginChunk() {
        String head = line();
        int semicolon = head.indexOf(';');
        chunkLeft = size(semicolon < 0 ? head : head.substring(0, semicolon));
        if (signer != null) {
            String extension =
                    semicolon < 0 ? "" : head.substring(semicolon + 1).trim();
            if (!extension.startsWith(SIGNATURE)) {
                throw malformed("a chunk carries no signature");
            }
            chunkSignature = extension.substring(SIGNATURE.length());
        }
        if (chunkLeft > 0) {
            if (chunkLeft > decodedBytes - given) {
                throw new StoreException(new IncompleteBody(decodedBytes, given + chunkLeft));
            }
            inChunk = true;
            return true;
        }
        checkSignature();
        readTrailer();
        if (fill()) {
            throw malformed("bytes after the last chunk");
        }
        if (given != decodedBytes) {
            throw incomplete();
        }
        return false;
    }

    private void endChunk() {
        checkSignature();
        inChunk = false;
        if (!line().isEmpty()) {
            throw malformed("a chunk does not end where its size says");
        }
    }

    private void checkSignature() {
        if (signer != null && !Digests.same(signer.signChunk(Digests.hex(digest.digest())), chunkSignature)) {
            throw new S3Exception(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
        }
    }

    /**
     * Reads up to the empty line. Some clients put one between the trailer and its signature, so the signature may come
     * after it.
     */
    private void readTrailer() {
        String signature = null;
        boolean gap = false;
        while (fill()) {
            String line = line();
            if (line.isEmpty()) {
                if (signer == null || !trailerAllowed || signature != null || gap) {
                    break;
                }
                gap = true;
                continue;
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || !trailerAllowed || trailer.size() >= MAX_TRAILERS || signature != null) {
                throw malformedTrailer();
            }
            String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).trim();
            if (name.equals(TRAILER_SIGNATURE)) {
                signature = value;
            } else if (trailer.put(name, value) != null) {
                throw malformedTrailer();
            }
        }
        checkTrailer(signature);
    }

    private void checkTrailer(@Nullable String signature) {
        if (signer == null || !trailerAllowed) {
            if (signature != null) {
                throw malformedTrailer();
            }
            return;
        }
        if (signature == null) {
            throw malformedTrailer();
        }
        StringBuilder canonical = new StringBuilder();
        trailer.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        if (!Digests.same(signer.signTrailer(canonical.toString()), signature)) {
            throw new S3Exception(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
        }
    }

    private static long size(String text) {
        String digits = text.trim();
        if (digits.isEmpty() || digits.length() > MAX_SIZE_DIGITS) {
            throw malformed("a chunk's size is not a number");
        }
        for (int i = 0; i < digits.length(); i++) {
            if (Character.digit(digits.charAt(i), 16) < 0 || digits.charAt(i) > 'f') {
                throw malformed("a chunk's size is not a number");
            }
        }
        return Long.parseLong(digits, 16);
    }

    /** A line without its end, which is a line feed with or without a carriage return before it. */
    private String line() {
        StringBuilder line = new StringBuilder(96);
        while (true) {
            if (!fill()) {
                throw incomplete();
            }
            byte b = input.get();
            if (b == '\n') {
                int last = line.length() - 1;
                if (last >= 0 && line.charAt(last) == '\r') {
                    line.setLength(last);
                }
                return line.toString();
            }
            if (line.length() >= MAX_LINE_BYTES) {
                throw malformed("a chunk's head is too long");
            }
            line.append((char) (b & 0xFF));
        }
    }

    /** Sees to it that there is input; false at the end of it. */
    private boolean fill() {
        while (!input.hasRemaining()) {
            ByteBuffer more = source.next();
            if (more == null) {
                return false;
            }
            input = more;
        }
        return true;
    }

    private StoreException incomplete() {
        return new StoreException(new IncompleteBody(decodedBytes, given));
    }

    private static S3Exception malformed(String detail) {
        return new S3Exception(S3ErrorCode.INVALID_REQUEST, "The aws-chunked body is malformed: " + detail);
    }

    private static S3Exception malformedTrailer() {
        return new S3Exception(S3ErrorCode.MALFORMED_TRAILER);
    }
}
