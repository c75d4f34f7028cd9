package dev.skerry.blob.access;

/**
 * What a grant gives. On a bucket READ lists and WRITE writes and deletes blobs, but not single versions; on a blob
 * READ reads it and WRITE gives nothing.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html">Access control list
 *     overview</a>
 */
public enum Permission {
    READ,
    WRITE,
    READ_ACL,
    WRITE_ACL,
    FULL_CONTROL;

    /** Whether who has this has the other. */
    public boolean includes(Permission other) {
        return this == FULL_CONTROL || this == other;
    }
}
