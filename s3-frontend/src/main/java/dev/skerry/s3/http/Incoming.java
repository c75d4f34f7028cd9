package dev.skerry.s3.http;

import dev.skerry.blob.access.RequestContext;
import dev.skerry.http.BodySource;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.auth.Authentication;
import java.util.function.UnaryOperator;

/**
 * What a request says, be it by its head or by the form in its body.
 *
 * @param head what operations read
 * @param address what it is about
 * @param authentication what it proved
 * @param body the bytes that operations read
 * @param context changes what policies of buckets are told of it
 */
record Incoming(
        RequestHead head,
        S3Address address,
        Authentication authentication,
        BodySource body,
        UnaryOperator<RequestContext> context) {
    /** What its head says. */
    static Incoming ofHead(RequestHead head, S3Address address, Authentication authentication, BodySource body) {
        return new Incoming(head, address, authentication, body, UnaryOperator.identity());
    }
}
