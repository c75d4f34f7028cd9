package dev.skerry.blob.store;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.BadDigest;
import dev.skerry.blob.failure.StoreFailure.DigestKind;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Compares what a client said its body hashes to with what it does hash to. */
final class Expectations {
    private Expectations() {}

    /** Throws {@code BadDigest} for the first that differs. All that is expected must have been computed. */
    static void requireMet(BlobBody.Expected expected, Digests.Values actual) {
        if (expected.md5() != null && !expected.md5().equalsIgnoreCase(actual.md5())) {
            throw bad(DigestKind.MD5, null, expected.md5(), actual.md5());
        }
        Sha256 sha256 = expected.sha256();
        if (sha256 != null && !sha256.equals(actual.sha256())) {
            throw bad(DigestKind.SHA256, null, sha256.hex(), String.valueOf(actual.sha256()));
        }
        for (Checksum checksum : expected.checksums()) {
            Checksum computed = find(checksum.algorithm(), actual);
            if (!computed.value().equals(checksum.value())) {
                throw bad(DigestKind.CHECKSUM, checksum.algorithm(), checksum.value(), computed.value());
            }
        }
    }

    /** The content's SHA-256 as S3 shows it. */
    static Checksum asChecksum(Sha256 sha256) {
        return Checksum.full(ChecksumAlgorithm.SHA256, HexFormat.of().parseHex(sha256.hex()));
    }

    private static Checksum find(ChecksumAlgorithm algorithm, Digests.Values actual) {
        if (algorithm == ChecksumAlgorithm.SHA256 && actual.sha256() != null) {
            return asChecksum(actual.sha256());
        }
        return actual.checksums().stream()
                .filter(checksum -> checksum.algorithm() == algorithm)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(algorithm + " was expected and not computed"));
    }

    private static StoreException bad(
            DigestKind kind, @Nullable ChecksumAlgorithm algorithm, String expected, String actual) {
        return new StoreException(new BadDigest(kind, algorithm, expected, actual));
    }
}
