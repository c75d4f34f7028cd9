package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/** {@code skerry lifecycle --dry-run}, and {@code admin/v1/lifecycle} behind it. */
@ExtendWith(WithServer.class)
class LifecycleCommandTest {
    private static final String PATH = "/_/admin/v1/lifecycle";
    private static final int OBJECTS = 1200;
    private static final String RULES = "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter/>"
            + "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";

    private static void fill(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            client.createBucket(b -> b.bucket("photos"));
            for (int i = 0; i < OBJECTS; i++) {
                String key = "tmp/" + i;
                client.putObject(b -> b.bucket("photos").key(key), RequestBody.fromString("text"));
            }
            client.putObject(b -> b.bucket("photos").key("kept"), RequestBody.fromString("text"));
            client.createMultipartUpload(b -> b.bucket("photos").key("tmp/upload"));
            LifecycleRule week = LifecycleRule.builder()
                    .id("week")
                    .status(ExpirationStatus.ENABLED)
                    .filter(f -> f.prefix("tmp/"))
                    .expiration(e -> e.days(7))
                    .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(2))
                    .build();
            client.putBucketLifecycleConfiguration(b -> b.bucket("photos").lifecycleConfiguration(c -> c.rules(week)));
        }
    }

    @Test
    void theCommandSaysWhatWillHappenAndNothingDoes(ServerLab lab) throws IOException {
        SkerryServer server = lab.server().start();
        fill(server);
        Command told = lifecycle(server, "--dry-run", "photos");
        assertThat(told.exit()).as(told.text()).isZero();
        List<String> lines = new ArrayList<>(told.lines());
        assertThat(lines).hasSize(OBJECTS + 1).allMatch(line -> line.contains("week") && line.contains("T00:00:00Z"));
        assertThat(lines.getLast()).contains("abort_upload").endsWith("tmp/upload");
        lines.removeLast();
        assertThat(lines).allMatch(line -> line.contains(" expire ") && line.contains(" null tmp/"));

        WireResponse pass = Wire.exchange(
                server.s3(), WireRequest.of("POST", server.s3(), PATH).sign());
        assertThat(pass.text()).contains("\"expired\":0").contains("\"failed\":0");
        assertThat(lifecycle(server, "--dry-run", "photos").lines()).hasSize(OBJECTS + 1);
    }

    private static Command lifecycle(SkerryServer server, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "lifecycle",
                "--server",
                server.s3().toString(),
                "--set",
                "root_access_key=" + SkerryServer.ACCESS_KEY,
                "--set",
                "root_secret_key=" + SkerryServer.SECRET_KEY));
        all.addAll(List.of(arguments));
        return Command.run(all.toArray(String[]::new));
    }

    @Test
    void whoeverAsksWronglyIsToldSo(ServerLab lab) throws IOException {
        SkerryServer server = lab.server().start();
        assertThat(lifecycle(server, "--dry-run", "none").exit()).isEqualTo(1);
        assertThat(lifecycle(server, "photos").exit()).isEqualTo(2);
        assertThat(ask(
                        server,
                        WireRequest.of("GET", server.s3(), PATH)
                                .query("bucket", "none")
                                .sign()))
                .isEqualTo(400);
        assertThat(ask(server, WireRequest.of("GET", server.s3(), PATH).query("bucket", "none")))
                .isEqualTo(403);
        for (String from : List.of("x", "v!", "uABC", "u" + "0".repeat(26) + "!")) {
            must(server, WireRequest.of("PUT", server.s3(), "/bucket"));
            must(
                    server,
                    WireRequest.of("PUT", server.s3(), "/bucket")
                            .query("lifecycle", "")
                            .body(RULES));
            assertThat(ask(
                            server,
                            WireRequest.of("GET", server.s3(), PATH)
                                    .query("bucket", "bucket")
                                    .query("from", from)
                                    .sign()))
                    .as(from)
                    .isEqualTo(400);
        }
    }

    private static int ask(SkerryServer server, WireRequest request) throws IOException {
        return Wire.exchange(server.s3(), request).status();
    }

    private static void must(SkerryServer server, WireRequest request) throws IOException {
        WireResponse answer = Wire.exchange(server.s3(), request.sign());
        assertThat(answer.status()).as(answer.toString()).isLessThan(300);
    }
}
