package dev.skerry.cluster.parts;

import java.time.Duration;

/**
 * The bounds of staging parts on replicas and of fetching them.
 *
 * @param batchBytes what is sent to a replica at once
 * @param bufferBytes what may wait for one replica of one write
 * @param totalBytes what may wait for all replicas of all writes; beyond it each may have a batch only
 * @param patience how long one write waits, in all and besides a quarter of its time, for replicas that it does not
 *     need
 * @param ackTimeout how long it waits for those it does need
 * @param stagingIdle after which a replica takes a write whose node is silent for over, and keeps what was sealed
 * @param maxStagings writes under way at once that other nodes have here
 * @param waitingRepairs parts that may wait for being written again
 */
public record ReplicationSettings(
        int batchBytes,
        int bufferBytes,
        long totalBytes,
        Duration patience,
        Duration ackTimeout,
        Duration stagingIdle,
        int maxStagings,
        int waitingRepairs) {
    private static final int KIB = 1024;

    /** For a handful of nodes in one network. */
    public static final ReplicationSettings DEFAULT = new ReplicationSettings(
            512 * KIB,
            2048 * KIB,
            64L * KIB * KIB,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            4096,
            1024);

    public ReplicationSettings {
        if (batchBytes < KIB || bufferBytes < batchBytes || totalBytes < bufferBytes) {
            throw new IllegalArgumentException("replication: batches of " + batchBytes + " bytes, buffers of "
                    + bufferBytes + ", " + totalBytes + " in all (expected: 1024 or more, ascending)");
        }
        if (maxStagings < 1 || waitingRepairs < 1) {
            throw new IllegalArgumentException("replication: " + maxStagings + " stagings, " + waitingRepairs
                    + " repairs waiting (expected: 1 or more)");
        }
    }

    /** The same with other waits. */
    public ReplicationSettings withWaits(Duration newPatience, Duration newAckTimeout) {
        return new ReplicationSettings(
                batchBytes,
                bufferBytes,
                totalBytes,
                newPatience,
                newAckTimeout,
                stagingIdle,
                maxStagings,
                waitingRepairs);
    }
}
