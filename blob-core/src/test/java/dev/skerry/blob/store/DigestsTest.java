package dev.skerry.blob.store;

import static dev.skerry.blob.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.checksum.RunningChecksum;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DigestsTest {
    private static final Set<ChecksumAlgorithm> ALL = Set.of(ChecksumAlgorithm.values());

    private static void assertRight(Executor beside) throws Exception {
        byte[] body = bytes(3, 1_000_000);
        Digests digests = new Digests(ALL, true, beside);
        byte[][] blocks = {new byte[70_000], new byte[70_000]};
        for (int at = 0, i = 0; at < body.length; at += 70_000, i++) {
            int length = Math.min(70_000, body.length - at);
            byte[] block = blocks[i % 2];
            System.arraycopy(body, at, block, 0, length);
            digests.updateBeside(block, length);
        }
        Digests.Values values = digests.finish();
        assertThat(values.md5())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("MD5").digest(body)));
        List<Checksum> all = new ArrayList<>(values.checksums());
        if (values.sha256() != null) {
            all.add(Expectations.asChecksum(values.sha256()));
        }
        List<Checksum> expected = Arrays.stream(ChecksumAlgorithm.values())
                .map(algorithm -> {
                    RunningChecksum running = RunningChecksum.of(algorithm);
                    running.update(body, 0, body.length);
                    return running.finish();
                })
                .toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void lanesBesideTheCallerKeepTheOrderOfBlocks() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < 10; round++) {
                assertRight(pool);
            }
        }
    }

    @Test
    void anExecutorThatRefusesOrForgetsIsStoodInFor() throws Exception {
        assertRight(_ -> {
            throw new RejectedExecutionException("full");
        });
        assertRight(_ -> {});
    }
}
