package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.services.s3.S3Client;

/** The disk of the node that leads is full, and the other nodes go on without it. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class FullLeaderTest {
    private static final String BUCKET = "full-leader";
    private static final String DISK = "300m";
    private static final int CLIENTS = 4;
    private static final Duration STEADY = Duration.ofSeconds(3);
    private static final Duration FULL = Duration.ofSeconds(30);

    @Test
    void anotherLeadsAndTheOthersTakeWrites(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(lab, 3, List.of("storage:", "  reserve: 16MiB"));
        List<SmallDisk> disks = new ArrayList<>();
        try {
            for (SkerryServer node : nodes) {
                Optional<SmallDisk> disk = SmallDisk.on(node.data(), DISK);
                if (disk.isEmpty()) {
                    return;
                }
                disks.add(disk.get());
            }
            ClusterLab.start(nodes);
            try (S3Client client = Sdk.retrying(nodes.getFirst())) {
                client.createBucket(b -> b.bucket(BUCKET));
            }
            SkerryServer leader = LogLeader.of(nodes);
            List<SkerryServer> others =
                    nodes.stream().filter(node -> !node.equals(leader)).toList();
            writeWhileItIsFull(leader, disks.get(nodes.indexOf(leader)), others);
        } finally {
            lab.endServers();
            disks.forEach(SmallDisk::close);
        }
    }

    private static void writeWhileItIsFull(SkerryServer leader, SmallDisk disk, List<SkerryServer> others)
            throws Throwable {
        try (SteadyWriters writers = new SteadyWriters(CLIENTS, others, BUCKET)) {
            Thread.sleep(STEADY);
            long from = System.nanoTime();
            disk.fill();
            Thread.sleep(FULL);
            double gap = writers.longestGapSeconds(from, System.nanoTime());
            System.out.printf("FullLeaderTest: the longest gap is %.1f s%n", gap);
            assertThat(gap).as("the longest time without a write").isLessThan(FULL.toSeconds() / 2.0);
            assertThat(LogLeader.of(others)).isNotEqualTo(leader);
            disk.relieve();
            Thread.sleep(STEADY);
            writers.end();
            List<SkerryServer> all = new ArrayList<>(others);
            all.add(leader);
            writers.everythingIsListedBy(all);
        }
    }
}
