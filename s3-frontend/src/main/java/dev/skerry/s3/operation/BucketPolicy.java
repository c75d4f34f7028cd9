package dev.skerry.s3.operation;

import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Policy;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.PolicyJson;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus. The policy itself is the owner's to see
 * and to change: whoever else a policy allows it is answered MethodNotAllowed, as in S3.
 */
final class BucketPolicy {
    private final Buckets buckets;
    private final Named named;
    private final BucketAccessReader reader;
    private final Compatibility compatibility;

    BucketPolicy(Buckets buckets, Named named, BucketAccessReader reader, Compatibility compatibility) {
        this.buckets = buckets;
        this.named = named;
        this.reader = reader;
        this.compatibility = compatibility;
    }

    /** GetBucketPolicy: the very text that was put. */
    S3Response get(S3Request request) {
        Bucket bucket = own(request);
        String document = bucket.configuration().get(ConfigurationKind.POLICY);
        if (document == null) {
            throw none(bucket);
        }
        return new S3Response.Json(200, Map.of(), document);
    }

    /** PutBucketPolicy. */
    S3Response put(S3Request request) {
        Bucket bucket = own(request);
        byte[] body = request.smallBody(PolicyJson.MAX_BYTES);
        if (body.length == 0) {
            throw new S3Exception(S3ErrorCode.MISSING_REQUEST_BODY);
        }
        String document = text(body);
        Policy policy = PolicyJson.read(document, bucket.name());
        if (reader.of(bucket).block().blockPolicy() && policy.isPublic()) {
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
        }
        buckets.configure(bucket.name(), ConfigurationKind.POLICY, document);
        return S3Response.noContent();
    }

    /** DeleteBucketPolicy: succeeds where there is none, too. */
    S3Response delete(S3Request request) {
        buckets.configure(own(request).name(), ConfigurationKind.POLICY, null);
        return S3Response.noContent();
    }

    /** GetBucketPolicyStatus. */
    S3Response status(S3Request request) {
        Bucket bucket = named.bucket(request);
        BucketAccess access = reader.of(bucket);
        Policy policy = access.policy();
        boolean counted = compatibility.policyStatusCountsAccessLists();
        if (policy == null && !counted) {
            throw none(bucket);
        }
        boolean byPolicy = policy != null && policy.isPublic();
        boolean byList = counted
                && access.ownership().listsCount()
                && !access.block().ignoreLists()
                && access.accessList().isPublic();
        return S3Response.ok(new XmlElement("PolicyStatus").add("IsPublic", byPolicy || byList));
    }

    private Bucket own(S3Request request) {
        Bucket bucket = named.bucket(request);
        Requester requester = request.access().requester();
        if (requester.kind() != Requester.Kind.UNRESTRICTED && !requester.is(bucket.ownerId())) {
            throw new S3Exception(S3ErrorCode.METHOD_NOT_ALLOWED);
        }
        return bucket;
    }

    private static S3Exception none(Bucket bucket) {
        return new S3Exception(
                S3ErrorCode.NO_SUCH_BUCKET_POLICY,
                S3ErrorCode.NO_SUCH_BUCKET_POLICY.message(),
                Map.of("BucketName", bucket.name()));
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            S3Exception malformed = new S3Exception(S3ErrorCode.MALFORMED_POLICY);
            malformed.initCause(e);
            throw malformed;
        }
    }
}
