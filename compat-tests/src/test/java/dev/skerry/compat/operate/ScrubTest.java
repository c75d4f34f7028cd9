package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The scrub of a node that is alone: it says what is damaged, and it comes to its end over restarts. */
@ExtendWith(WithServer.class)
class ScrubTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int OBJECTS = 16;
    private static final int SIZE = 64 * 1024;

    @Test
    void aNodeThatIsAloneSaysWhatIsDamagedAndLeavesIt(ServerLab lab) throws Exception {
        SkerryServer server = lab.server(Settings.of(lab.path("alone"))).start();
        fill(server);
        Path file = new DataFolder(server.data()).parts().getFirst();
        byte[] flipped = Files.readAllBytes(file);
        flipped[SIZE / 2] ^= 1;
        Files.write(file, flipped);
        for (int round = 0; round < 2; round++) {
            JsonNode found = scrub(server);
            assertThat(found.path("parts").asInt()).isEqualTo(OBJECTS);
            assertThat(found.path("damaged").size()).isEqualTo(1);
            assertThat(found.path("damaged").path(0).path("detail").asText())
                    .contains(file.getFileName().toString());
        }
        assertThat(file).hasBinaryContent(flipped);
        assertThat(server.tail(1000)).contains("part is damaged");
    }

    /** At this rate a round takes sixteen seconds. */
    @Test
    void aRoundGoesOnAfterAKill(ServerLab lab) throws Throwable {
        Path data = lab.path("killed");
        SkerryServer filled = lab.server(Settings.of(data).withYaml("scrub:", "  interval: 0s"))
                .start();
        fill(filled);
        assertThat(filled.stop()).isZero();
        Path place = data.resolve("scrub.place");
        assertThat(place).as("of a server that never scrubs").doesNotExist();

        SkerryServer server = lab.server(
                        Settings.of(data).withYaml("gc:", "  interval: 100ms", "scrub:", "  bytes_per_second: 64KiB"))
                .start();
        Eventually.holds(SOON, () -> assertThat(Files.readAllLines(place)).hasSizeGreaterThan(3));
        server.kill();
        List<String> broken = Files.readAllLines(place);
        assertThat(broken.get(2)).as("where the round stands").isNotEqualTo("over");

        server.start();
        Eventually.holds(
                SOON, () -> assertThat(Files.readAllLines(place).get(2)).isEqualTo("over"));
        assertThat(Files.readAllLines(place).getFirst()).as("when it began").isEqualTo(broken.getFirst());
        assertThat(MetricsPage.of(server).samples().stream()
                        .filter(sample -> sample.name().equals("skerry_upkeep_total")
                                && sample.labels().containsValue("part_scrubbed"))
                        .mapToDouble(MetricsPage.Sample::value)
                        .sum())
                .as("parts that were left to be read")
                .isBetween(1.0, OBJECTS - 1.0);
    }

    private static void fill(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            for (int i = 0; i < OBJECTS; i++) {
                String key = "key " + i;
                byte[] body = Bytes.of(i, SIZE);
                client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(body));
            }
        }
    }

    private static JsonNode scrub(SkerryServer server) throws IOException {
        WireResponse answer = Wire.exchange(
                server.s3(),
                WireRequest.of("POST", server.s3(), "/_/admin/v1/scrub").sign());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
