package dev.skerry.s3.logging;

import dev.skerry.s3.xml.XmlElement;
import java.util.List;

/** Where logs go. */
@FunctionalInterface
public interface LogObjects {
    /**
     * Writes a log. Blocks.
     *
     * @param sourceOwnerId who owns the bucket that was logged
     * @param bucket whose object it becomes
     * @param grants whom it is readable to besides its owner, as S3 writes them
     * @throws RuntimeException where it cannot be written, or the bucket is no longer the same owner's
     */
    void write(String sourceOwnerId, String bucket, String key, byte[] text, List<XmlElement> grants);
}
