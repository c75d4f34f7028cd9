package dev.skerry.s3.auth;

import dev.skerry.blob.Sha256;
import dev.skerry.http.HttpDates;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Identities.Credential;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out who a request comes from: Signature Version 4 in the Authorization header or in the query, or nobody. Safe
 * for many threads. Secrets never leave this package, in errors and logs least of all.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html">Authenticating
 *     requests (AWS Signature Version 4)</a>
 */
public final class Authenticator {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final String CONTENT_HASH = "x-amz-content-sha256";
    /** How far a client's clock may be off where nothing else is said, as in S3. */
    public static final Duration DEFAULT_MAX_SKEW = Duration.ofMinutes(15);

    private final Identities identities;
    private final InstantSource clock;
    private final Duration maxSkew;
    private final Compatibility compatibility;
    private final SigningKeys signingKeys = new SigningKeys();

    /** Judges times by {@code clock}, as AWS does. */
    public Authenticator(Identities identities, InstantSource clock) {
        this(identities, clock, DEFAULT_MAX_SKEW, Compatibility.AWS);
    }

    /** Judges times by {@code clock}, from which a client's may be off by {@code maxSkew}. */
    public Authenticator(Identities identities, InstantSource clock, Duration maxSkew, Compatibility compatibility) {
        this.identities = identities;
        this.clock = clock;
        this.maxSkew = maxSkew;
        this.compatibility = compatibility;
    }

    /**
     * Checks a request's signature.
     *
     * @throws S3Exception where it is malformed, out of time, by an unknown key, or wrong
     */
    public Authentication authenticate(RequestHead head) {
        Optional<String> authorization = head.header("authorization");
        boolean presigned = head.query("X-Amz-Algorithm").isPresent()
                || head.query("X-Amz-Credential").isPresent()
                || head.query(CanonicalRequest.SIGNATURE_PARAMETER).isPresent();
        boolean presignedV2 = head.query("AWSAccessKeyId").isPresent()
                && head.query("Signature").isPresent();
        if (authorization.isPresent() && (presigned || presignedV2)) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string"
                            + " parameter or the Authorization header should be specified");
        }
        if (presignedV2
                || authorization.filter(value -> value.startsWith("AWS ")).isPresent()) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "The authorization mechanism you have provided is not supported. Please use " + ALGORITHM + ".");
        }
        if (presigned) {
            return signed(head, PresignedQuery.parse(head, clock.instant(), maxSkew, compatibility));
        }
        return authorization
                .map(value -> signed(head, byHeader(head, value)))
                .orElseGet(() -> new Authentication(Identity.ANONYMOUS, unsigned(head)));
    }

    private Authentication signed(RequestHead head, SignatureClaim claim) {
        Credential credential = identities
                .byAccessKey(claim.scope().accessKey())
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.INVALID_ACCESS_KEY_ID,
                        S3ErrorCode.INVALID_ACCESS_KEY_ID.message(),
                        Map.of("AWSAccessKeyId", claim.scope().accessKey())));
        if (head.header("x-amz-security-token")
                .or(() -> head.query("X-Amz-Security-Token"))
                .filter(token -> !token.isEmpty())
                .isPresent()) {
            throw new S3Exception(S3ErrorCode.INVALID_TOKEN);
        }
        claim.requireSignedHeaders(head);
        SigningKey key = signingKeys.derive(credential.secretKey(), claim.scope());
        List<String> forms = CanonicalRequest.forms(head, claim.signedHeaders(), claim.payloadHash());
        for (String form : forms) {
            if (Digests.same(key.sign(claim.stringToSign(form)), claim.signature())) {
                return new Authentication(credential.identity(), protection(claim, key));
            }
        }
        throw claim.mismatch(forms.getFirst());
    }

    private SignatureClaim byHeader(RequestHead head, String authorization) {
        AuthorizationHeader.requireType(authorization);
        SignatureClaim claim = AuthorizationHeader.parse(head, authorization, date(head), contentHash(head));
        Instant now = clock.instant();
        if (Duration.between(claim.date().instant(), now).abs().compareTo(maxSkew) > 0) {
            throw S3Exception.of(
                    S3ErrorCode.REQUEST_TIME_TOO_SKEWED,
                    S3ErrorCode.REQUEST_TIME_TOO_SKEWED.message(),
                    "RequestTime",
                    claim.date().text(),
                    "ServerTime",
                    now.toString(),
                    "MaxAllowedSkewMilliseconds",
                    Long.toString(maxSkew.toMillis()));
        }
        return claim;
    }

    private static AmzDate date(RequestHead head) {
        Optional<String> amzDate = head.header("x-amz-date");
        Optional<AmzDate> date = amzDate.isPresent()
                ? AmzDate.parse(amzDate.get())
                : head.header("date")
                        .flatMap(text -> HttpDates.parse(text).map(AmzDate::of).or(() -> AmzDate.parse(text)));
        return date.orElseThrow(() -> new S3Exception(
                S3ErrorCode.ACCESS_DENIED, "AWS authentication requires a valid Date or x-amz-date header"));
    }

    private static String contentHash(RequestHead head) {
        return head.header(CONTENT_HASH)
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.INVALID_REQUEST, "Missing required header for this request: " + CONTENT_HASH));
    }

    private PayloadProtection protection(SignatureClaim claim, SigningKey key) {
        return switch (claim.payloadHash()) {
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" ->
                new PayloadProtection.SignedChunks(claim.chunkSigner(key), false);
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" ->
                new PayloadProtection.SignedChunks(claim.chunkSigner(key), true);
            default -> plain(claim.payloadHash());
        };
    }

    private static PayloadProtection unsigned(RequestHead head) {
        return plain(head.header(CONTENT_HASH).orElse(UNSIGNED));
    }

    private static PayloadProtection plain(String hash) {
        if (hash.equals(UNSIGNED)) {
            return new PayloadProtection.Unsigned();
        }
        if (hash.equals("STREAMING-UNSIGNED-PAYLOAD-TRAILER")) {
            return new PayloadProtection.UnsignedChunks();
        }
        String lower = hash.toLowerCase(Locale.ROOT);
        if (Sha256.isValid(lower)) {
            return new PayloadProtection.Hashed(new Sha256(lower));
        }
        throw S3Exception.of(
                S3ErrorCode.INVALID_ARGUMENT,
                CONTENT_HASH + " must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                        + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid"
                        + " sha256 value.",
                "ArgumentName",
                CONTENT_HASH,
                "ArgumentValue",
                hash);
    }
}
