package dev.skerry.s3;

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

    /** The code for GetObjectTorrent, which AWS has given up and Ceph answers as an object without a torrent. */
    public S3ErrorCode noTorrent() {
        return this == CEPH ? S3ErrorCode.NO_SUCH_KEY : S3ErrorCode.NOT_IMPLEMENTED;
    }

    /** Whether ListBuckets without a signature is answered with an empty list. Otherwise it is AccessDenied. */
    public boolean listsNoBucketsToAnyone() {
        return this == CEPH;
    }
}
