package dev.skerry.s3.http;

import dev.skerry.http.Exchange;
import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestTarget;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.FormAuthenticator;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.auth.PayloadProtection;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.form.FormHeaders;
import dev.skerry.s3.form.PostForm;
import dev.skerry.s3.form.PostPolicy;
import dev.skerry.s3.form.SizeRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes of a form the request that PutObject would have been: the key, the headers and the signature are its fields. Of
 * the request's own head only what is about the connection counts, because nobody signed the rest.
 */
final class PostedForms {
    private static final List<String> KEPT_HEADERS =
            List.of("host", "origin", "referer", "user-agent", "x-amz-expected-bucket-owner");

    /** Fields that say how to answer; operations read them as they do parameters. */
    private static final List<String> ANSWER_FIELDS =
            List.of("success_action_redirect", "redirect", "success_action_status");

    private final FormAuthenticator authenticator;
    private final Compatibility compatibility;

    PostedForms(Identities identities, Compatibility compatibility) {
        this.authenticator = new FormAuthenticator(identities);
        this.compatibility = compatibility;
    }

    /**
     * Reads a form up to its file, and holds it to its policy.
     *
     * @param posted the request as its head says it
     * @param bucket it is sent to
     * @throws S3Exception where it is malformed, not signed as it must be, or not what its policy allows
     */
    Incoming read(Exchange exchange, Incoming posted, String bucket) {
        RequestHead head = posted.head();
        if (posted.authentication().identity().kind() != Identity.Kind.ANONYMOUS) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "A form is signed by its own fields; neither an Authorization header nor a signature in the query"
                            + " is taken with it");
        }
        PostForm form = PostForm.read(posted.body(), head.header("content-type").orElse(""));
        String key = form.required("key");
        FormAuthenticator.Proof proof = authenticator.authenticate(form);
        SizeRange sizes = proof.signed()
                ? PostPolicy.read(proof.policy())
                        .require(form, bucket, exchange.clock().instant(), compatibility)
                : SizeRange.ANY;
        return new Incoming(
                new RequestHead(head.method(), head.target(), parameters(form), headers(head, form)),
                posted.address().withKey(key),
                new Authentication(proof.identity(), new PayloadProtection.Unsigned()),
                form.file(sizes),
                context -> proof.signed() ? Conditions.ofForm(context, proof.version()) : context);
    }

    private static Map<String, List<String>> headers(RequestHead head, PostForm form) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : KEPT_HEADERS) {
            List<String> values = head.headers().get(name);
            if (values != null) {
                headers.put(name, values);
            }
        }
        headers.putAll(FormHeaders.of(form));
        return headers;
    }

    private static List<RequestTarget.Parameter> parameters(PostForm form) {
        List<RequestTarget.Parameter> parameters = new ArrayList<>();
        for (String name : ANSWER_FIELDS) {
            form.field(name).ifPresent(value -> parameters.add(new RequestTarget.Parameter(name, value)));
        }
        return parameters;
    }
}
