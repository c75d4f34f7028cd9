package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Debian's boto3, with a script of its own. */
@ExtendWith(WithServer.class)
class Boto3Test {
    @TempDir
    private Path folder;

    @Test
    void boto3IsContent(SkerryServer server) throws IOException {
        Tool python = new Tool("python3", "python3-boto3", folder).withAwsCredentials();
        assertThat(python.run("-c", "import boto3").exit())
                .as("Python has no boto3; install it with: apt-get install -y python3-boto3")
                .isZero();
        Path script = folder.resolve("boto3_smoke.py");
        try (InputStream in = Objects.requireNonNull(Boto3Test.class.getResourceAsStream("boto3_smoke.py"))) {
            Files.copy(in, script);
        }
        assertThat(python.run(script, server.s3()).succeeded()).contains("is content");
    }
}
