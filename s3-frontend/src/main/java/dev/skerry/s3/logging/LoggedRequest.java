package dev.skerry.s3.logging;

import dev.skerry.blob.catalog.Bucket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A request to a bucket that logs them, after it ended. What is empty was not there.
 *
 * @param bucket it was to
 * @param at when it came
 * @param remoteAddress the client's
 * @param requesterId canonical id of who asked
 * @param operation as S3 names it in logs
 * @param key the object's, decoded
 * @param requestLine method, target and version as they came
 * @param status what was answered
 * @param errorCode where it was refused
 * @param bytesSent of the answer's body
 * @param objectBytes the object's size
 * @param duration from the request's head to the end of the answer
 * @param versionId that it names
 * @param authentication how it was signed: {@code AuthHeader}, {@code QueryString}
 * @param cipherSuite of its connection
 * @param tlsVersion of its connection
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html">Server access log format</a>
 */
public record LoggedRequest(
        Bucket bucket,
        Instant at,
        String remoteAddress,
        String requesterId,
        String requestId,
        String operation,
        String key,
        String requestLine,
        int status,
        String errorCode,
        long bytesSent,
        OptionalLong objectBytes,
        Duration duration,
        String referer,
        String userAgent,
        String versionId,
        String hostId,
        String authentication,
        String cipherSuite,
        String hostHeader,
        String tlsVersion) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "'['dd/MMM/uuuu:HH:mm:ss Z']'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** What lets its holder repeat the request. */
    private static final Pattern SECRET =
            Pattern.compile("(?i)((?:x-amz-signature|x-amz-security-token|signature)=)[^&\\s]*");

    private static final String NONE = "-";

    /** S3's line, with its end. */
    String line() {
        return String.join(
                        " ",
                        bucket.ownerId(),
                        bucket.name(),
                        TIME.format(at),
                        word(remoteAddress),
                        word(requesterId),
                        word(requestId),
                        word(operation),
                        word(key),
                        quoted(SECRET.matcher(requestLine).replaceAll("$1" + NONE)),
                        Integer.toString(status),
                        word(errorCode),
                        bytesSent == 0 ? NONE : Long.toString(bytesSent),
                        objectBytes.isPresent() ? Long.toString(objectBytes.getAsLong()) : NONE,
                        Long.toString(duration.toMillis()),
                        NONE,
                        quoted(referer),
                        quoted(userAgent),
                        word(versionId),
                        word(hostId),
                        authentication.isEmpty() ? NONE : "SigV4",
                        word(cipherSuite),
                        word(authentication),
                        word(hostHeader),
                        word(tlsVersion),
                        NONE,
                        NONE)
                + "\n";
    }

    private static String word(String text) {
        return text.isEmpty() ? NONE : encoded(text, '!');
    }

    private static String quoted(String text) {
        return '"' + (text.isEmpty() ? NONE : encoded(text, ' ')) + '"';
    }

    /** What a client sent must be able to end neither the line nor the field. */
    private static String encoded(String text, char least) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c >= least && c <= '~' && c != '"') {
                encoded.append(c);
            } else {
                encoded.append("%%%02X".formatted((int) c));
            }
        }
        return encoded.toString();
    }
}
