package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

@ExtendWith(WithServer.class)
class BenchTest {
    @TempDir
    Path folder;

    @Test
    void twoEndpointsAreMeasuredAndNothingIsLeft(SkerryServer server) throws Exception {
        int exit = Bench.run(
                "--endpoint=" + server.s3(),
                "--endpoint=" + server.s3(),
                "--name=one",
                "--name=other",
                "--access-key=" + SkerryServer.ACCESS_KEY,
                "--secret-key=" + SkerryServer.SECRET_KEY,
                "--sizes=4KiB,64KiB",
                "--clients=1,4",
                "--seconds=0.3",
                "--warmup=0.1",
                "--rounds=2",
                "--max-run-bytes=1MiB",
                "--label=test",
                "--out=" + folder);
        assertThat(exit).isZero();

        JsonNode report = new ObjectMapper().readTree(Files.readString(folder.resolve("test.json")));
        assertThat(report.at("/machine/cores").asInt()).isPositive();
        assertThat(report.get("endpoints").get(1).asText()).isEqualTo("other");
        assertThat(report.get("cells")).hasSize(4 * 2 * 2 + 2);
        for (JsonNode cell : report.get("cells")) {
            assertThat(cell.get("ratio").asDouble()).isPositive();
            for (JsonNode endpoint : cell.get("endpoints")) {
                assertThat(endpoint.get("errors").asLong()).as(cell.toString()).isZero();
                assertThat(endpoint.get("operations").asLong()).isPositive();
                assertThat(endpoint.get("p50_ms").asDouble())
                        .isPositive()
                        .isLessThanOrEqualTo(endpoint.get("p99_ms").asDouble());
                assertThat(endpoint.get("rounds_operations_per_second")).hasSize(2);
            }
        }
        assertThat(Files.readString(folder.resolve("test.json"))).doesNotContain("127.0.0.1");
        Document plot = svg(folder.resolve("test.svg"));
        assertThat(plot.getElementsByTagName("polyline").getLength()).isEqualTo((4 * 2 + 1) * 2 * 2);
    }

    @Test
    void whatCannotBeMeasuredSaysWhy(SkerryServer server) {
        assertThat(Bench.run(
                        "--endpoint=" + server.s3(),
                        "--access-key=" + SkerryServer.ACCESS_KEY,
                        "--secret-key=wrong",
                        "--sizes=4KiB",
                        "--out=" + folder))
                .isEqualTo(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void wrongUsageIsRefused() {
        assertThat(Bench.run()).isEqualTo(2);
        assertThat(Bench.run("--endpoint=nonsense", "--access-key=a", "--secret-key=b"))
                .isEqualTo(2);
        assertThat(Bench.run("--endpoint=http://localhost:1", "--access-key=a", "--secret-key=b", "--sizes=big"))
                .isEqualTo(2);
        assertThat(Bench.run("--help")).isZero();
    }

    private static Document svg(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(Files.readString(file))));
    }
}
