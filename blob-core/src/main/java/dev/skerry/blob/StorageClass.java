package dev.skerry.blob;

import java.util.Set;

/**
 * How a blob is to be kept. The name the client gave is kept verbatim beside the tier that it means here.
 *
 * @param s3Name S3's name, such as {@code STANDARD_IA}
 */
public record StorageClass(String s3Name) {
    /** The class of a write that names none. */
    public static final StorageClass STANDARD = new StorageClass("STANDARD");

    private static final Set<String> INFREQUENT = Set.of("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING");
    private static final Set<String> ARCHIVE = Set.of("GLACIER", "GLACIER_IR", "DEEP_ARCHIVE");

    /** The three tiers of the store itself. */
    public enum Tier {
        STANDARD,
        INFREQUENT_ACCESS,
        ARCHIVE
    }

    public StorageClass {
        if (s3Name.isEmpty() || s3Name.length() > 64) {
            throw new IllegalArgumentException("storage class: " + s3Name + " (expected: 1..64 characters)");
        }
    }

    /** The tier this class means; a name the store does not know is standard. */
    public Tier tier() {
        if (INFREQUENT.contains(s3Name)) {
            return Tier.INFREQUENT_ACCESS;
        }
        return ARCHIVE.contains(s3Name) ? Tier.ARCHIVE : Tier.STANDARD;
    }
}
