package dev.skerry.s3.auth;

import dev.skerry.http.RequestHead;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…}. */
final class AuthorizationHeader {
    private static final String MALFORMED = "The authorization header is malformed; ";

    private AuthorizationHeader() {}

    /** Refuses what is signed in another way, whatever else is wrong with it. */
    static void requireType(String value) {
        int space = value.indexOf(' ');
        if (space < 0 || !value.substring(0, space).equals(SignatureClaim.ALGORITHM)) {
            throw S3Exception.of(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "Unsupported Authorization Type",
                    "ArgumentName",
                    "Authorization",
                    "ArgumentValue",
                    space < 0 ? "" : value.substring(0, space));
        }
    }

    static SignatureClaim parse(RequestHead head, String value, AmzDate date, String payloadHash) {
        Map<String, String> fields = fields(value.substring(value.indexOf(' ') + 1));
        String credential = required(fields, "Credential");
        String signedHeaders = required(fields, "SignedHeaders");
        String signature = required(fields, "Signature");
        CredentialScope scope = CredentialScope.parse(credential)
                .orElseThrow(() -> malformed("the Credential is mal-formed; expecting"
                        + " \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."));
        check(scope, date);
        return new SignatureClaim(scope, date, List.of(signedHeaders.split(";", -1)), signature, payloadHash, false);
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split(",", -1)) {
            int equals = field.indexOf('=');
            if (equals >= 0) {
                fields.put(
                        field.substring(0, equals).trim(),
                        field.substring(equals + 1).trim());
            }
        }
        return fields;
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw malformed("missing " + name + ".");
        }
        return value;
    }

    private static void check(CredentialScope scope, AmzDate date) {
        if (scope.accessKey().isEmpty()) {
            throw malformed("a non-empty Access Key (AKID) must be provided in the credential.");
        }
        if (!scope.service().equals(CredentialScope.SERVICE)) {
            throw malformed("incorrect service \"" + scope.service() + "\". This endpoint belongs to \"s3\".");
        }
        if (!scope.terminal().equals(CredentialScope.TERMINAL)) {
            throw malformed("incorrect terminal \"" + scope.terminal() + "\". This endpoint uses \"aws4_request\".");
        }
        if (!scope.date().equals(date.day())) {
            throw malformed("Invalid credential date \"" + scope.date()
                    + "\". This date is not the same as X-Amz-Date: \"" + date.day() + "\".");
        }
    }

    private static S3Exception malformed(String detail) {
        return new S3Exception(S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED, MALFORMED + detail);
    }
}
