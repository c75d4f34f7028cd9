package dev.skerry.blob.access;

/**
 * Keeps a bucket from being opened to everyone, whatever its access lists and its policy say.
 *
 * @param blockLists refuse access lists that grant to everyone or to all who sign
 * @param ignoreLists such grants, where there are any, count for nothing
 * @param blockPolicy refuse policies that are public
 * @param restrictBucket a policy that is public allows nobody but the bucket's owner anything
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html">Blocking
 *     public access</a>
 */
public record PublicAccessBlock(boolean blockLists, boolean ignoreLists, boolean blockPolicy, boolean restrictBucket) {
    /** Everything kept shut. */
    public static final PublicAccessBlock ALL = new PublicAccessBlock(true, true, true, true);

    /** Nothing kept shut. */
    public static final PublicAccessBlock NONE = new PublicAccessBlock(false, false, false, false);
}
