package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** What the server costs when idle, and an object far larger than its heap, streamed up and down by aws-cli. */
@ExtendWith(WithServer.class)
class LargeObjectTest {
    /** Set it to 5120 for the 5 GiB of the promise. */
    private static final long MIB = Long.getLong("skerry.bigObjectMiB", 1024);

    @TempDir
    private Path folder;

    @Test
    void streamLargerThanTheHeapIsTheSameUpAndDown(ServerLab lab) {
        SkerryServer server = lab.server().start();
        Duration firstReady = server.readyAfter();
        assertThat(server.stop()).isZero();
        server.start();
        long idleKiB = server.memoryKiB("VmRSS");
        String bucket;
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
        }
        Tool aws = new Tool("aws", "awscli", folder)
                .withAwsCredentials()
                .with("OBJECT", "s3://" + bucket + "/large")
                .with("ENDPOINT", server.s3().toString())
                .with("SIZE", Long.toString(MIB << 20));
        String generate = "seq 1 9999999999 2>/dev/null | head -c $SIZE";
        String expected =
                aws.shell("set +o pipefail; " + generate + " | sha256sum").succeeded();
        long begin = System.nanoTime();
        aws.shell("set +o pipefail; " + generate
                        + " | $TOOL --endpoint-url $ENDPOINT s3 cp --only-show-errors --expected-size $SIZE - $OBJECT")
                .succeeded();
        long uploaded = System.nanoTime();
        assertThat(aws.shell("$TOOL --endpoint-url $ENDPOINT s3 cp --only-show-errors $OBJECT - | sha256sum")
                        .succeeded())
                .isEqualTo(expected);
        long downloaded = System.nanoTime();
        long peakKiB = server.memoryKiB("VmHWM");
        System.out.printf(
                "LargeObjectTest: first ready after %d ms, then after %d ms; idle %d MiB RSS; %d MiB up in %d s, down in %d s,"
                        + " peak %d MiB RSS%n",
                firstReady.toMillis(),
                server.readyAfter().toMillis(),
                idleKiB >> 10,
                MIB,
                Duration.ofNanos(uploaded - begin).toSeconds(),
                Duration.ofNanos(downloaded - uploaded).toSeconds(),
                peakKiB >> 10);
        assertThat(server.readyAfter()).as("generous, for a busy machine").isLessThan(Duration.ofMinutes(1));
        assertThat(idleKiB >> 10).as("idle RSS in MiB").isLessThan(400);
        assertThat(peakKiB >> 10).as("peak RSS in MiB").isLessThan(800);
        assertThat(server.stop()).isZero();
    }
}
