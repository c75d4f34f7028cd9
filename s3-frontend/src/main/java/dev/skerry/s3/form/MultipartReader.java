package dev.skerry.s3.form;

import dev.skerry.http.BodySource;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes {@code multipart/form-data} apart as it comes in. Used by one thread.
 *
 * <p>Invariants: a delimiter is found however the body was cut on its way; what is given of a part never reaches into
 * the delimiter behind it; a delimiter that goes on with anything but the end of its line is refused, because what is
 * before it might be less than the whole part; everything up to the content of the file is bounded together.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1">RFC 2046, section 5.1.1</a>
 */
final class MultipartReader {
    /** S3's bound on a form without the content of its file. */
    static final int MAX_FORM_BYTES = 20 * 1024;

    private static final int WINDOW_BYTES = 64 * 1024;
    private static final int MAX_BOUNDARY_CHARACTERS = 200;

    private final BodySource source;
    private final Delimiter delimiter;
    private final byte[] window = new byte[WINDOW_BYTES];
    private ByteBuffer input = ByteBuffer.allocate(0);

    /** What of the window was not taken yet. */
    private int from;

    private int to;

    private int formBytesLeft = MAX_FORM_BYTES;
    private boolean inFile;
    private boolean inPart = true; // what comes before the first delimiter is like a part that nobody reads
    private boolean closed;

    private MultipartReader(BodySource source, String boundary) {
        this.source = source;
        this.delimiter = new Delimiter(boundary);
        // the first delimiter begins no line of its own where nothing comes before it
        window[0] = '\r';
        window[1] = '\n';
        to = 2;
    }

    /**
     * A reader of a request's body.
     *
     * @throws S3Exception with MalformedPOSTRequest where the Content-Type names no boundary
     */
    static MultipartReader of(BodySource source, String contentType) {
        String boundary = HeaderValue.parse(contentType)
                .map(value -> value.parameters().getOrDefault("boundary", ""))
                .orElse("");
        if (boundary.isEmpty() || boundary.length() > MAX_BOUNDARY_CHARACTERS) {
            throw malformed();
        }
        return new MultipartReader(source, boundary);
    }

    /**
     * What a part says of itself.
     *
     * @param name of the field
     * @param fileName as the client gives it, or null
     * @param formField whether it claims to be a field of a form
     */
    record PartHead(String name, @Nullable String fileName, boolean formField) {}

    /** Goes on to the next part; empty behind the last. */
    Optional<PartHead> nextPart() {
        while (inPart) {
            content();
        }
        if (closed) {
            return Optional.empty();
        }
        Optional<HeaderValue> disposition = Optional.empty();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw malformed();
            }
            if (line.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals("content-disposition")) {
                disposition = HeaderValue.parse(line.substring(colon + 1));
            }
        }
        HeaderValue found = disposition.orElseThrow(MultipartReader::malformed);
        String name = found.parameters().get("name");
        if (name == null) {
            throw malformed();
        }
        inPart = true;
        return Optional.of(new PartHead(
                name, found.parameters().get("filename"), found.value().equals("form-data")));
    }

    /** The whole part as text. */
    String text() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] run = content(); run != null; run = content()) {
            whole.writeBytes(run);
        }
        return utf8(whole.toByteArray());
    }

    /** The part is the file, whose content is not bounded here. */
    void beginFile() {
        inFile = true;
    }

    /** The next run of the part, which the caller owns, or null at the end, behind which the delimiter is whole. */
    byte @Nullable [] content() {
        while (inPart) {
            int found = delimiter.find(window, from, to);
            if (found == from) {
                take(delimiter.length());
                inPart = false;
                endDelimiter();
                return null;
            }
            int certain = (found < 0 ? to - delimiter.length() + 1 : found) - from;
            if (certain > 0) {
                byte[] run = Arrays.copyOfRange(window, from, from + certain);
                take(certain);
                return run;
            }
            require(to - from + 1);
        }
        return null;
    }

    /** Behind the boundary are two hyphens, or the end of the line with white space before it. */
    private void endDelimiter() {
        require(2);
        if (window[from] == '-' && window[from + 1] == '-') {
            take(2);
            closed = true;
            return;
        }
        if (!line().isBlank()) {
            throw malformed();
        }
    }

    /** A line without its end. */
    private String line() {
        int length = 0;
        while (true) {
            require(length + 2);
            if (window[from + length] == '\r' && window[from + length + 1] == '\n') {
                String line = utf8(Arrays.copyOfRange(window, from, from + length));
                take(length + 2);
                return line;
            }
            length++;
            if (length > MAX_FORM_BYTES) {
                throw tooLarge();
            }
        }
    }

    /** Takes bytes out of the window. */
    private void take(int length) {
        from += length;
        if (!inFile) {
            formBytesLeft -= length;
            if (formBytesLeft < 0) {
                throw tooLarge();
            }
        }
    }

    /** Sees to it that so many bytes are in the window. */
    private void require(int count) {
        while (to - from < count) {
            if (from > 0) {
                System.arraycopy(window, from, window, 0, to - from);
                to -= from;
                from = 0;
            }
            if (!input.hasRemaining()) {
                ByteBuffer more = source.next();
                if (more == null) {
                    throw malformed();
                }
                input = more;
            }
            int length = Math.min(input.remaining(), window.length - to);
            input.get(window, to, length);
            to += length;
        }
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException broken) {
            S3Exception refusal = malformed();
            refusal.initCause(broken);
            throw refusal;
        }
    }

    static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_POST_REQUEST);
    }

    static S3Exception tooLarge() {
        return new S3Exception(
                S3ErrorCode.MAX_POST_PRE_DATA_LENGTH_EXCEEDED,
                S3ErrorCode.MAX_POST_PRE_DATA_LENGTH_EXCEEDED.message(),
                Map.of("MaxPostPreDataLengthBytes", Integer.toString(MAX_FORM_BYTES)));
    }
}
