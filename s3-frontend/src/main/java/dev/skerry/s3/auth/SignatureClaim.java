package dev.skerry.s3.auth;

import dev.skerry.http.RequestHead;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A signature as a request claims it, well formed but not yet proved.
 *
 * @param scope whose, for which day
 * @param date when
 * @param signedHeaders the names, in the order of the claim
 * @param signature hexadecimal
 * @param payloadHash what stands for the body in the canonical request
 * @param presigned whether it came in the query
 */
record SignatureClaim(
        CredentialScope scope,
        AmzDate date,
        List<String> signedHeaders,
        String signature,
        String payloadHash,
        boolean presigned) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    SignatureClaim {
        signedHeaders = List.copyOf(signedHeaders);
    }

    /**
     * Refuses a request that someone could have changed on its way: the host and all of AWS's own headers must be
     * signed. A presigned URL leaves its bearer free to say what the body hashes to.
     */
    void requireSignedHeaders(RequestHead head) {
        List<String> lower = signedHeaders.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        List<String> missing = new ArrayList<>();
        for (String name : head.headers().keySet()) {
            boolean ours = name.equals("host") || name.startsWith("x-amz-");
            boolean free = presigned && name.equals("x-amz-content-sha256");
            if (ours && !free && !lower.contains(name)) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw new S3Exception(
                    S3ErrorCode.ACCESS_DENIED,
                    "There were headers present in the request which were not signed",
                    Map.of("HeadersNotSigned", String.join(", ", missing)));
        }
    }

    String stringToSign(String canonicalRequest) {
        return ALGORITHM + "\n" + date.text() + "\n" + scope.text() + "\n" + Digests.sha256Hex(canonicalRequest);
    }

    ChunkSigner chunkSigner(SigningKey signingKey) {
        return new ChunkSigner(signingKey, date.text(), scope, signature);
    }

    /** Says what we signed, so that the client can be mended; neither the secret nor the right signature is in it. */
    S3Exception mismatch(String canonicalRequest) {
        String stringToSign = stringToSign(canonicalRequest);
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("AWSAccessKeyId", scope.accessKey());
        fields.put("StringToSign", stringToSign);
        fields.put("SignatureProvided", signature);
        fields.put("StringToSignBytes", spaced(stringToSign));
        fields.put("CanonicalRequest", canonicalRequest);
        fields.put("CanonicalRequestBytes", spaced(canonicalRequest));
        return new S3Exception(
                S3ErrorCode.SIGNATURE_DOES_NOT_MATCH, S3ErrorCode.SIGNATURE_DOES_NOT_MATCH.message(), fields);
    }

    private static String spaced(String wireText) {
        return HexFormat.ofDelimiter(" ").formatHex(wireText.getBytes(StandardCharsets.ISO_8859_1));
    }
}
