package dev.skerry.blob;

import java.util.List;

/**
 * One part of a completed multipart upload, as reads by part number and the attributes call show it.
 *
 * @param number from 1 to 10000
 * @param sizeBytes its plain length
 * @param etag hexadecimal MD5 without quotes
 * @param checksums over the part's bytes
 */
public record UploadPartSummary(int number, long sizeBytes, String etag, List<Checksum> checksums) {
    public UploadPartSummary {
        checksums = List.copyOf(checksums);
    }
}
