package dev.skerry.compat.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 with as little work as it takes: the signing key is made once a day, the date once a second. Used
 * by one thread.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">Signature calculations
 *     for the Authorization header</a>
 */
final class RequestSigner {
    /** The hash of no body. */
    static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /** In place of a hash where bodies are not signed. */
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String SIGNED_HEADERS = "host;x-amz-content-sha256;x-amz-date";

    private final Endpoint endpoint;
    private final InstantSource clock;
    private final MessageDigest sha256;
    private final Mac mac;
    private long second = -1;
    private String dateTime = "";
    private String date = "";
    private byte[] signingKey = {};

    RequestSigner(Endpoint endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.clock = clock;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
            this.mac = Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** What a signed request carries besides its host. */
    record Signed(String authorization, String dateTime, String contentSha256) {}

    /**
     * Signs.
     *
     * @param path encoded as it will be sent
     * @param query in canonical order and encoding; empty for none
     * @param contentSha256 hexadecimal, or {@link #UNSIGNED}
     */
    Signed sign(String method, String path, String query, String contentSha256) {
        refreshDate();
        String canonical = method + '\n' + path + '\n' + query + '\n'
                + "host:" + endpoint.authority() + '\n'
                + "x-amz-content-sha256:" + contentSha256 + '\n'
                + "x-amz-date:" + dateTime + "\n\n"
                + SIGNED_HEADERS + '\n' + contentSha256;
        String scope = date + '/' + endpoint.region() + "/s3/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + dateTime + '\n' + scope + '\n' + hex(sha256.digest(bytes(canonical)));
        String signature = hex(hmac(signingKey, toSign));
        return new Signed(
                "AWS4-HMAC-SHA256 Credential=" + endpoint.accessKey() + '/' + scope + ", SignedHeaders="
                        + SIGNED_HEADERS + ", Signature=" + signature,
                dateTime,
                contentSha256);
    }

    /** The hash of a body, as signatures have it. */
    static String hash(byte[] body) {
        try {
            return hex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private void refreshDate() {
        Instant now = clock.instant();
        if (now.getEpochSecond() == second) {
            return;
        }
        second = now.getEpochSecond();
        dateTime = DATE_TIME.format(now);
        String today = dateTime.substring(0, 8);
        if (!today.equals(date)) {
            date = today;
            byte[] key = hmac(bytes("AWS4" + endpoint.secretKey()), date);
            key = hmac(key, endpoint.region());
            key = hmac(key, "s3");
            signingKey = hmac(key, "aws4_request");
        }
    }

    private byte[] hmac(byte[] key, String text) {
        try {
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a key of any length will do", impossible);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
