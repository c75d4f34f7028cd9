package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.http.EncodedWords;
import dev.skerry.http.HttpToken;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * User metadata in headers. S3 takes their bytes for ISO 8859-1, decodes what is encoded in them, and encodes what is
 * not US-ASCII where it shows it; Ceph gives text of UTF-8 back as it came.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html">Working with object
 *     metadata</a>
 */
final class UserMetadata {
    /** What the headers begin with. */
    static final String PREFIX = "x-amz-meta-";

    /** How many entries are there that no header can carry. */
    static final String MISSING = "x-amz-missing-meta";

    private static final int MAX_BYTES = 2048;

    private final boolean encodes;
    private final boolean ofForms;

    private UserMetadata(boolean encodes, boolean ofForms) {
        this.encodes = encodes;
        this.ofForms = ofForms;
    }

    /** Of headers; {@code encodes} says whether in S3's way. */
    static UserMetadata of(boolean encodes) {
        return new UserMetadata(encodes, false);
    }

    /** The same where the headers were a form's fields, of which it is known that they are UTF-8. */
    UserMetadata ofForms() {
        return new UserMetadata(encodes, true);
    }

    /**
     * What a request gives its object.
     *
     * @throws S3Exception with MetadataTooLarge where names and values are longer than S3 keeps
     */
    Map<String, String> read(S3Request request) {
        Map<String, String> metadata = new LinkedHashMap<>();
        int size = 0;
        for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
            if (!header.getKey().startsWith(PREFIX)) {
                continue;
            }
            String name = header.getKey().substring(PREFIX.length());
            String value = text(String.join(",", header.getValue()));
            size += bytes(name) + bytes(value);
            metadata.put(name, value);
        }
        if (size > MAX_BYTES) {
            throw S3Exception.of(
                    S3ErrorCode.METADATA_TOO_LARGE,
                    S3ErrorCode.METADATA_TOO_LARGE.message(),
                    "Size",
                    Integer.toString(size),
                    "MaxSizeAllowed",
                    Integer.toString(MAX_BYTES));
        }
        return metadata;
    }

    /** Where text is kept S3 counts it in UTF-8; where bytes are, they are what came. */
    private int bytes(String text) {
        return text.getBytes(encodes ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1).length;
    }

    /** Header values hold one byte per character. */
    private String text(String wire) {
        if (!encodes) {
            return wire;
        }
        boolean utf8 = ofForms && !EncodedWords.needless(wire);
        return EncodedWords.decode(
                utf8 ? new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8) : wire);
    }

    /** Adds what an object has to the headers of an answer. */
    void add(BlobMeta meta, Map<String, String> headers) {
        int missing = 0;
        for (Map.Entry<String, String> entry : meta.attributes().userMetadata().entrySet()) {
            if (HttpToken.is(entry.getKey()) && (encodes || isLatin(entry.getValue()))) {
                headers.put(
                        PREFIX + entry.getKey(),
                        encodes ? EncodedWords.encode(entry.getValue()) : narrow(entry.getValue()));
            } else {
                missing++;
            }
        }
        if (missing > 0) {
            headers.put(MISSING, Integer.toString(missing));
        }
    }

    /** Whether a header can carry the value without an encoding. */
    private static boolean isLatin(String value) {
        return value.chars().allMatch(c -> (c >= ' ' && c != 0x7F && c <= 0xFF) || c == '\t');
    }

    /**
     * The value as HTTP's clients read it, in ISO 8859-1. What was sent in UTF-8 is given back so where its characters
     * allow it, and else as it came.
     */
    private static String narrow(String value) {
        if (EncodedWords.needless(value)) {
            return value;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
            return StandardCharsets.ISO_8859_1.newEncoder().canEncode(text) ? text : value;
        } catch (CharacterCodingException _) {
            return value;
        }
    }
}
