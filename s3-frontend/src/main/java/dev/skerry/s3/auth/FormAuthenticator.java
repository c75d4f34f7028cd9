package dev.skerry.s3.auth;

import dev.skerry.s3.auth.Identities.Credential;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.form.PostForm;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds out who a form comes from: whoever signed its policy, by Signature Version 4 or by version 2, or nobody. The
 * signature is over the policy as it came, so what the policy says is not looked at before. Safe for many threads.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html">Authenticating
 *     requests in browser-based uploads using POST</a>
 */
public final class FormAuthenticator {
    private static final String POLICY = "Policy";
    private static final String ALGORITHM = "X-Amz-Algorithm";
    private static final String CREDENTIAL = "X-Amz-Credential";
    private static final String DATE = "X-Amz-Date";
    private static final String SIGNATURE = "X-Amz-Signature";
    private static final String OLD_ACCESS_KEY = "AWSAccessKeyId";
    private static final String OLD_SIGNATURE = "Signature";

    private final Identities identities;
    private final SigningKeys signingKeys = new SigningKeys();

    /** With those who may sign. */
    public FormAuthenticator(Identities identities) {
        this.identities = identities;
    }

    /**
     * What a form proved.
     *
     * @param identity who signed it; {@link Identity#ANONYMOUS} where nobody did
     * @param policy that was signed, as it came; empty where none was
     * @param version of the signature, as policies of buckets name it; empty where there is none
     */
    public record Proof(Identity identity, String policy, String version) {
        /** Nothing. */
        static final Proof NONE = new Proof(Identity.ANONYMOUS, "", "");

        /** Whether there is a policy to hold the form to. */
        public boolean signed() {
            return !version.isEmpty();
        }
    }

    /**
     * Checks a form's signature. A policy that nobody signed means nothing.
     *
     * @throws S3Exception where the signature lacks a part, is malformed, by an unknown key, or wrong
     */
    public Proof authenticate(PostForm form) {
        boolean newForm = any(form, ALGORITHM, CREDENTIAL, SIGNATURE);
        boolean oldForm = any(form, OLD_ACCESS_KEY, OLD_SIGNATURE);
        if (newForm && oldForm) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_ARGUMENT, "Only one auth mechanism allowed; the form has fields of two");
        }
        if (!newForm && !oldForm) {
            return Proof.NONE;
        }
        if (any(form, "x-amz-security-token")) {
            throw new S3Exception(S3ErrorCode.INVALID_TOKEN);
        }
        return newForm ? newForm(form) : oldForm(form);
    }

    private static boolean any(PostForm form, String... names) {
        return Stream.of(names)
                .anyMatch(name -> form.field(name.toLowerCase(Locale.ROOT))
                        .filter(value -> !value.isEmpty())
                        .isPresent());
    }

    private Proof newForm(PostForm form) {
        String algorithm = form.required(ALGORITHM);
        String named = form.required(CREDENTIAL);
        String date = form.required(DATE);
        String signature = form.required(SIGNATURE);
        String policy = form.required(POLICY);
        if (!algorithm.equals(SignatureClaim.ALGORITHM)) {
            throw invalid(ALGORITHM, algorithm, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
        }
        CredentialScope scope = CredentialScope.parse(named)
                .orElseThrow(() -> invalid(
                        CREDENTIAL,
                        named,
                        "the Credential is mal-formed; expecting"
                                + " \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."));
        require(scope, named);
        if (AmzDate.parse(date).isEmpty()) {
            throw invalid(DATE, date, "X-Amz-Date must be formated via ISO8601 Long format");
        }
        Credential credential = credential(scope.accessKey());
        String right = signingKeys.derive(credential.secretKey(), scope).sign(policy);
        return proof(credential, policy, right, signature, SignatureClaim.ALGORITHM);
    }

    private static void require(CredentialScope scope, String named) {
        if (scope.accessKey().isEmpty()) {
            throw invalid(CREDENTIAL, named, "a non-empty Access Key (AKID) must be provided in the credential.");
        }
        if (!scope.service().equals(CredentialScope.SERVICE)) {
            throw invalid(
                    CREDENTIAL,
                    named,
                    "incorrect service \"" + scope.service() + "\". This endpoint belongs to \"s3\".");
        }
        if (!scope.terminal().equals(CredentialScope.TERMINAL)) {
            throw invalid(
                    CREDENTIAL,
                    named,
                    "incorrect terminal \"" + scope.terminal() + "\". This endpoint uses \"aws4_request\".");
        }
    }

    private Proof oldForm(PostForm form) {
        String accessKey = form.required(OLD_ACCESS_KEY);
        String signature = form.required(OLD_SIGNATURE);
        String policy = form.required(POLICY);
        Credential credential = credential(accessKey);
        byte[] right = Digests.oldHmac(credential.secretKey().getBytes(StandardCharsets.UTF_8), policy);
        return proof(credential, policy, Base64.getEncoder().encodeToString(right), signature, "AWS");
    }

    private Credential credential(String accessKey) {
        return identities
                .byAccessKey(accessKey)
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.INVALID_ACCESS_KEY_ID,
                        S3ErrorCode.INVALID_ACCESS_KEY_ID.message(),
                        Map.of("AWSAccessKeyId", accessKey)));
    }

    private static Proof proof(Credential credential, String policy, String right, String given, String version) {
        if (Digests.same(right, given)) {
            return new Proof(credential.identity(), policy, version);
        }
        throw S3Exception.of(
                S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
                S3ErrorCode.SIGNATURE_DOES_NOT_MATCH.message(),
                "AWSAccessKeyId",
                credential.accessKey(),
                "StringToSign",
                policy,
                "SignatureProvided",
                given,
                "StringToSignBytes",
                HexFormat.ofDelimiter(" ").formatHex(policy.getBytes(StandardCharsets.UTF_8)));
    }

    private static S3Exception invalid(String name, String value, String message) {
        return S3Exception.of(S3ErrorCode.INVALID_ARGUMENT, message, "ArgumentName", name, "ArgumentValue", value);
    }
}
