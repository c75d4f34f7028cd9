package dev.skerry.s3.auth;

import dev.skerry.http.PercentCode;
import dev.skerry.http.RequestTarget.Parameter;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Signs requests of Skerry's own commands to a server, in the query.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html">Authenticating requests
 *     by query parameters</a>
 */
public final class PresignedUrl {
    private static final String REGION = "us-east-1";
    private static final String EXPIRES_SECONDS = "60";

    private PresignedUrl() {}

    /**
     * A URL at which that may be asked for a minute from {@code at} on; {@code address} has neither query nor odd
     * characters.
     *
     * @param method such as {@code GET}
     */
    public static URI of(
            String method, URI address, List<Parameter> parameters, String accessKey, String secretKey, Instant at) {
        AmzDate date = AmzDate.of(at);
        CredentialScope scope =
                new CredentialScope(accessKey, date.day(), REGION, CredentialScope.SERVICE, CredentialScope.TERMINAL);
        List<Parameter> all = new ArrayList<>(parameters);
        all.add(new Parameter("X-Amz-Algorithm", SignatureClaim.ALGORITHM));
        all.add(new Parameter("X-Amz-Credential", accessKey + "/" + scope.text()));
        all.add(new Parameter("X-Amz-Date", date.text()));
        all.add(new Parameter("X-Amz-Expires", EXPIRES_SECONDS));
        all.add(new Parameter("X-Amz-SignedHeaders", "host"));
        String query = all.stream()
                .map(parameter ->
                        new Parameter(PercentCode.encode(parameter.name()), PercentCode.encode(parameter.value())))
                .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
                .map(parameter -> parameter.name() + "=" + parameter.value())
                .collect(Collectors.joining("&"));
        String canonical = method + "\n" + address.getRawPath() + "\n" + query + "\nhost:" + address.getRawAuthority()
                + "\n\nhost\nUNSIGNED-PAYLOAD";
        String stringToSign = SignatureClaim.ALGORITHM + "\n" + date.text() + "\n" + scope.text() + "\n"
                + Digests.sha256Hex(canonical);
        String signature = new SigningKeys().derive(secretKey, scope).sign(stringToSign);
        return URI.create(address + "?" + query + "&" + CanonicalRequest.SIGNATURE_PARAMETER + "=" + signature);
    }
}
