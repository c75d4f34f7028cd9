package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.server.ClusterView;
import dev.skerry.server.ClusterView.Log;
import dev.skerry.server.ClusterView.Node;
import dev.skerry.server.ClusterView.Replica;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeReturnTest {
    private final NodeReturn back = new NodeReturn("b");

    /** Two nodes and a log. */
    private static ClusterView view(String seen, @Nullable Long committed, @Nullable Long applied) {
        List<Node> nodes = List.of(
                new Node("a", "a:1", "x", 1, "active", "up", 0, "1"),
                new Node("b", "b:1", "x", 1, "draining", seen, 0, seen.equals("up") ? "1" : "?"));
        List<Replica> replicas = List.of(new Replica("a", "", false, committed), new Replica("b", "", false, applied));
        return new ClusterView(
                "{}",
                "id",
                1,
                2,
                "",
                null,
                nodes,
                List.of(new Log("0", "a", "1", "1", committed, replicas)),
                List.of());
    }

    @Test
    void itMustAnswer() {
        assertThat(back.missing(view("down", 5L, null))).contains("waiting until it answers");
        assertThat(back.missing(view("up", 5L, 5L))).isEmpty();
    }

    /** Under load the log goes on while the node catches up. */
    @Test
    void itMustBeWhereTheLogWasWhenItCameBack() {
        assertThat(back.missing(view("up", 5L, null))).contains("waiting until it has caught up in log 0");
        assertThat(back.missing(view("up", 9L, 4L))).isNotEmpty();
        assertThat(back.missing(view("up", 12L, 5L))).isEmpty();
    }

    @Test
    void aLogMustBeLed() {
        assertThat(back.missing(view("up", null, 5L))).contains("waiting until somebody leads log 0");
    }
}
