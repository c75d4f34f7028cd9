package dev.skerry.s3.operation;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ListedBlob;
import dev.skerry.s3.xml.XmlElement;

/** Which checksums an object has, as listings say it: without the values. */
final class ListedChecksums {
    private ListedChecksums() {}

    /** Adds them to an entry. */
    static void add(ListedBlob blob, XmlElement entry) {
        for (Checksum checksum : blob.checksums()) {
            entry.add("ChecksumAlgorithm", checksum.algorithm().name());
        }
        blob.checksums().stream()
                .findFirst()
                .ifPresent(checksum -> entry.add("ChecksumType", checksum.type().name()));
    }
}
