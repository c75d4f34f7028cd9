package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Debian's restic: a backup is worth what its restore gives back. */
@ExtendWith(WithServer.class)
class ResticTest {
    @TempDir
    private Path folder;

    @Test
    void backupIsRestoredCheckedAndPruned(SkerryServer server) throws Exception {
        Tool restic = new Tool("restic", "restic", folder)
                .withAwsCredentials()
                .with("RESTIC_PASSWORD", "secret")
                .with("RESTIC_REPOSITORY", "s3:" + server.s3() + "/restic-" + server.s3Port() + "/repository");
        Path tree = Trees.jdk(folder.resolve("tree"));
        restic.run("init").succeeded();
        restic.run("backup", tree).succeeded();
        Files.writeString(tree.resolve("release"), "changed\n");
        restic.run("backup", tree).succeeded();
        restic.run("check", "--read-data").succeeded();
        restic.run("restore", "latest", "--target", folder.resolve("back")).succeeded();
        Trees.assertSame(tree, folder.resolve("back").resolve(tree.toString().substring(1)));
        restic.run("forget", "--keep-last", "1", "--prune").succeeded();
        assertThat(restic.run("snapshots", "--json").succeeded().split("short_id"))
                .hasSize(2);
        restic.run("check", "--read-data").succeeded();
    }
}
