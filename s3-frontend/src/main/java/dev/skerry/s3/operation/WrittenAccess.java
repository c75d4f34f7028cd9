package dev.skerry.s3.operation;

import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.s3.access.AccessListHeaders;
import dev.skerry.s3.access.AccessListJson;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.Grantees;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who owns an object that is written, and whom the write lets in. */
final class WrittenAccess {
    private final BucketAccessReader buckets;
    private final AccessListHeaders headers;

    WrittenAccess(BucketAccessReader buckets, Identities identities) {
        this.buckets = buckets;
        this.headers = new AccessListHeaders(new Grantees(identities));
    }

    /**
     * What a write makes of its object.
     *
     * @param ownerId canonical id of its owner
     * @param acl its access list as it is kept, or null for the owner alone
     */
    record Access(String ownerId, @Nullable String acl) {}

    /**
     * What the headers of a write say.
     *
     * @throws S3Exception with AccessControlListNotSupported where lists do not count and the write asks for another
     *     than full control for the bucket's owner (or {@code private}, in a bucket that has not set its ownership);
     *     AccessDenied where public lists are blocked; as {@link AccessListHeaders#read} does
     */
    Access of(S3Request request, Bucket bucket) {
        BucketAccess access = buckets.of(bucket);
        boolean toBucketOwner = request.header(AccessListHeaders.CANNED)
                .filter(AccessListHeaders.BUCKET_OWNER_FULL_CONTROL::equals)
                .isPresent();
        String ownerId = access.ownership()
                .ownerOfWrite(bucket.ownerId(), request.access().requester(), toBucketOwner);
        Optional<AccessList> asked = headers.read(request.headers(), ownerId, bucket.ownerId());
        if (asked.isEmpty()) {
            return new Access(ownerId, null);
        }
        if (!access.ownership().listsCount()) {
            boolean harmless = toBucketOwner
                    || saysNothingNew(request, bucket)
                    || (!request.headers().containsKey(AccessListHeaders.CANNED)
                            && asked.get().isOwnerAlone(bucket.ownerId()));
            if (!harmless) {
                throw new S3Exception(S3ErrorCode.ACCESS_CONTROL_LIST_NOT_SUPPORTED);
            }
            return new Access(ownerId, null);
        }
        requireNotBlocked(access, asked.get());
        return new Access(ownerId, AccessListJson.write(asked.get(), ownerId));
    }

    /** Many clients name the private list on every write, and mean no more by it than that they did not choose. */
    private static boolean saysNothingNew(S3Request request, Bucket bucket) {
        return !bucket.configuration().containsKey(ConfigurationKind.OWNERSHIP)
                && request.header(AccessListHeaders.CANNED)
                        .filter(AccessListHeaders.PRIVATE::equals)
                        .isPresent();
    }

    /** Refuses a public list where the bucket blocks them. */
    static void requireNotBlocked(BucketAccess access, AccessList list) {
        if (access.block().blockLists() && list.isPublic()) {
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
        }
    }
}
