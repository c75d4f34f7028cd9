package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skerry.http.RequestHead;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Identities.Anonymous;
import dev.skerry.s3.auth.Identities.Credential;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The signatures are those of S3's documentation, where all of them are by one key at one time. */
class AuthenticatorTest {
    static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
    static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
    private static final Identity ALICE = new Identity("alice", "Alice", "a1", "alice@example.com", Identity.Kind.USER);
    private static final String HOST = "Host: examplebucket.s3.amazonaws.com";
    private static final String DATE = "x-amz-date: 20130524T000000Z";
    private static final String EMPTY = "x-amz-content-sha256: " + Digests.EMPTY_SHA256;
    private static final String SCOPE = ACCESS_KEY + "/20130524/us-east-1/s3/aws4_request";
    private static final String GET_SIGNATURE = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    private static final String PRESIGNED_SIGNATURE =
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

    static Authenticator authenticator(Instant now) {
        return new Authenticator(identities(), InstantSource.fixed(now));
    }

    private static Identities identities() {
        return new Identities(List.of(new Credential(ACCESS_KEY, SECRET_KEY, ALICE)), Anonymous.NONE);
    }

    static String authorization(String signedHeaders, String signature) {
        return authorization(SCOPE, signedHeaders, signature);
    }

    private static String authorization(String credential, String signedHeaders, String signature) {
        return "Authorization: AWS4-HMAC-SHA256 Credential=" + credential + ",SignedHeaders=" + signedHeaders
                + ",Signature=" + signature;
    }

    private static Authentication authenticate(RequestHead head) {
        return authenticator(NOW).authenticate(head);
    }

    private static S3Exception refusal(RequestHead head) {
        return refusal(head, NOW);
    }

    private static S3Exception refusal(RequestHead head, Instant now) {
        return catchThrowableOfType(S3Exception.class, () -> authenticator(now).authenticate(head));
    }

    private static RequestHead get(String authorization, String... more) {
        String[] lines = new String[more.length + 5];
        System.arraycopy(more, 0, lines, 5, more.length);
        lines[0] = HOST;
        lines[1] = "Range: bytes=0-9";
        lines[2] = DATE;
        lines[3] = EMPTY;
        lines[4] = authorization;
        return Heads.of("GET", "/test.txt", lines);
    }

    private static String goodAuthorization() {
        return authorization("host;range;x-amz-content-sha256;x-amz-date", GET_SIGNATURE);
    }

    private static RequestHead presigned(String expires, String signature) {
        return Heads.of(
                "GET",
                "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + SCOPE.replace("/", "%2F")
                        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=" + expires
                        + "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + signature,
                HOST);
    }

    @Test
    void aReadSignedByHeaderIsItsSigners() {
        assertThat(authenticate(get(goodAuthorization())).identity()).isEqualTo(ALICE);
    }

    @Test
    void aWriteSignedByHeaderIsItsSigners() {
        RequestHead put = Heads.of(
                "PUT",
                "/test$file.text",
                HOST,
                "Date: Fri, 24 May 2013 00:00:00 GMT",
                DATE,
                "x-amz-storage-class: REDUCED_REDUNDANCY",
                "x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                authorization(
                        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
        assertThat(authenticate(put).payload()).isInstanceOf(PayloadProtection.Hashed.class);
    }

    @Test
    void aSubresourceWithoutValueIsSignedAsEmpty() {
        RequestHead lifecycle = Heads.of(
                "GET",
                "/?lifecycle",
                HOST,
                DATE,
                EMPTY,
                authorization(
                        "host;x-amz-content-sha256;x-amz-date",
                        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
        assertThat(authenticate(lifecycle).identity()).isEqualTo(ALICE);
    }

    @Test
    void parametersAreSignedSorted() {
        RequestHead list = Heads.of(
                "GET",
                "/?prefix=J&max-keys=2",
                HOST,
                DATE,
                EMPTY,
                authorization(
                        "host;x-amz-content-sha256;x-amz-date",
                        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
        assertThat(authenticate(list).identity()).isEqualTo(ALICE);
    }

    @Test
    void aPresignedUrlIsItsSigners() {
        Authentication authentication = authenticate(presigned("86400", PRESIGNED_SIGNATURE));
        assertThat(authentication.identity()).isEqualTo(ALICE);
        assertThat(authentication.payload()).isEqualTo(new PayloadProtection.Unsigned());
    }

    @Test
    void aPresignedUrlEndsWithItsLastSecond() {
        RequestHead url = presigned("86400", PRESIGNED_SIGNATURE);
        assertThat(authenticator(NOW.plusSeconds(86_400)).authenticate(url).identity())
                .isEqualTo(ALICE);
        S3Exception late = refusal(url, NOW.plusSeconds(86_401));
        assertThat(late.code()).isEqualTo(S3ErrorCode.ACCESS_DENIED);
        assertThat(late).hasMessage("Request has expired");
        assertThat(late.fields()).containsKeys("X-Amz-Expires", "Expires", "ServerTime");
    }

    @Test
    void aPresignedUrlOfTheFutureIsRefused() {
        assertThat(refusal(presigned("86400", PRESIGNED_SIGNATURE), NOW.minus(Duration.ofMinutes(16)))
                        .code())
                .isEqualTo(S3ErrorCode.ACCESS_DENIED);
    }

    @Test
    void expiriesOutsideOfOneWeekAreRefused() {
        for (String expires : List.of("0", "-1", "604801", "x", "", "99999999999999999999")) {
            assertThat(refusal(presigned(expires, PRESIGNED_SIGNATURE)).code())
                    .as(expires)
                    .isEqualTo(S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR);
        }
        Authenticator asCeph = new Authenticator(
                identities(), InstantSource.fixed(NOW), Authenticator.DEFAULT_MAX_SKEW, Compatibility.CEPH);
        for (String expires : List.of("0", "-1", "604801")) {
            assertThat(catchThrowableOfType(
                                    S3Exception.class,
                                    () -> asCeph.authenticate(presigned(expires, PRESIGNED_SIGNATURE)))
                            .code())
                    .as(expires)
                    .isEqualTo(S3ErrorCode.ACCESS_DENIED);
        }
    }

    @Test
    void aChangedExpiryBreaksThePresignedSignature() {
        assertThat(refusal(presigned("86401", PRESIGNED_SIGNATURE)).code())
                .isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
    }

    @Test
    void anUnsignedRequestIsAnonymous() {
        Authentication authentication = authenticate(Heads.of("GET", "/bucket/key", HOST));
        assertThat(authentication.identity()).isEqualTo(Identity.ANONYMOUS);
        assertThat(authentication.payload()).isEqualTo(new PayloadProtection.Unsigned());
    }

    @Test
    void aWrongSignatureIsRefusedWithWhatWasSigned() {
        String wrong = GET_SIGNATURE.replace('f', '0');
        S3Exception refusal = refusal(get(authorization("host;range;x-amz-content-sha256;x-amz-date", wrong)));
        assertThat(refusal.code()).isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
        assertThat(refusal.fields()).containsEntry("SignatureProvided", wrong);
        assertThat(refusal.fields().get("CanonicalRequest")).startsWith("GET\n/test.txt\n\nhost:examplebucket");
        assertThat(refusal.fields().toString()).doesNotContain(SECRET_KEY).doesNotContain(GET_SIGNATURE);
    }

    @Test
    void aSignatureOfAnotherLengthIsRefused() {
        for (String wrong : List.of("0", GET_SIGNATURE + "0", "é")) {
            assertThat(refusal(get(authorization("host;range;x-amz-content-sha256;x-amz-date", wrong)))
                            .code())
                    .isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
        }
    }

    @Test
    void anUnknownKeyIsNamed() {
        S3Exception refusal = refusal(get(authorization(
                SCOPE.replace(ACCESS_KEY, "NOBODY"), "host;range;x-amz-content-sha256;x-amz-date", GET_SIGNATURE)));
        assertThat(refusal.code()).isEqualTo(S3ErrorCode.INVALID_ACCESS_KEY_ID);
        assertThat(refusal.fields()).containsEntry("AWSAccessKeyId", "NOBODY");
    }

    @Test
    void clocksMayDifferByAQuarterOfAnHour() {
        RequestHead head = get(goodAuthorization());
        assertThat(authenticator(NOW.plusSeconds(900)).authenticate(head).identity())
                .isEqualTo(ALICE);
        assertThat(authenticator(NOW.minusSeconds(900)).authenticate(head).identity())
                .isEqualTo(ALICE);
        assertThat(refusal(head, NOW.plusSeconds(901)).code()).isEqualTo(S3ErrorCode.REQUEST_TIME_TOO_SKEWED);
        assertThat(refusal(head, NOW.minusSeconds(901)).code()).isEqualTo(S3ErrorCode.REQUEST_TIME_TOO_SKEWED);
    }

    @Test
    void malformedScopesAreRefused() {
        for (String scope : List.of(
                "x",
                "/20130524/us-east-1/s3/aws4_request",
                ACCESS_KEY + "/20130524/us-east-1/s3",
                ACCESS_KEY + "/2013052/us-east-1/s3/aws4_request",
                ACCESS_KEY + "/20130525/us-east-1/s3/aws4_request",
                ACCESS_KEY + "/20130524/us-east-1/ec2/aws4_request",
                ACCESS_KEY + "/20130524/us-east-1/s3/aws5_request")) {
            assertThat(refusal(get(authorization(scope, "host", GET_SIGNATURE))).code())
                    .as(scope)
                    .isEqualTo(S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED);
        }
    }

    @Test
    void missingFieldsOfTheHeaderAreRefused() {
        for (String value : List.of(
                "AWS4-HMAC-SHA256 ",
                "AWS4-HMAC-SHA256 Credential=" + SCOPE,
                "AWS4-HMAC-SHA256 Credential=" + SCOPE + ",SignedHeaders=host",
                "AWS4-HMAC-SHA256 Credential=" + SCOPE + ",SignedHeaders=host,Signature=")) {
            assertThat(refusal(get("Authorization: " + value)).code())
                    .as(value)
                    .isIn(S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED, S3ErrorCode.INVALID_ARGUMENT);
        }
        assertThat(refusal(get("Authorization: Basic eDp5")).code()).isEqualTo(S3ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void versionTwoSignaturesAreRefusedWithAdvice() {
        S3Exception header = refusal(get("Authorization: AWS AKID:c2ln"));
        assertThat(header.code()).isEqualTo(S3ErrorCode.INVALID_REQUEST);
        assertThat(header).hasMessageContaining("Please use AWS4-HMAC-SHA256");
        assertThat(refusal(Heads.of("GET", "/b/k?AWSAccessKeyId=A&Signature=s&Expires=1", HOST))
                        .code())
                .isEqualTo(S3ErrorCode.INVALID_REQUEST);
    }

    @Test
    void twoMechanismsAtOnceAreRefused() {
        RequestHead both =
                Heads.of("GET", "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256", HOST, DATE, EMPTY, goodAuthorization());
        assertThat(refusal(both).code()).isEqualTo(S3ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void headersOfAwsThatAreNotSignedAreRefused() {
        S3Exception refusal = refusal(get(goodAuthorization(), "x-amz-acl: public-read"));
        assertThat(refusal.code()).isEqualTo(S3ErrorCode.ACCESS_DENIED);
        assertThat(refusal.fields()).containsEntry("HeadersNotSigned", "x-amz-acl");
    }

    @Test
    void aTokenNobodyIssuedIsRefused() {
        assertThat(refusal(get(goodAuthorization(), "x-amz-security-token: abc"))
                        .code())
                .isEqualTo(S3ErrorCode.INVALID_TOKEN);
    }

    @Test
    void aSignedRequestWithoutDateOrContentHashIsRefused() {
        RequestHead noDate = Heads.of("GET", "/test.txt", HOST, EMPTY, goodAuthorization());
        assertThat(refusal(noDate).code()).isEqualTo(S3ErrorCode.ACCESS_DENIED);
        RequestHead badDate =
                Heads.of("GET", "/test.txt", HOST, EMPTY, "x-amz-date: 20139924T000000Z", goodAuthorization());
        assertThat(refusal(badDate).code()).isEqualTo(S3ErrorCode.ACCESS_DENIED);
        RequestHead noHash = Heads.of("GET", "/test.txt", HOST, DATE, goodAuthorization());
        assertThat(refusal(noHash).code()).isEqualTo(S3ErrorCode.INVALID_REQUEST);
    }

    @Test
    void aContentHashThatIsNoneIsRefused() {
        S3Exception refusal = refusal(Heads.of("PUT", "/b/k", HOST, "x-amz-content-sha256: abc"));
        assertThat(refusal.code()).isEqualTo(S3ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void secretsDoNotShow() {
        assertThat(new Credential(ACCESS_KEY, SECRET_KEY, ALICE).toString()).doesNotContain(SECRET_KEY);
    }
}
