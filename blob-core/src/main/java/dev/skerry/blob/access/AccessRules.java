package dev.skerry.blob.access;

import dev.skerry.blob.access.AccessDecision.Allowed;
import dev.skerry.blob.access.AccessDecision.Denied;
import org.jspecify.annotations.Nullable;

/**
 * The one function that decides on access. In this order:
 *
 * <ol>
 *   <li>whoever may do everything may;
 *   <li>what the bucket's policy denies is denied, to its owner too;
 *   <li>the bucket's owner may do what concerns the bucket, and what concerns a blob that is its own;
 *   <li>a blob's owner may do what concerns the blob;
 *   <li>the policy allows, unless it is public and the bucket is restricted; of blobs that are another's it cannot
 *       speak;
 *   <li>a grant allows, where access lists count;
 *   <li>the node's settings allow;
 *   <li>everything else is denied.
 * </ol>
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html">How Amazon
 *     S3 authorizes a request</a>
 */
public final class AccessRules {
    private AccessRules() {}

    /**
     * Whether the decision may differ with the blob's owner, grants or tags, so that it must be looked up first. Where
     * not, {@link #decide} needs none.
     */
    public static boolean dependsOnBlob(AccessRequest request) {
        if (request.requester().kind() == Requester.Kind.UNRESTRICTED) {
            return false;
        }
        Policy policy = request.bucket().policy();
        if (policy != null && policy.asksForBlobTags()) {
            return true;
        }
        return request.need() instanceof Need.OfBlob
                && request.bucket().ownership().listsCount();
    }

    /** Decides. Never throws for what a request says. */
    public static AccessDecision decide(AccessRequest request) {
        if (request.requester().kind() == Requester.Kind.UNRESTRICTED) {
            return new Allowed("may do everything");
        }
        Policy policy = request.bucket().policy();
        Policy.Judgement judgement = policy == null ? Policy.Judgement.SILENT : policy.judge(request);
        if (judgement.verdict() == Policy.Verdict.DENIES) {
            return new Denied("the bucket's policy denies it" + by(judgement), true);
        }
        boolean bucketsOwn = isBucketsOwn(request);
        if (bucketsOwn && request.requester().is(request.bucket().ownerId())) {
            return new Allowed("owner of the bucket");
        }
        BlobAccess blob = request.blob();
        if (!bucketsOwn && blob != null && request.requester().is(blob.ownerId())) {
            return new Allowed("owner of the blob");
        }
        boolean allows = judgement.verdict() == Policy.Verdict.ALLOWS;
        boolean restricted = isRestricted(request.bucket(), policy);
        if (allows && bucketsOwn && !restricted) {
            return new Allowed("the bucket's policy allows it" + by(judgement));
        }
        if (isGranted(request)) {
            return new Allowed("a grant allows it");
        }
        if (request.open() && request.requester().kind() == Requester.Kind.ANONYMOUS) {
            return new Allowed("the settings allow it without a signature");
        }
        if (allows) {
            String why = restricted
                    ? ", but is public, and the bucket is restricted"
                    : ", but the blob is not the bucket owner's";
            return new Denied("the bucket's policy allows it" + by(judgement) + why, false);
        }
        return new Denied("nothing allows it", false);
    }

    private static String by(Policy.Judgement judgement) {
        return judgement.by() == null ? "" : " (statement " + judgement.by().label() + ")";
    }

    /** Whether this concerns the bucket, or a blob that is its owner's; what is not there would be. */
    private static boolean isBucketsOwn(AccessRequest request) {
        BlobAccess blob = request.blob();
        return switch (request.need()) {
            case Need.OfBucket _ -> true;
            case Need.OfBlob _ ->
                blob == null
                        || !request.bucket().ownership().listsCount()
                        || blob.ownerId().equals(request.bucket().ownerId());
        };
    }

    private static boolean isRestricted(BucketAccess bucket, @Nullable Policy policy) {
        return bucket.block().restrictBucket() && policy != null && policy.isPublic();
    }

    private static boolean isGranted(AccessRequest request) {
        BucketAccess bucket = request.bucket();
        if (!bucket.ownership().listsCount()) {
            return false;
        }
        BlobAccess blob = request.blob();
        return switch (request.need()) {
            case Need.OfBucket(Permission permission) ->
                permission != null
                        && bucket.accessList()
                                .gives(
                                        request.requester(),
                                        permission,
                                        bucket.block().ignoreLists());
            case Need.OfBlob(Permission permission) ->
                permission != null
                        && blob != null
                        && blob.accessList()
                                .gives(
                                        request.requester(),
                                        permission,
                                        bucket.block().ignoreLists());
        };
    }
}
