package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Debian's rclone. */
@ExtendWith(WithServer.class)
class RcloneTest {
    @TempDir
    private Path folder;

    @Test
    void treeIsCopiedCheckedAndSynchronised(SkerryServer server) throws Exception {
        Tool rclone = new Tool("rclone", "rclone", folder)
                .with("RCLONE_CONFIG_SKERRY_TYPE", "s3")
                .with("RCLONE_CONFIG_SKERRY_PROVIDER", "Other")
                .with("RCLONE_CONFIG_SKERRY_ENDPOINT", server.s3().toString())
                .with("RCLONE_CONFIG_SKERRY_ACCESS_KEY_ID", SkerryServer.ACCESS_KEY)
                .with("RCLONE_CONFIG_SKERRY_SECRET_ACCESS_KEY", SkerryServer.SECRET_KEY)
                .with("RCLONE_CONFIG_SKERRY_REGION", "us-east-1")
                .with("RCLONE_RETRIES", "1")
                .with("RCLONE_LOW_LEVEL_RETRIES", "1")
                .with("RCLONE_S3_UPLOAD_CUTOFF", "10M")
                .with("RCLONE_S3_CHUNK_SIZE", "5M");
        String bucket = "skerry:rclone-" + server.s3Port();
        Path tree = Trees.jdk(folder.resolve("tree"));
        rclone.run("mkdir", bucket).succeeded();
        rclone.run("copy", tree, bucket + "/tree").succeeded();
        rclone.run("check", tree, bucket + "/tree").succeeded();
        rclone.run("check", "--download", tree, bucket + "/tree").succeeded();
        rclone.run("copy", bucket + "/tree", folder.resolve("back")).succeeded();
        Trees.assertSame(tree, folder.resolve("back"));

        Files.writeString(tree.resolve("release"), "changed\n");
        Files.delete(tree.resolve("odd names/a+b"));
        rclone.run("sync", tree, bucket + "/tree").succeeded();
        rclone.run("check", tree, bucket + "/tree").succeeded();
        rclone.run("sync", bucket + "/tree", bucket + "/second").succeeded();
        rclone.run("check", tree, bucket + "/second").succeeded();
        assertThat(rclone.run("lsf", bucket).succeeded()).contains("tree/", "second/");
        rclone.run("moveto", bucket + "/tree/release", bucket + "/moved").succeeded();
        assertThat(rclone.run("cat", bucket + "/moved").succeeded()).isEqualTo("changed\n");
        rclone.run("purge", bucket).succeeded();
    }
}
