package dev.skerry.s3;

import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.access.PublicAccessBlock;
import dev.skerry.blob.lifecycle.TransitionMinimum;
import dev.skerry.s3.error.S3ErrorCode;

/**
 * Whose side Skerry takes where AWS and Ceph's s3-tests contradict each other. Every such difference is a method here,
 * and {@code docs/s3-compatibility.md} lists them.
 */
public enum Compatibility {
    /** What AWS documents and answers. */
    AWS,

    /** What Ceph's RADOS Gateway answers and its s3-tests want. */
    CEPH;

    /** The code for a checksum that is none of its algorithm, whatever the body. */
    public S3ErrorCode malformedChecksum() {
        return this == CEPH ? S3ErrorCode.BAD_DIGEST : S3ErrorCode.INVALID_REQUEST;
    }

    /** The code for a presigned URL that claims to hold for no time, for less than none, or for more than a week. */
    public S3ErrorCode expiryOutOfRange() {
        return this == CEPH ? S3ErrorCode.ACCESS_DENIED : S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR;
    }

    /**
     * Whether CompleteMultipartUpload may name a part twice, the last one counting, and leave out the checksums of the
     * parts under a composite one. Otherwise these are InvalidPartOrder and InvalidRequest.
     */
    public boolean forgivesPartLists() {
        return this == CEPH;
    }

    /** Whether what comes without a checksum gets the CRC64NVME of its bytes, as in S3 since 2024. */
    public boolean addsChecksums() {
        return this == AWS;
    }

    /**
     * Whether user metadata is text: encoded words are decoded, and what is not US-ASCII is encoded where it is shown.
     * Otherwise it is bytes, which are given back.
     */
    public boolean encodesMetadata() {
        return this == AWS;
    }

    /** The code for GetObjectTorrent, which AWS has given up and Ceph answers as an object without a torrent. */
    public S3ErrorCode noTorrent() {
        return this == CEPH ? S3ErrorCode.NO_SUCH_KEY : S3ErrorCode.NOT_IMPLEMENTED;
    }

    /** Whether ListBuckets without a signature is answered with an empty list. Otherwise it is AccessDenied. */
    public boolean listsNoBucketsToAnyone() {
        return this == CEPH;
    }

    /**
     * Who owns what is written to a bucket that says nothing of it: its owner, without access lists, as in S3 since
     * 2023, or the writer, as before.
     */
    public Ownership ownership() {
        return this == CEPH ? Ownership.WRITER : Ownership.OWNER_ENFORCED;
    }

    /** What a bucket that says nothing of it keeps from the public: everything, as in S3 since 2023, or nothing. */
    public PublicAccessBlock publicAccessBlock() {
        return this == CEPH ? PublicAccessBlock.NONE : PublicAccessBlock.ALL;
    }

    /**
     * Whether GetBucketPolicyStatus calls a bucket without a policy public where its access list is. Otherwise only a
     * policy makes it so, and without one there is none to speak of.
     */
    public boolean policyStatusCountsAccessLists() {
        return this == CEPH;
    }

    /**
     * Whether whoever may write an object may give it an access list and tags in the same request, unless a policy
     * denies that. Otherwise the policy must allow these actions too.
     */
    public boolean writesImplyGrantsAndTags() {
        return this == CEPH;
    }

    /** Whether a request for KMS must name its key. Otherwise the service takes one of its own. */
    public boolean kmsNeedsKeyId() {
        return this == CEPH;
    }

    /**
     * Whether parts of an upload, and its completion, may repeat how the upload is encrypted, or say something else
     * that is not heard. Otherwise that is InvalidArgument.
     */
    public boolean ignoresEncryptionOfParts() {
        return this == CEPH;
    }

    /** Whether an upload encrypted with a client's key is completed with that key only. Otherwise it needs none. */
    public boolean completionNeedsCustomerKey() {
        return this == CEPH;
    }

    /** The code for a client's key that is another than the one its object was encrypted with. */
    public S3ErrorCode wrongCustomerKey() {
        return this == CEPH ? S3ErrorCode.INVALID_REQUEST : S3ErrorCode.ACCESS_DENIED;
    }

    /** Whether a new bucket encrypts what it is given, as in S3 since 2023. Otherwise it does once it is told to. */
    public boolean encryptsByDefault() {
        return this == AWS;
    }

    /**
     * Whether lifecycle rules may be of any form: filters without {@code And}, rules of the older form beside newer
     * ones, transitions to every class, after any time and in any order. Otherwise they must be as AWS has them.
     */
    public boolean forgivesLifecycleForms() {
        return this == CEPH;
    }

    /** Whether transitions may lead to warmer classes too. Otherwise an object goes to colder ones only. */
    public boolean movesBothWays() {
        return this == CEPH;
    }

    /** Which objects are too small for transitions, where a lifecycle configuration does not say. */
    public TransitionMinimum transitionMinimum() {
        return this == CEPH ? TransitionMinimum.NONE : TransitionMinimum.EVERY_CLASS;
    }

    /**
     * Whether creating again a bucket that one owns, with another access list than it has, is refused as
     * BucketAlreadyExists. Otherwise it gets the list of the second request, where creating it again succeeds at all.
     */
    public boolean refusesOtherAccessList() {
        return this == CEPH;
    }

    /** The code for a part that the object read by its parts does not have. */
    public S3ErrorCode noSuchPart() {
        return this == CEPH ? S3ErrorCode.INVALID_PART : S3ErrorCode.INVALID_PART_NUMBER;
    }

    /**
     * Whether deleting what is not there succeeds even where its ETag is asked for. Otherwise that is NoSuchKey, or
     * PreconditionFailed where a delete marker is there instead.
     */
    public boolean deletesNothingUnderCondition() {
        return this == CEPH;
    }

    /**
     * Whether a field that a form does not have counts as empty for the policy that says how it must begin. Otherwise
     * the policy does not hold.
     */
    public boolean absentFieldsAreEmpty() {
        return this == CEPH;
    }

    /** Whether a form may carry checksums that its policy does not speak of. Otherwise they are extra fields. */
    public boolean policiesLeaveOutChecksums() {
        return this == CEPH;
    }
}
