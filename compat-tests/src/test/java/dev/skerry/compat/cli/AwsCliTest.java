package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Debian's aws-cli: single files, whole trees, versions, clearing up. */
@ExtendWith(WithServer.class)
class AwsCliTest {
    @TempDir
    private Path folder;

    private Tool aws;
    private String endpoint;
    private String bucket;

    @BeforeEach
    void setUp(SkerryServer server) {
        aws = new Tool("aws", "awscli", folder).withAwsCredentials();
        endpoint = "--endpoint-url=" + server.s3();
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
        }
    }

    private Tool.Outcome s3(Object... arguments) {
        return call("s3", arguments);
    }

    private Tool.Outcome s3api(Object... arguments) {
        return call("s3api", arguments);
    }

    private Tool.Outcome call(String service, Object... arguments) {
        Object[] all = new Object[arguments.length + 2];
        all[0] = endpoint;
        all[1] = service;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return aws.run(all);
    }

    @Test
    void filesOfEverySizeAreCopiedThereAndBack() throws IOException {
        for (int size : new int[] {0, 1, 8192, 8193, 1 << 20, (8 << 20) + 1, 30_000_000}) {
            Path original = folder.resolve("original");
            Path copy = folder.resolve("copy");
            Files.write(original, Bytes.of(size, size));
            s3("cp", original, "s3://" + bucket + "/dir/file é " + size).succeeded();
            s3("cp", "s3://" + bucket + "/dir/file é " + size, copy).succeeded();
            assertThat(Files.mismatch(original, copy)).as("%d bytes", size).isEqualTo(-1);
        }
        assertThat(s3("ls", "s3://" + bucket + "/dir/").succeeded()).contains("file é 30000000", "   8193 file é 8193");
    }

    @Test
    void treeIsSynchronisedBothWays() throws Exception {
        Path tree = Trees.jdk(folder.resolve("tree"));
        Path back = folder.resolve("back");
        s3("sync", "--only-show-errors", tree, "s3://" + bucket + "/jdk").succeeded();
        s3("sync", "--only-show-errors", "s3://" + bucket + "/jdk", back).succeeded();
        Trees.assertSame(tree, back);
        assertThat(s3("sync", tree, "s3://" + bucket + "/jdk").succeeded())
                .as("nothing has changed, so nothing is sent")
                .isBlank();
        Files.writeString(tree.resolve("release"), "changed\n");
        Files.delete(tree.resolve("odd names/a+b"));
        s3("sync", "--only-show-errors", "--delete", tree, "s3://" + bucket + "/jdk")
                .succeeded();
        s3("sync", "--only-show-errors", "--delete", "--exact-timestamps", "s3://" + bucket + "/jdk", back)
                .succeeded();
        Trees.assertSame(tree, back);
        s3("rb", "--force", "s3://" + bucket).succeeded();
        assertThat(s3("ls", "s3://" + bucket).failed()).contains("NoSuchBucket");
    }

    @Test
    void versionsAreWrittenDeletedAndBroughtBack(SkerryServer server) throws IOException {
        s3api("put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Enabled")
                .succeeded();
        String one = put("one");
        String two = put("two");
        assertThat(s3api(
                                "list-object-versions",
                                "--bucket",
                                bucket,
                                "--query",
                                "Versions[].[VersionId,IsLatest]",
                                "--output",
                                "text")
                        .succeeded())
                .isEqualTo(two + "\tTrue\n" + one + "\tFalse\n");
        assertThat(get("--version-id", one)).isEqualTo("one");
        assertThat(get("--version-id", two)).isEqualTo("two");

        String marker = s3api(
                        "delete-object", "--bucket", bucket, "--key", "k", "--query", "VersionId", "--output", "text")
                .succeeded()
                .strip();
        assertThat(s3api("get-object", "--bucket", bucket, "--key", "k", folder.resolve("none"))
                        .failed())
                .contains("NoSuchKey");
        WireResponse gone = Wire.exchange(
                server.s3(), WireRequest.object("GET", server.s3(), bucket, "k").sign());
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.header("x-amz-delete-marker")).contains("true");
        assertThat(gone.header("x-amz-version-id")).contains(marker);

        s3api("delete-object", "--bucket", bucket, "--key", "k", "--version-id", marker)
                .succeeded();
        assertThat(get()).isEqualTo("two");

        // the native API counts the same writes: generations 1 and 2, and the taken-back tombstone was 3
        assertThat(nativeText(server, "/objects/" + bucket + "/k?version=1")).isEqualTo("200 one");
        assertThat(nativeText(server, "/objects/" + bucket + "/k?version=2")).isEqualTo("200 two");
        assertThat(nativeText(server, "/objects/" + bucket + "/k?version=3")).startsWith("410 ");
        assertThat(nativeText(server, "/objects/" + bucket + "/k?version=4")).startsWith("404 ");
    }

    private static String nativeText(SkerryServer server, String target) throws IOException {
        WireResponse answer = Wire.exchange(server.nativeApi(), WireRequest.of("GET", server.nativeApi(), target));
        return answer.status() + " " + answer.text();
    }

    private String put(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("body"), text);
        return s3api(
                        "put-object",
                        "--bucket",
                        bucket,
                        "--key",
                        "k",
                        "--body",
                        file,
                        "--query",
                        "VersionId",
                        "--output",
                        "text")
                .succeeded()
                .strip();
    }

    private String get(Object... more) throws IOException {
        Path file = folder.resolve("got");
        Object[] arguments = new Object[more.length + 6];
        System.arraycopy(new Object[] {"get-object", "--bucket", bucket, "--key", "k"}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        arguments[arguments.length - 1] = file;
        s3api(arguments).succeeded();
        return Files.readString(file);
    }
}
