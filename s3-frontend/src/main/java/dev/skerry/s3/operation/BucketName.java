package dev.skerry.s3.operation;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a bucket may be called.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html">General purpose bucket
 *     naming rules</a>
 */
public final class BucketName {
    private static final Pattern LABELS =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final List<String> RESERVED_BEGINNINGS = List.of("xn--", "sthree-", "amzn-s3-demo-");
    private static final List<String> RESERVED_ENDINGS =
            List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");

    private BucketName() {}

    /** Whether S3 would create a bucket of that name. */
    public static boolean isValid(String name) {
        return name.length() >= 3
                && name.length() <= 63
                && LABELS.matcher(name).matches()
                && !ADDRESS.matcher(name).matches()
                && RESERVED_BEGINNINGS.stream().noneMatch(name::startsWith)
                && RESERVED_ENDINGS.stream().noneMatch(name::endsWith);
    }

    /**
     * The name itself.
     *
     * @throws S3Exception with InvalidBucketName
     */
    static String require(String name) {
        if (!isValid(name)) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_BUCKET_NAME,
                    S3ErrorCode.INVALID_BUCKET_NAME.message(),
                    Map.of("BucketName", name));
        }
        return name;
    }
}
