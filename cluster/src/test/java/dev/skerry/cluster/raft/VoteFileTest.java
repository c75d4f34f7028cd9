package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoteFileTest {
    private static final String WHOLE = "#\n#Sun Nov 22 22:15:20 UTC 2026\nterm=12\nvotedFor=b\n";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        file = Files.createDirectories(folder.resolve("current")).resolve("raft-meta");
    }

    @Test
    void oneThatIsNotThereIsNotForgotten() throws IOException {
        VoteFile votes = new VoteFile(folder);

        votes.restore(3, new NodeId("a"));

        assertThat(votes.isForgotten()).isFalse();
        assertThat(file).doesNotExist();
    }

    @Test
    void oneThatIsWholeIsLeftAlone() throws IOException {
        Files.writeString(file, WHOLE);

        new VoteFile(folder).restore(3, new NodeId("a"));

        assertThat(file).hasContent(WHOLE);
    }

    /** A vote for itself is one that nobody else can have any more. */
    @Test
    void oneThatIsCutShortBecomesAVoteForItself() throws IOException {
        for (String rest :
                List.of("", "#\n", "term=12\n", "votedFor=b\n", "term=12\nvotedFor=b", "votedFor=b\nterm=1")) {
            Files.writeString(file, rest);
            VoteFile votes = new VoteFile(folder);
            assertThat(votes.isForgotten()).as(rest).isTrue();

            votes.restore(13, new NodeId("a"));

            assertThat(votes.isForgotten()).as(rest).isFalse();
            assertThat(file).content().contains("term=13\n", "votedFor=a\n");
            assertThat(folder).isDirectoryNotContaining("glob:**.copy");
        }
    }
}
