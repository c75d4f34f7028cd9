package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Debian's s3cmd. */
@ExtendWith(WithServer.class)
class S3cmdTest {
    @TempDir
    private Path folder;

    @Test
    void s3cmdDoesItsWholeDay(SkerryServer server) throws Exception {
        Path settings = Files.writeString(folder.resolve("s3cfg"), """
                [default]
                access_key = %s
                secret_key = %s
                host_base = 127.0.0.1:%d
                host_bucket = 127.0.0.1:%d
                use_https = False
                multipart_chunk_size_mb = 5
                max_retries = 1
                """.formatted(
                        SkerryServer.ACCESS_KEY, SkerryServer.SECRET_KEY, server.s3Port(), server.s3Port()));
        Tool s3cmd = new Tool("s3cmd", "s3cmd", folder);
        String config = "--config=" + settings;
        String bucket = "s3://s3cmd-" + server.s3Port();
        s3cmd.run(config, "mb", bucket).succeeded();

        Path small = Files.writeString(folder.resolve("small file é"), "hello");
        Path large = Files.write(folder.resolve("large"), Bytes.of(1, 13_000_000));
        s3cmd.run(config, "put", small, large, bucket + "/dir/").succeeded();
        assertThat(s3cmd.run(config, "ls", bucket + "/dir/").succeeded())
                .contains("13000000  " + bucket + "/dir/large", "small file é");
        s3cmd.run(config, "get", bucket + "/dir/large", folder.resolve("back")).succeeded();
        assertThat(Files.mismatch(large, folder.resolve("back"))).isEqualTo(-1);
        s3cmd.run(config, "cp", bucket + "/dir/large", bucket + "/copy").succeeded();
        assertThat(s3cmd.run(config, "info", bucket + "/copy").succeeded()).contains("File size: 13000000");

        // signurl signs the way of before 2014 and has no other; AWS refuses it likewise in every region made since
        URI signed = URI.create(s3cmd.run(config, "signurl", bucket + "/dir/large", "+600")
                .succeeded()
                .strip());
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> refused =
                    http.send(HttpRequest.newBuilder(signed).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("<Code>InvalidRequest</Code>", "Please use AWS4-HMAC-SHA256");
        }

        Path tree = Trees.jdk(folder.resolve("tree"));
        s3cmd.run(config, "sync", "--no-progress", "--quiet", tree + "/", bucket + "/tree/")
                .succeeded();
        s3cmd.run(config, "sync", "--no-progress", "--quiet", bucket + "/tree/", folder.resolve("tree2") + "/")
                .succeeded();
        Trees.assertSame(tree, folder.resolve("tree2"));
        s3cmd.run(config, "del", "--recursive", "--force", bucket).succeeded();
        assertThat(s3cmd.run(config, "ls", "--recursive", bucket).succeeded()).isBlank();
        s3cmd.run(config, "rb", bucket).succeeded();
    }
}
