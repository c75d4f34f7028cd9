package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skerry.s3.auth.Identities.Anonymous;
import dev.skerry.s3.auth.Identities.Credential;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.form.Forms;
import dev.skerry.s3.form.PostForm;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormAuthenticatorTest {
    private static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SCOPE = ACCESS_KEY + "/20151229/us-east-1/s3/aws4_request";
    private static final Identity ALICE = new Identity("alice", "", "alice-id", "", Identity.Kind.USER);

    /** The documentation's example, whose lines end as they do there. */
    private static final String POLICY = Forms.base64(String.join(
            "\r\n",
            "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",",
            "  \"conditions\": [",
            "    {\"bucket\": \"sigv4examplebucket\"},",
            "    [\"starts-with\", \"$key\", \"user/user1/\"],",
            "    {\"acl\": \"public-read\"},",
            "    {\"success_action_redirect\": \"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},",
            "    [\"starts-with\", \"$Content-Type\", \"image/\"],",
            "    {\"x-amz-meta-uuid\": \"14365123651274\"},",
            "    {\"x-amz-server-side-encryption\": \"AES256\"},",
            "    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],",
            "",
            "    {\"x-amz-credential\": \"" + SCOPE + "\"},",
            "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},",
            "    {\"x-amz-date\": \"20151229T000000Z\" }",
            "  ]",
            "}"));

    private static final String SIGNATURE = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";

    private final FormAuthenticator authenticator = new FormAuthenticator(new Identities(
            List.of(new Credential(ACCESS_KEY, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ALICE)), Anonymous.NONE));

    private static PostForm signed(String credential, String algorithm, String date, String policy, String signature) {
        return Forms.form(
                "key", "k",
                "X-Amz-Credential", credential,
                "X-Amz-Algorithm", algorithm,
                "X-Amz-Date", date,
                "Policy", policy,
                "X-Amz-Signature", signature);
    }

    private S3Exception refusal(PostForm form) {
        return catchThrowableOfType(S3Exception.class, () -> authenticator.authenticate(form));
    }

    @Test
    void theDocumentedFormVerifies() {
        FormAuthenticator.Proof proof =
                authenticator.authenticate(signed(SCOPE, "AWS4-HMAC-SHA256", "20151229T000000Z", POLICY, SIGNATURE));
        assertThat(proof.identity()).isEqualTo(ALICE);
        assertThat(proof.policy()).isEqualTo(POLICY);
        assertThat(proof.version()).isEqualTo("AWS4-HMAC-SHA256");
    }

    @Test
    void theOldFormVerifies() {
        String right = "mmKofYfxNnqQC4E0V9z+q1YhVfg=";
        String policy = Forms.base64("{}");
        PostForm form = Forms.form("AWSAccessKeyId", ACCESS_KEY, "policy", policy, "signature", right);
        S3Exception wrong = refusal(form);
        assertThat(wrong.code()).isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
        assertThat(wrong.fields())
                .containsEntry("StringToSign", policy)
                .containsEntry("SignatureProvided", right)
                .containsEntry("AWSAccessKeyId", ACCESS_KEY)
                .containsEntry("StringToSignBytes", "65 33 30 3d");
        assertThat(authenticator
                        .authenticate(Forms.form(
                                "awsaccesskeyid",
                                ACCESS_KEY,
                                "policy",
                                policy,
                                "signature",
                                "4QWH4O9CWtowYUW+X4P2gZ/6fNc="))
                        .identity())
                .isEqualTo(ALICE);
    }

    @Test
    void aChangedPolicyDoesNotVerify() {
        assertThat(refusal(signed(SCOPE, "AWS4-HMAC-SHA256", "20151229T000000Z", POLICY + "x", SIGNATURE))
                        .code())
                .isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
    }

    @Test
    void nobodySignsAFormWithoutSignature() {
        assertThat(authenticator.authenticate(Forms.form("key", "k")).signed()).isFalse();
        FormAuthenticator.Proof proof = authenticator.authenticate(Forms.form("key", "k", "policy", POLICY));
        assertThat(proof.identity()).isEqualTo(Identity.ANONYMOUS);
        assertThat(proof.signed()).isFalse();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(refusal(Forms.form("X-Amz-Signature", "x", "policy", POLICY)))
                .hasMessageContaining("'X-Amz-Algorithm'");
        assertThat(refusal(signed(SCOPE, "AWS4-HMAC-SHA256", "20151229T000000Z", POLICY, "")))
                .hasMessageContaining("'X-Amz-Signature'");
        assertThat(refusal(Forms.form("AWSAccessKeyId", ACCESS_KEY, "policy", POLICY)))
                .hasMessageContaining("'Signature'");
        assertThat(refusal(Forms.form("signature", "x", "policy", POLICY))).hasMessageContaining("'AWSAccessKeyId'");
        assertThat(refusal(Forms.form("AWSAccessKeyId", ACCESS_KEY, "signature", "x")))
                .hasMessageContaining("'Policy'");
    }

    @Test
    void whatIsMalformedIsNamed() {
        String algorithm = "AWS4-HMAC-SHA256";
        String date = "20151229T000000Z";
        assertThat(refusal(signed("nonsense", algorithm, date, POLICY, "x")).fields())
                .containsEntry("ArgumentName", "X-Amz-Credential");
        assertThat(refusal(signed("/20151229/us-east-1/s3/aws4_request", algorithm, date, POLICY, "x")))
                .hasMessageContaining("non-empty Access Key");
        assertThat(refusal(signed(SCOPE.replace("/s3/", "/ec2/"), algorithm, date, POLICY, "x")))
                .hasMessageContaining("incorrect service");
        assertThat(refusal(signed(SCOPE.replace("aws4_", "aws5_"), algorithm, date, POLICY, "x")))
                .hasMessageContaining("incorrect terminal");
        assertThat(refusal(signed(SCOPE, "AWS4-HMAC-MD5", date, POLICY, "x")).fields())
                .containsEntry("ArgumentName", "X-Amz-Algorithm");
        assertThat(refusal(signed(SCOPE, algorithm, "yesterday", POLICY, "x")).fields())
                .containsEntry("ArgumentValue", "yesterday");
        assertThat(refusal(Forms.form("X-Amz-Signature", "x", "signature", "y")))
                .hasMessageContaining("Only one auth mechanism");
    }

    @Test
    void unknownKeysAndTokensAreRefused() {
        assertThat(refusal(Forms.form("AWSAccessKeyId", "NOBODY", "policy", POLICY, "signature", "x"))
                        .code())
                .isEqualTo(S3ErrorCode.INVALID_ACCESS_KEY_ID);
        assertThat(refusal(Forms.form(
                                "AWSAccessKeyId",
                                ACCESS_KEY,
                                "policy",
                                POLICY,
                                "signature",
                                "x",
                                "x-amz-security-token",
                                "t"))
                        .code())
                .isEqualTo(S3ErrorCode.INVALID_TOKEN);
    }
}
