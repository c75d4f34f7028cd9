package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code skerry explain}, and {@code admin/v1/access} behind it. */
@ExtendWith(WithServer.class)
class ExplainTest {
    private static final String POLICY = """
            {"Version": "2012-10-17", "Statement": [
              {"Sid": "Docs", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
               "Resource": "arn:aws:s3:::docs/*", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}},
              {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::docs/secret*"}]}
            """;

    @Test
    void theCommandSaysWhatTheServerDecides(ServerLab lab) {
        String data = lab.path("data").toString();
        List<Command> asked = new ArrayList<>();
        Command server = Command.serve(
                s3 -> {
                    String url = s3.toString();
                    asked.add(explain(data, url, "s3:GetObject", "docs/a"));
                    asked.add(explain(data, url, "s3:GetObject", "docs/a", "--identity", "root"));
                    asked.add(explain(data, url, "s3:ListBucket", "docs"));
                    asked.add(explain(data, url, "s3:GetObject", "nothing/a"));
                    asked.add(explain(data, url, "s3:GetObject", "docs/a", "--identity", "nobody"));
                },
                "--data",
                data,
                "--set",
                "buckets=docs");
        assertThat(server.exit()).as(server.text()).isZero();
        assertThat(asked.get(0).text()).startsWith("denied: nothing allows it").contains("arn:aws:s3:::docs/a");
        assertThat(asked.get(1).text()).startsWith("allowed: may do everything");
        assertThat(asked.get(2).text()).startsWith("denied: nothing allows it");
        assertThat(asked.subList(0, 3)).allMatch(command -> command.exit() == 0);
        assertThat(asked.get(3).text()).contains("bucket: nothing");
        assertThat(asked.get(4).text()).contains("identity: nobody");
        assertThat(asked.subList(3, 5)).allMatch(command -> command.exit() == 1);
    }

    private static Command explain(String data, String server, String... arguments) {
        List<String> all = new ArrayList<>(List.of("explain", "--data", data, "--server", server));
        all.addAll(List.of(arguments));
        return Command.run(all.toArray(String[]::new));
    }

    @Test
    void theStatementThatDecidesIsNamed(ServerLab lab) throws IOException {
        SkerryServer server = lab.server().start();
        must(server, WireRequest.of("PUT", server.s3(), "/docs"));
        must(
                server,
                WireRequest.of("PUT", server.s3(), "/docs").query("policy", "").body(POLICY));
        String from = "aws:SourceIp=192.0.2.7";
        assertThat(reason(server, "a", from)).isEqualTo("the bucket's policy allows it (statement Docs)");
        assertThat(reason(server, "secrets", from)).isEqualTo("the bucket's policy denies it (statement number 2)");
        assertThat(reason(server, "a", "aws:SourceIp=198.51.100.7")).isEqualTo("nothing allows it");
    }

    @Test
    void onlyRootIsTold(ServerLab lab) throws IOException {
        SkerryServer server = lab.server().start();
        URI s3 = server.s3();
        assertThat(Wire.exchange(s3, question(s3, "a")).status()).isEqualTo(403);
        assertThat(Wire.exchange(s3, question(s3, "a").sign()).status()).isEqualTo(400);
    }

    private static String reason(SkerryServer server, String key, String condition) throws IOException {
        WireResponse answer = Wire.exchange(
                server.s3(),
                question(server.s3(), key).query("condition", condition).sign());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.text().replaceAll("(?s).*\"reason\":\"([^\"]*)\".*", "$1");
    }

    private static WireRequest question(URI s3, String key) {
        return WireRequest.of("GET", s3, "/_/admin/v1/access")
                .query("identity", "anonymous")
                .query("action", "s3:GetObject")
                .query("bucket", "docs")
                .query("key", key);
    }

    private static void must(SkerryServer server, WireRequest request) throws IOException {
        WireResponse answer = Wire.exchange(server.s3(), request.sign());
        assertThat(answer.status()).as(answer.toString()).isLessThan(300);
    }
}
