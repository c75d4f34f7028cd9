package dev.skerry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody between two nodes can do with the messages of a stream. */
class StreamProofTest {
    private static final SessionKeys KEYS = SessionKeys.derive(
                    TestNode.SECRET, new PeerIdentity(TestNode.CLUSTER, new NodeId("a")), new NodeId("b"), 1, 2)
            .ofStream(3);

    private final StreamProof caller = new StreamProof(KEYS, SessionKeys.Speaker.CALLER);
    private final StreamProof called = new StreamProof(KEYS, SessionKeys.Speaker.CALLED);

    private static StreamMessage message(String... words) {
        return new StreamMessage(
                5,
                List.of(words).stream()
                        .map(word ->
                                StreamMessage.Part.call(word.length(), "echo", word.getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    private static String words(StreamMessage message) {
        return String.join(
                " ",
                message.parts().stream()
                        .map(part -> new String(part.body(), StandardCharsets.UTF_8))
                        .toList());
    }

    @Test
    void messagesComeAsTheyWereSentBothWays() throws IOException {
        assertThat(words(called.open(caller.seal(message("one", "two"))))).isEqualTo("one two");
        assertThat(words(caller.open(called.seal(message("three"))))).isEqualTo("three");
        assertThat(words(called.open(caller.seal(message())))).isEmpty();
    }

    @Test
    void aChangedMessageIsRefused() {
        byte[] bytes = caller.seal(message("one")).getBytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] other = bytes.clone();
            other[i]++;
            StreamProof fresh = new StreamProof(KEYS, SessionKeys.Speaker.CALLED);
            assertThatThrownBy(() -> fresh.open(Buffer.buffer(other))).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> called.open(Buffer.buffer(new byte[3]))).isInstanceOf(IOException.class);
    }

    @Test
    void aMessageIsTakenOnceAndInItsPlace() throws IOException {
        Buffer first = caller.seal(message("one"));
        Buffer second = caller.seal(message("two"));
        assertThatThrownBy(() -> new StreamProof(KEYS, SessionKeys.Speaker.CALLED).open(second))
                .isInstanceOf(IOException.class);
        assertThat(words(called.open(first))).isEqualTo("one");
        assertThatThrownBy(() -> called.open(first)).isInstanceOf(IOException.class);
    }

    @Test
    void whatANodeSaidIsNotSaidToItselfNorInAnotherStream() {
        Buffer mine = caller.seal(message("one"));
        assertThatThrownBy(() -> new StreamProof(KEYS, SessionKeys.Speaker.CALLER).open(mine))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new StreamProof(KEYS.ofStream(4), SessionKeys.Speaker.CALLED).open(mine))
                .isInstanceOf(IOException.class);
    }

    @Test
    void tornWordsAreRefused() {
        byte[] bytes = message("one", "two").encode();
        for (int length = 0; length < bytes.length; length++) {
            int torn = length;
            assertThatThrownBy(() -> StreamMessage.decode(bytes, torn)).isInstanceOf(IOException.class);
        }
    }
}
