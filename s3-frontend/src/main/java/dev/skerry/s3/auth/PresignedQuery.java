package dev.skerry.s3.auth;

import dev.skerry.http.RequestHead;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a presigned URL.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html">Authenticating requests
 *     by query parameters</a>
 */
final class PresignedQuery {
    private static final long MAX_EXPIRES_SECONDS = 604_800;
    private static final String CONTENT_HASH = "x-amz-content-sha256";

    private PresignedQuery() {}

    static SignatureClaim parse(RequestHead head, Instant now, Duration maxSkew, Compatibility compatibility) {
        String algorithm = required(head, "X-Amz-Algorithm");
        String credential = required(head, "X-Amz-Credential");
        String signature = required(head, CanonicalRequest.SIGNATURE_PARAMETER);
        String amzDate = required(head, "X-Amz-Date");
        List<String> signedHeaders =
                List.of(required(head, "X-Amz-SignedHeaders").split(";", -1));
        String expires = required(head, "X-Amz-Expires");
        if (!algorithm.equals(SignatureClaim.ALGORITHM)) {
            throw malformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
        }
        CredentialScope scope = CredentialScope.parse(credential)
                .orElseThrow(() -> malformed("Error parsing the X-Amz-Credential parameter; the Credential is"
                        + " mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."));
        AmzDate date = AmzDate.parse(amzDate)
                .orElseThrow(() -> malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""));
        check(scope, date);
        checkTime(date.instant(), expires(expires, compatibility), now, maxSkew);
        Optional<String> hash = head.query("X-Amz-Content-Sha256")
                .or(() -> signedHeaders.contains(CONTENT_HASH) ? head.header(CONTENT_HASH) : Optional.empty());
        return new SignatureClaim(scope, date, signedHeaders, signature, hash.orElse("UNSIGNED-PAYLOAD"), true);
    }

    private static String required(RequestHead head, String name) {
        return head.query(name)
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> malformed("Query-string authentication version 4 requires the X-Amz-Algorithm,"
                        + " X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires"
                        + " parameters."));
    }

    private static long expires(String text, Compatibility compatibility) {
        long seconds;
        try {
            seconds = Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw malformed("X-Amz-Expires should be a number");
        }
        if (seconds < 0) {
            throw new S3Exception(compatibility.expiryOutOfRange(), "X-Amz-Expires must be non-negative");
        }
        if (seconds == 0) {
            throw new S3Exception(compatibility.expiryOutOfRange(), "X-Amz-Expires must be greater than zero");
        }
        if (seconds > MAX_EXPIRES_SECONDS) {
            throw new S3Exception(
                    compatibility.expiryOutOfRange(),
                    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must"
                            + " be less than 604800 seconds");
        }
        return seconds;
    }

    private static void check(CredentialScope scope, AmzDate date) {
        String prefix = "Error parsing the X-Amz-Credential parameter; ";
        if (!scope.service().equals(CredentialScope.SERVICE)) {
            throw malformed(prefix + "incorrect service \"" + scope.service() + "\". This endpoint belongs to \"s3\".");
        }
        if (!scope.terminal().equals(CredentialScope.TERMINAL)) {
            throw malformed(
                    prefix + "incorrect terminal \"" + scope.terminal() + "\". This endpoint uses \"aws4_request\".");
        }
        if (!scope.date().equals(date.day())) {
            throw malformed("Invalid credential date \"" + scope.date()
                    + "\". This date is not the same as X-Amz-Date: \"" + date.day() + "\".");
        }
    }

    private static void checkTime(Instant signedAt, long expiresSeconds, Instant now, Duration maxSkew) {
        if (signedAt.isAfter(now.plus(maxSkew))) {
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED, "Request is not valid yet");
        }
        Instant end = signedAt.plusSeconds(expiresSeconds);
        if (now.isAfter(end)) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("X-Amz-Expires", Long.toString(expiresSeconds));
            fields.put("Expires", end.toString());
            fields.put("ServerTime", now.toString());
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED, "Request has expired", fields);
        }
    }

    private static S3Exception malformed(String message) {
        return new S3Exception(S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR, message);
    }
}
