package dev.skerry.blob.store;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.checksum.Crcs;
import dev.skerry.blob.checksum.RunningChecksum;
import dev.skerry.blob.part.Lane;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is computed over a whole body as it goes by: MD5 always, SHA-256 where wanted, the checksums asked
 * for. Used by one thread at a time.
 *
 * <p>A large body is hashed beside the thread that reads and stores it, in lanes: MD5 with the CRCs, SHA-256, SHA-1.
 * The part's own SHA-256 has another.
 */
final class Digests {
    private final MessageDigest md5 = digest("MD5");
    private final @Nullable RunningChecksum wholeSha256;
    private final List<RunningChecksum> checksums = new ArrayList<>();
    private final List<Hash> hashes = new ArrayList<>();
    private final List<Lane> lanes;

    /** One hash or several that take their turn on a block. */
    @FunctionalInterface
    private interface Hash {
        void update(byte[] block, int length);
    }

    /**
     * What a body hashes to.
     *
     * @param md5 hexadecimal
     * @param sha256 or null where it was not computed
     * @param checksums those asked for besides SHA-256
     */
    record Values(String md5, @Nullable Sha256 sha256, List<Checksum> checksums) {
        Values {
            checksums = List.copyOf(checksums);
        }
    }

    /**
     * Digests of one body.
     *
     * @param algorithms to compute besides SHA-256
     * @param sha256 whether SHA-256 is computed here; a body of one part has it from the part
     * @param beside runs the lanes of large bodies; what it refuses runs on the caller
     */
    Digests(Set<ChecksumAlgorithm> algorithms, boolean sha256, Executor beside) {
        for (ChecksumAlgorithm algorithm : algorithms) {
            if (algorithm != ChecksumAlgorithm.SHA256) {
                checksums.add(RunningChecksum.of(algorithm));
            }
        }
        this.wholeSha256 = sha256 ? RunningChecksum.of(ChecksumAlgorithm.SHA256) : null;
        hashes.add(this::updateMd5AndCrcs);
        for (RunningChecksum slow : checksums) {
            if (!Crcs.combinable(slow.algorithm())) {
                hashes.add((block, length) -> slow.update(block, 0, length));
            }
        }
        if (wholeSha256 != null) {
            hashes.add((block, length) -> wholeSha256.update(block, 0, length));
        }
        lanes = hashes.stream().map(_ -> new Lane(beside)).toList();
    }

    private void updateMd5AndCrcs(byte[] block, int length) {
        md5.update(block, 0, length);
        for (RunningChecksum checksum : checksums) {
            if (Crcs.combinable(checksum.algorithm())) {
                checksum.update(block, 0, length);
            }
        }
    }

    /** Takes a block on the calling thread. */
    void update(byte[] block, int length) {
        awaitLanes();
        hashes.forEach(hash -> hash.update(block, length));
    }

    /** Takes a block beside the calling thread, which must not change it until the next call of this object returns. */
    void updateBeside(byte[] block, int length) {
        for (int i = 0; i < lanes.size(); i++) {
            Hash hash = hashes.get(i);
            lanes.get(i).begin(() -> hash.update(block, length));
        }
    }

    private void awaitLanes() {
        lanes.forEach(Lane::await);
    }

    /** Ends the body. */
    Values finish() {
        awaitLanes();
        Sha256 sha256 = wholeSha256 == null ? null : new Sha256(HexFormat.of().formatHex(wholeSha256.value()));
        return new Values(
                HexFormat.of().formatHex(md5.digest()),
                sha256,
                checksums.stream().map(RunningChecksum::finish).toList());
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + name, e);
        }
    }
}
