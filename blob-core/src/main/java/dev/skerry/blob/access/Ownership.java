package dev.skerry.blob.access;

/**
 * Who owns what is written to a bucket, and whether its access lists count.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html">Controlling
 *     ownership of objects</a>
 */
public enum Ownership {
    /** The writer. */
    WRITER,
    /** The writer, but the bucket's owner where the write gives it full control. */
    OWNER_PREFERRED,
    /** The bucket's owner, who owns everything that is there already too; access lists count for nothing. */
    OWNER_ENFORCED;

    /** Whether access lists count. */
    public boolean listsCount() {
        return this != OWNER_ENFORCED;
    }

    /**
     * Who owns a blob that is written.
     *
     * @param bucketOwnerId who owns the bucket
     * @param writer who writes; where it is nobody, the bucket's owner owns the blob
     * @param givesOwnerFullControl whether the write asks for {@code bucket-owner-full-control}
     */
    public String ownerOfWrite(String bucketOwnerId, Requester writer, boolean givesOwnerFullControl) {
        boolean bucketOwner = switch (this) {
            case WRITER -> false;
            case OWNER_PREFERRED -> givesOwnerFullControl;
            case OWNER_ENFORCED -> true;
        };
        return bucketOwner || writer.kind() == Requester.Kind.ANONYMOUS ? bucketOwnerId : writer.canonicalId();
    }
}
