package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.compat.server.ClusterLab;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the launcher has the JVM record before the first start. */
@ResourceLock(ClusterLab.MACHINE)
class RehearsalTest {
    private static final Pattern READY = Pattern.compile("is ready: S3 http://127\\.0\\.0\\.1:(\\d+), .* data (\\S+) ");

    @Test
    void threeNodesOfOneProcessWorkAndEnd(@TempDir Path folder) {
        Command rehearsal = Command.run("rehearse", folder.toString(), "--nodes", "3");

        assertThat(rehearsal.exit()).as(rehearsal.text()).isZero();
        List<MatchResult> ready = READY.matcher(rehearsal.text()).results().toList();
        assertThat(ready.stream().map(node -> Path.of(node.group(2)).getParent()))
                .hasSize(3)
                .containsOnly(folder);
        assertThat(ready.stream().map(node -> node.group(2))).doesNotHaveDuplicates();
        for (MatchResult node : ready) {
            int port = Integer.parseInt(node.group(1));
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(ConnectException.class);
        }
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(folder.toString())))
                .isEmpty();
    }
}
