package dev.skerry.s3.operation;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What {@code x-amz-copy-source} names: {@code bucket/key}, percent-encoded, with or without a leading slash, and
 * perhaps {@code ?versionId=}.
 *
 * @param path the source
 * @param versionId as named, or empty for the current version
 */
record CopySource(BlobPath path, Optional<String> versionId) {
    /** The header. */
    static final String HEADER = "x-amz-copy-source";

    private static final String VERSION = "?versionId=";

    /** The source of a request that has the header. */
    static CopySource of(S3Request request) {
        return parse(request.header(HEADER)
                .orElseThrow(() -> invalid("You must specify the copy source with the x-amz-copy-source header", "")));
    }

    /**
     * Reads the header.
     *
     * @throws S3Exception with InvalidArgument
     */
    static CopySource parse(String header) {
        String text = header;
        Optional<String> versionId = Optional.empty();
        int version = text.lastIndexOf(VERSION);
        if (version >= 0) {
            versionId = Optional.of(text.substring(version + VERSION.length()));
            text = text.substring(0, version);
        }
        // Old clients encode the slash between bucket and key too, so the text is decoded before it is cut.
        String decoded = decode(text, header);
        String path = decoded.startsWith("/") ? decoded.substring(1) : decoded;
        int slash = path.indexOf('/');
        if (slash < 1 || slash == path.length() - 1) {
            throw invalid("Invalid copy source object key", header);
        }
        String key = path.substring(slash + 1);
        if (key.getBytes(StandardCharsets.UTF_8).length > BlobPath.MAX_KEY_BYTES) {
            throw new S3Exception(S3ErrorCode.KEY_TOO_LONG);
        }
        return new CopySource(BlobPath.of(path.substring(0, slash), key), versionId);
    }

    /** Percent-encoding undone once; a plus sign is a plus sign. */
    private static String decode(String text, String header) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.put(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw invalid("Invalid copy source encoding", header);
            }
            decoded.put((byte) ((high << 4) | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException _) {
            throw invalid("Invalid copy source encoding", header);
        }
    }

    private static S3Exception invalid(String message, String header) {
        return S3Exception.of(S3ErrorCode.INVALID_ARGUMENT, message, "ArgumentName", HEADER, "ArgumentValue", header);
    }

    /** Which version to copy. */
    VersionSelector selector() {
        return versionId.map(VersionIds::selector).orElse(VersionSelector.CURRENT);
    }
}
