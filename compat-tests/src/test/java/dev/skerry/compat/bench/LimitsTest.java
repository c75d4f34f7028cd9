package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.bench.LoadClient.Request;
import io.vertx.core.http.HttpMethod;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
    @TempDir
    Path folder;

    @Test
    void limitsAreMeasuredWithoutAnEndpointAndNothingIsLeft() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        int exit = Bench.run(
                "--limits",
                "--limits-folder=" + work,
                "--ops=PUT,GET,MULTIPART",
                "--sizes=4KiB",
                "--clients=2",
                "--seconds=0.1",
                "--warmup=0",
                "--rounds=2",
                "--max-run-bytes=4MiB",
                "--label=test",
                "--out=" + folder);
        assertThat(exit).isZero();
        assertThat(work).isEmptyDirectory();

        JsonNode cells = new ObjectMapper()
                .readTree(folder.resolve("test.json").toFile())
                .get("cells");
        assertThat(cells).hasSize(3);
        assertThat(names(cells.get(0)))
                .containsExactly("empty server", "append, fdatasync", "MD5", "SHA-256", "MD5 beside SHA-256");
        assertThat(names(cells.get(1))).containsExactly("empty server", "MD5");
        assertThat(names(cells.get(2))).containsExactly("empty server", "file server");
        for (JsonNode limits : cells.findValues("limits")) {
            assertThat(limits).isNotEmpty().allSatisfy(limit -> {
                assertThat(limit.get("operations_per_second").asDouble()).isPositive();
                assertThat(limit.get("errors").asLong()).isZero();
            });
        }
        JsonNode files = cells.get(2).get("limits").get(1);
        assertThat(files.get("megabytes_per_second").asDouble()).isPositive();
        assertThat(files.get("server_rss_kib").asLong()).isPositive();
    }

    @Test
    void certificatesAreBelievedAsAsked() throws Exception {
        LimitProcess process = LimitProcess.start(folder, true);
        Endpoint anything = process.endpoint("anything");
        Endpoint usual = trusting("usual", anything, Trust.USUAL);
        Endpoint known = trusting("known", anything, new Trust(authority(), false));
        Request request = Request.of(HttpMethod.GET, "/");
        try (process;
                Generator generator = new Generator(1, List.of(anything, usual, known), Clock.systemUTC())) {
            assertThat(generator.send(anything, request).status()).isEqualTo(200);
            assertThat(generator.send(known, request).status()).isEqualTo(200);
            assertThatThrownBy(() -> generator.send(usual, request)).hasMessageContaining("SSL");
        }
        assertThat(ProcessHandle.of(process.process().pid())).isEmpty();
    }

    private static Endpoint trusting(String name, Endpoint other, Trust trust) {
        return new Endpoint(name, other.url(), other.accessKey(), other.secretKey(), other.region(), trust);
    }

    /** The server's own certificate, as PEM. */
    private Path authority() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(LimitProcess.KEY_STORE))) {
            keys.load(in, LimitProcess.PASSWORD.toCharArray());
        }
        byte[] certificate = keys.getCertificate("limits").getEncoded();
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(certificate);
        return Files.writeString(
                folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    }

    private static List<String> names(JsonNode cell) {
        List<String> names = new ArrayList<>();
        cell.get("limits").forEach(limit -> names.add(limit.get("name").asText()));
        return names;
    }
}
