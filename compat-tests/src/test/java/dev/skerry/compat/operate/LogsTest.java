package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Chunking;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server writes into its log and its access log, and what it must never write there. */
@ExtendWith(WithServer.class)
class LogsTest {
    private static final Pattern TEXT_LINE = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z) (ERROR|WARN|INFO|DEBUG|TRACE) \\w+: .+");
    private static final Pattern SIGNATURE = Pattern.compile("ignature=([0-9a-f]{64})");
    private static final String TOKEN = "a-bearer-token-of-some-length";

    @Test
    void textLinesCarryTheRequestIdOfTheAnswer(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(Settings.of(lab.path("data")).withYaml("log:", "  level: debug"))
                .start();
        String id = requestId(getNothing(server));
        assertThat(server.stop()).isZero();

        assertThat(server.log()).anyMatch(line -> line.contains("NoSuchBucket") && line.endsWith(" request_id=" + id));
        List<String> stamped =
                server.log().stream().filter(line -> line.matches("\\d{4}-.*")).toList();
        assertThat(stamped).isNotEmpty().allSatisfy(line -> {
            Matcher matcher = TEXT_LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            assertThat(Instant.parse(matcher.group(1))).isBefore(Instant.now().plusSeconds(1));
        });
    }

    @Test
    void jsonLinesAreObjectsWithTheRequestIdOfTheAnswer(ServerLab lab) throws Throwable {
        Path access = lab.path("access.log");
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml("log:", "  level: debug", "  format: json", "  access: " + access))
                .start();
        String id = requestId(getNothing(server));
        assertThat(server.stop()).isZero();

        List<JsonNode> records = new ArrayList<>();
        for (String line : server.log()) {
            if (!line.contains(" is ready: ")) { // said on standard output, which is not the log
                records.add(new ObjectMapper().readTree(line));
            }
        }
        assertThat(records).isNotEmpty().allSatisfy(object -> {
            assertThat(Instant.parse(object.path("timestamp").asText())).isNotNull();
            assertThat(object.path("level").asText()).isIn("ERROR", "WARN", "INFO", "DEBUG");
            assertThat(object.path("logger").asText()).isNotEmpty();
            assertThat(object.path("thread").asText()).isNotEmpty();
            assertThat(object.path("message").asText()).isNotEmpty();
        });
        assertThat(records)
                .anyMatch(object -> object.path("request_id").asText().equals(id));

        List<String> lines = Files.readAllLines(access);
        assertThat(lines).hasSize(1);
        JsonNode fields = new ObjectMapper().readTree(lines.getFirst()).path("fields");
        assertThat(fields.path("request_id").asText()).isEqualTo(id);
        assertThat(fields.path("operation").asText()).isEqualTo("GetObject");
        assertThat(fields.path("status").asInt()).isEqualTo(404);
        assertThat(fields.path("duration_ms").isNumber()).isTrue();
    }

    @Test
    void accessLogHasOneLineForEachRequestWhateverAClientSends(ServerLab lab) throws Throwable {
        Path access = lab.path("access.log");
        SkerryServer server = lab.server(Settings.of(lab.path("data")).withYaml("log:", "  access: " + access))
                .start();
        List<WireResponse> answers = new ArrayList<>();
        answers.add(put(server, "/photos"));
        answers.add(Wire.exchange(
                server.s3(),
                WireRequest.of("PUT", server.s3(), "/photos/a%0Astatus=200")
                        .header("user-agent", "one\" status=\"two\\")
                        .body("some text")
                        .sign()));
        answers.add(Wire.exchange(
                server.s3(),
                WireRequest.of("GET", server.s3(), "/photos/nothing").sign()));
        answers.add(Wire.exchange(server.s3(), WireRequest.of("GET", server.s3(), "/_/health/live")));
        answers.add(Wire.exchange(server.nativeApi(), WireRequest.of("GET", server.nativeApi(), "/api/v1/nodes")));
        answers.add(Wire.exchange(server.s3(), WireRequest.of("GET", server.s3(), "/photos")));
        assertThat(server.stop()).isZero();

        List<String> lines = Files.readAllLines(access);
        assertThat(lines).hasSameSizeAs(answers);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i))
                    .contains(" request_id=" + requestId(answers.get(i)) + " ")
                    .contains(" status=" + answers.get(i).status() + " ");
        }
        assertThat(lines.get(1))
                .contains(" surface=s3 operation=PutObject method=PUT path=\"/photos/a%0Astatus=200\" status=200 ")
                .contains(" bytes_in=9 ")
                .endsWith(" user_agent=\"one\\\" status=\\\"two\\\\\"");
        assertThat(lines.get(2)).contains(" status=404 code=\"NoSuchKey\" ").contains(" identity=\"root\" ");
        assertThat(lines.get(5)).contains(" status=403 code=\"AccessDenied\" ");
    }

    @Test
    void noSecretIsInATextLogAtAnyLevel(ServerLab lab) throws Throwable {
        noSecretIsLogged(lab, "text");
    }

    @Test
    void noSecretIsInAJsonLogAtAnyLevel(ServerLab lab) throws Throwable {
        noSecretIsLogged(lab, "json");
    }

    private static void noSecretIsLogged(ServerLab lab, String format) throws IOException {
        Path access = lab.path("access.log");
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml(
                                "log:",
                                "  level: trace",
                                "  format: " + format,
                                "  access: " + access,
                                "native:",
                                "  open: false",
                                "  tokens: [" + TOKEN + "]"))
                .start();
        Set<String> secrets = new LinkedHashSet<>(Set.of(SkerryServer.SECRET_KEY, TOKEN));
        int statuses = 0;
        for (WireRequest request : signedInEveryWay(server)) {
            byte[] bytes = request.toBytes();
            Matcher signature = SIGNATURE.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
            while (signature.find()) {
                secrets.add(signature.group(1));
            }
            statuses += Wire.exchange(server.s3(), request).status() / 100;
        }
        assertThat(statuses).as("seven accepted, four refused").isEqualTo(7 * 2 + 4 * 4);
        for (String token : List.of(TOKEN, TOKEN + "x")) {
            Wire.exchange(
                    server.nativeApi(),
                    WireRequest.of("GET", server.nativeApi(), "/api/v1/nodes")
                            .header("authorization", "Bearer " + token));
        }
        assertThat(server.stop()).isZero();

        assertThat(secrets).hasSizeGreaterThan(12);
        assertThat(Files.readAllLines(access)).hasSize(13);
        List<String> written = new ArrayList<>(server.log());
        written.addAll(Files.readAllLines(access));
        assertThat(written).hasSizeGreaterThan(40);
        for (String secret : secrets) {
            assertThat(written).noneMatch(line -> line.contains(secret));
        }
    }

    /** Each way in which a signature goes over the wire; four of the signatures are wrong. */
    private static List<WireRequest> signedInEveryWay(SkerryServer server) {
        String wrong = "a/wrong+secret=00000000000000000";
        Duration hour = Duration.ofHours(1);
        return List.of(
                WireRequest.of("PUT", server.s3(), "/photos").sign(),
                object(server, "PUT").body("plain").sign(),
                object(server, "PUT").body(Bytes.of(1, 70_000)).signChunked(new Chunking(true, Map.of(), 65_536)),
                object(server, "GET").sign(),
                object(server, "GET").presign(hour),
                object(server, "HEAD").presign(hour),
                object(server, "PUT").body("presigned").presign(hour),
                object(server, "GET")
                        .credentials(SkerryServer.ACCESS_KEY, wrong)
                        .sign(),
                object(server, "GET")
                        .credentials(SkerryServer.ACCESS_KEY, wrong)
                        .presign(hour),
                object(server, "GET")
                        .at(Instant.now().minus(Duration.ofDays(2)))
                        .presign(hour),
                object(server, "PUT")
                        .body(Bytes.of(1, 70_000))
                        .credentials(SkerryServer.ACCESS_KEY, wrong)
                        .signChunked(new Chunking(true, Map.of(), 65_536)));
    }

    private static WireRequest object(SkerryServer server, String method) {
        return WireRequest.object(method, server.s3(), "photos", "a key");
    }

    private static WireResponse put(SkerryServer server, String path) throws IOException {
        WireResponse answer = Wire.exchange(
                server.s3(), WireRequest.of("PUT", server.s3(), path).sign());
        assertThat(answer.status()).isEqualTo(200);
        return answer;
    }

    private static WireResponse getNothing(SkerryServer server) throws IOException {
        WireResponse answer = Wire.exchange(
                server.s3(), WireRequest.of("GET", server.s3(), "/nowhere/key").sign());
        assertThat(answer.code()).isEqualTo("NoSuchBucket");
        return answer;
    }

    /** The id as the answer's head says it, in its protocol's header; an S3 error says the same in its body. */
    private static String requestId(WireResponse answer) {
        String id = answer.header("x-amz-request-id")
                .or(() -> answer.header("x-skerry-request-id"))
                .orElseThrow();
        if (!answer.code().isEmpty()) {
            assertThat(answer.element("RequestId")).isEqualTo(id);
        }
        return id;
    }
}
