package dev.skerry.compat.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4, written from its description and from nothing of the server's.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html">SigV4</a>
 */
final class Signer {
    static final String EMPTY_SHA256 = Bytes.sha256(new byte[0]);

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String accessKey;
    private final String stamp;
    private final String scope;
    private final byte[] signingKey;

    Signer(String accessKey, String secretKey, Instant time) {
        this.accessKey = accessKey;
        stamp = STAMP.format(time);
        String day = stamp.substring(0, 8);
        scope = day + "/us-east-1/s3/aws4_request";
        byte[] dayKey = hmac(("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8), day);
        signingKey = hmac(hmac(hmac(dayKey, "us-east-1"), "s3"), "aws4_request");
    }

    String stamp() {
        return stamp;
    }

    String credential() {
        return accessKey + "/" + scope;
    }

    static String signedHeaders(SortedMap<String, String> headers) {
        return String.join(";", headers.keySet());
    }

    String requestSignature(WireRequest request, SortedMap<String, String> headers, String payloadHash) {
        String canonical = request.method() + "\n" + request.path() + "\n" + canonicalQuery(request.query()) + "\n"
                + headers.entrySet().stream()
                        .map(e -> e.getKey() + ":" + e.getValue().strip() + "\n")
                        .collect(Collectors.joining())
                + "\n" + signedHeaders(headers) + "\n" + payloadHash;
        return sign("AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n"
                + Bytes.sha256(canonical.getBytes(StandardCharsets.UTF_8)));
    }

    /** The signature of a form's policy. */
    String policySignature(String base64) {
        return sign(base64);
    }

    String chunkSignature(String previous, byte[] chunk) {
        return sign("AWS4-HMAC-SHA256-PAYLOAD\n" + stamp + "\n" + scope + "\n" + previous + "\n" + EMPTY_SHA256 + "\n"
                + Bytes.sha256(chunk));
    }

    String trailerSignature(String previous, String canonicalTrailers) {
        return sign("AWS4-HMAC-SHA256-TRAILER\n" + stamp + "\n" + scope + "\n" + previous + "\n"
                + Bytes.sha256(canonicalTrailers.getBytes(StandardCharsets.UTF_8)));
    }

    private static String canonicalQuery(Map<String, String> query) {
        return new TreeMap<>(query)
                .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining("&"));
    }

    private String sign(String text) {
        return HexFormat.of().formatHex(hmac(signingKey, text));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
