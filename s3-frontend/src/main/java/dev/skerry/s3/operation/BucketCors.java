package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * GetBucketCors, PutBucketCors, DeleteBucketCors. What is kept has been validated, so that whoever applies the rules
 * need not.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html">Elements of a CORS
 *     configuration</a>
 */
final class BucketCors {
    private static final String ROOT = "CORSConfiguration";
    private static final String RULE = "CORSRule";
    private static final String METHOD = "AllowedMethod";
    private static final String ORIGIN = "AllowedOrigin";
    private static final String HEADER = "AllowedHeader";
    private static final String EXPOSE = "ExposeHeader";
    private static final String MAX_AGE = "MaxAgeSeconds";
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;
    private static final int MAX_RULES = 100;
    private static final int MAX_ID_CHARACTERS = 255;
    private static final Set<String> METHODS = Set.of("GET", "PUT", "HEAD", "POST", "DELETE");
    private static final Set<String> ELEMENTS = Set.of("ID", METHOD, ORIGIN, HEADER, EXPOSE, MAX_AGE);

    private final Buckets buckets;
    private final Named named;

    BucketCors(Buckets buckets, Named named) {
        this.buckets = buckets;
        this.named = named;
    }

    /** GetBucketCors. */
    S3Response get(S3Request request) {
        String kept = named.bucket(request).configuration().get(ConfigurationKind.CORS);
        if (kept == null) {
            throw new S3Exception(
                    S3ErrorCode.NO_SUCH_CORS_CONFIGURATION,
                    S3ErrorCode.NO_SUCH_CORS_CONFIGURATION.message(),
                    Map.of("BucketName", Named.name(request)));
        }
        return S3Response.ok(Documents.parse(kept));
    }

    /** PutBucketCors. */
    S3Response put(S3Request request) {
        XmlElement configuration = Documents.read(request, ROOT, MAX_DOCUMENT_BYTES);
        List<XmlElement> rules = configuration.children();
        if (rules.isEmpty()) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        if (rules.size() > MAX_RULES) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST,
                    "The number of CORS rules should not exceed allowed limit of 100 rules.");
        }
        rules.forEach(BucketCors::validate);
        buckets.configure(Named.name(request), ConfigurationKind.CORS, Documents.write(configuration));
        return S3Response.ok();
    }

    /** DeleteBucketCors. */
    S3Response delete(S3Request request) {
        buckets.configure(Named.name(request), ConfigurationKind.CORS, null);
        return S3Response.noContent();
    }

    private static void validate(XmlElement rule) {
        boolean known =
                rule.name().equals(RULE) && rule.children().stream().allMatch(child -> ELEMENTS.contains(child.name()));
        if (!known
                || rule.children(METHOD).isEmpty()
                || rule.children(ORIGIN).isEmpty()
                || rule.children(MAX_AGE).size() > 1
                || rule.children("ID").size() > 1
                || rule.textOf("ID").orElse("").length() > MAX_ID_CHARACTERS) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        for (XmlElement method : rule.children(METHOD)) {
            if (!METHODS.contains(method.text())) {
                throw new S3Exception(
                        S3ErrorCode.INVALID_REQUEST,
                        "Found unsupported HTTP method in CORS config. Unsupported method is " + method.text());
            }
        }
        requireOneWildcard(rule, ORIGIN);
        requireOneWildcard(rule, HEADER);
        for (XmlElement exposed : rule.children(EXPOSE)) {
            if (exposed.text().indexOf('*') >= 0) {
                throw new S3Exception(
                        S3ErrorCode.INVALID_REQUEST,
                        "ExposeHeader \"" + exposed.text()
                                + "\" contains wildcard. We currently do not support wildcard for ExposeHeader.");
            }
        }
        rule.textOf(MAX_AGE).ifPresent(BucketCors::requireSeconds);
    }

    private static void requireOneWildcard(XmlElement rule, String name) {
        for (XmlElement element : rule.children(name)) {
            String text = element.text();
            if (text.isEmpty()) {
                throw new S3Exception(S3ErrorCode.MALFORMED_XML);
            }
            if (text.indexOf('*') != text.lastIndexOf('*')) {
                throw new S3Exception(
                        S3ErrorCode.INVALID_REQUEST, name + " \"" + text + "\" can not have more than one wildcard.");
            }
        }
    }

    private static void requireSeconds(String text) {
        try {
            if (Integer.parseInt(text.strip()) >= 0) {
                return;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw new S3Exception(S3ErrorCode.MALFORMED_XML);
    }
}
