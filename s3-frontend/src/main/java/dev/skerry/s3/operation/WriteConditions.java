package dev.skerry.s3.operation;

import dev.skerry.blob.commit.Precondition;
import dev.skerry.s3.http.S3Request;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions of a write. They are only read here: the commit evaluates them. AWS takes {@code If-None-Match} with
 * {@code *} only; an ETag there means what RFC 9110 says, as in Ceph.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">Conditional writes</a>
 */
final class WriteConditions {
    private WriteConditions() {}

    /** Those of a request. */
    static List<Precondition> of(S3Request request) {
        List<Precondition> conditions = new ArrayList<>();
        request.header("if-match")
                .map(ETags::list)
                .filter(etags -> !etags.isEmpty())
                .ifPresent(etags -> conditions.add(new Precondition.IfMatch(etags)));
        request.header("if-none-match")
                .map(ETags::list)
                .filter(etags -> !etags.isEmpty())
                .ifPresent(etags -> conditions.add(new Precondition.IfNoneMatch(etags)));
        return conditions;
    }
}
