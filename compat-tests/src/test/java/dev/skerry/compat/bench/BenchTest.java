package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.sdk.Sdk;
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
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.S3Object;

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
                "--pid=" + server.pid(),
                "--pid=" + server.pid(),
                "--ops=PUT,OVERWRITE,GET,HEAD,DELETE",
                "--sizes=4KiB,64KiB",
                "--clients=1,4",
                "--seconds=0.05",
                "--warmup=0.01",
                "--rounds=2",
                "--max-run-bytes=256KiB",
                "--label=test",
                "--out=" + folder);
        assertThat(exit).isZero();

        JsonNode report = report();
        assertThat(report.at("/machine/cores").asInt()).isPositive();
        assertThat(report.get("endpoints").get(1).asText()).isEqualTo("other");
        // puts signed and unsigned, overwrites, reads and deletions of both sizes, heads of one
        int cells = (2 + 1 + 1 + 1) * 2 * 2 + 2;
        assertThat(report.get("cells")).hasSize(cells);
        for (JsonNode cell : report.get("cells")) {
            assertThat(cell.get("ratio").asDouble()).isPositive();
            for (JsonNode endpoint : cell.get("endpoints")) {
                assertThat(endpoint.get("errors").asLong()).as(cell.toString()).isZero();
                assertThat(endpoint.get("operations").asLong()).isPositive();
                assertThat(endpoint.get("p50_ms").asDouble())
                        .isPositive()
                        .isLessThanOrEqualTo(endpoint.get("p99_ms").asDouble());
                assertThat(endpoint.get("rounds_operations_per_second")).hasSize(2);
                assertThat(endpoint.get("server_rss_kib").asLong())
                        .isPositive()
                        .isLessThanOrEqualTo(endpoint.get("server_peak_rss_kib").asLong());
            }
        }
        assertThat(sum(report, "client_cpu_us_per_operation")).isPositive();
        assertThat(sum(report, "server_cpu_us_per_operation")).isPositive();
        assertThat(Files.readString(folder.resolve("test.json"))).doesNotContain("127.0.0.1");
        assertThat(Files.readAllLines(folder.resolve("test.md")))
                .filteredOn(line -> line.contains("**one**") || line.contains("**other**"))
                .hasSize(cells * 2);
        Document plot = svg(folder.resolve("test.svg"));
        // no drawn line where a server used no measurable time; throughput and p99 always have one
        assertThat(plot.getElementsByTagName("polyline").getLength()).isBetween(11 * 2 * 2, 11 * 2 * 3);
    }

    @Test
    void whatHasManyKeysOrPartsIsMeasured(SkerryServer server) throws Exception {
        int exit = Bench.run(
                "--endpoint=" + server.s3(),
                "--access-key=" + SkerryServer.ACCESS_KEY,
                "--secret-key=" + SkerryServer.SECRET_KEY,
                "--ops=LIST,LIST_PREFIXES,DELETE_OBJECTS,MULTIPART",
                "--sizes=6MiB",
                "--part-size=5MiB",
                "--clients=2",
                "--seconds=0.1",
                "--warmup=0",
                "--rounds=1",
                "--listed-keys=60",
                "--deleted-keys=10",
                "--max-run-bytes=12MiB",
                "--label=test",
                "--out=" + folder);
        assertThat(exit).isZero();
        assertThat(report().get("cells")).hasSize(5).allSatisfy(cell -> {
            JsonNode endpoint = cell.get("endpoints").get(0);
            assertThat(endpoint.get("errors").asLong()).as(cell.toString()).isZero();
            assertThat(endpoint.get("operations").asLong()).isPositive();
        });
    }

    @Test
    void keysToBeListedStayWhereABucketIsNamed(SkerryServer server) throws Exception {
        String[] arguments = {
            "--endpoint=" + server.s3(),
            "--access-key=" + SkerryServer.ACCESS_KEY,
            "--secret-key=" + SkerryServer.SECRET_KEY,
            "--ops=LIST,LIST_PREFIXES",
            "--clients=1",
            "--seconds=0.05",
            "--warmup=0",
            "--rounds=1",
            "--listed-keys=1250",
            "--listed-bucket=kept",
            "--label=test",
            "--out=" + folder
        };
        assertThat(Bench.run(arguments)).isZero();
        assertThat(Bench.run(arguments)).isZero();
        try (S3Client s3 = Sdk.sync(server)) {
            assertThat(s3.listBuckets().buckets())
                    .extracting(Bucket::name)
                    .contains("kept")
                    .noneMatch(name -> name.startsWith("bench-"));
            assertThat(s3.listObjectsV2Paginator(request -> request.bucket("kept"))
                            .contents())
                    .extracting(S3Object::key)
                    .hasSize(1250)
                    .contains("p00/0000000000", "p99/0000001199", "p49/0000001249");
            assertThat(s3.listObjectVersionsPaginator(request -> request.bucket("kept"))
                            .versions())
                    .hasSize(1250);
        }
    }

    private JsonNode report() throws Exception {
        return new ObjectMapper().readTree(Files.readString(folder.resolve("test.json")));
    }

    private static double sum(JsonNode report, String number) {
        return report.get("cells").findValues(number).stream()
                .mapToDouble(JsonNode::asDouble)
                .sum();
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
        assertThat(Bench.run(
                        "--endpoint=http://localhost:1", "--access-key=a", "--secret-key=b", "--pid=" + Long.MAX_VALUE))
                .isEqualTo(2);
        assertThat(Bench.run("--endpoint=https://localhost:1", "--access-key=a", "--secret-key=b", "--ca=" + folder))
                .isEqualTo(2);
        assertThat(Bench.run("--limits", "--listed-keys=0", "--out=" + folder)).isEqualTo(2);
        assertThat(Bench.run("--help")).isZero();
    }

    private static Document svg(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(Files.readString(file))));
    }
}
