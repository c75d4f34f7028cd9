package dev.skerry.compat.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.OwnBucket;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A subresource that is not there is refused, whatever method asks for it: never does the bucket or the object itself
 * answer, or change, in its place. Whoever adds an operation takes its line out.
 */
@ExtendWith(WithServer.class)
class SubresourcesTest {
    /** What S3 has and Skerry has not, by method. */
    private static final List<String> BUCKET = List.of(
            "PUT replication",
            "PUT analytics",
            "PUT intelligent-tiering",
            "PUT inventory",
            "PUT metrics",
            "POST metadataConfiguration",
            "DELETE metadataConfiguration",
            "POST metadataTable",
            "DELETE metadataTable",
            "PUT metadataInventoryTable",
            "PUT metadataJournalTable",
            "PUT abac",
            "GET session");

    private static final List<String> OBJECT =
            List.of("GET torrent", "POST restore", "POST select", "PUT renameObject", "PUT encryption");

    /** What no operation of that method and resource has. */
    private static final List<String> NOBODY_HAS = List.of(
            "nonsense", "objects", "quota", "usage", "object-lambda", "Tagging", "ACL", "lifecycles", "versionss");

    @RegisterExtension
    final OwnBucket own = OwnBucket.holding("k", "before");

    @AfterEach
    void nothingHasChanged() {
        assertThat(own.client()
                        .getObjectAsBytes(b -> b.bucket(own.name()).key("k"))
                        .asUtf8String())
                .isEqualTo("before");
        assertThat(own.client().listObjectsV2(b -> b.bucket(own.name())).contents())
                .hasSize(1);
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotThereIsNotImplemented() {
        Stream<DynamicTest> ofBucket = BUCKET.stream().map(row -> test(row, "/" + own.name()));
        Stream<DynamicTest> ofObject = OBJECT.stream().map(row -> test(row, "/" + own.name() + "/k"));
        Stream<DynamicTest> ofNobody = NOBODY_HAS.stream()
                .flatMap(name -> Stream.of("GET", "HEAD", "PUT", "DELETE")
                        .flatMap(method -> Stream.of("/" + own.name(), "/" + own.name() + "/k")
                                .map(path -> test(method + " " + name, path))));
        Stream<DynamicTest> ofTheOther = Stream.concat(
                Stream.of("cors", "lifecycle", "policy", "versioning", "website", "uploads", "versions", "location")
                        .flatMap(name -> Stream.of("GET", "HEAD", "PUT", "DELETE")
                                .map(method -> test(method + " " + name, "/" + own.name() + "/k"))),
                Stream.of("retention", "legal-hold", "torrent", "attributes", "uploadId")
                        .flatMap(name -> Stream.of("GET", "PUT", "DELETE")
                                .map(method -> test(method + " " + name, "/" + own.name()))));
        return Stream.of(ofBucket, ofObject, ofNobody, ofTheOther).flatMap(tests -> tests);
    }

    private DynamicTest test(String row, String path) {
        String method = row.substring(0, row.indexOf(' '));
        String name = row.substring(row.indexOf(' ') + 1);
        String what = method + " " + (path.endsWith("/k") ? "object" : "bucket") + "?" + name;
        return DynamicTest.dynamicTest(what, () -> refused(what, method, path, name));
    }

    private void refused(String what, String method, String path, String name) throws IOException {
        byte[] body = Bytes.utf8(method.equals("PUT") || method.equals("POST") ? "<x/>" : "");
        WireResponse answer = Wire.exchange(
                own.s3(),
                WireRequest.of(method, own.s3(), path)
                        .query(name, "")
                        .header("content-md5", Bytes.base64("MD5", body))
                        .body(body)
                        .sign());
        assertThat(answer.status()).as("%s: %s", what, answer).isEqualTo(501);
        if (!method.equals("HEAD")) {
            assertThat(answer.code()).as("%s: %s", what, answer).isEqualTo("NotImplemented");
        }
    }
}
