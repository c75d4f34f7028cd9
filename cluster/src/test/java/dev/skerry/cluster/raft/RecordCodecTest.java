package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of records that have changed since they were written. */
class RecordCodecTest {
    private final RecordCodec codec = new RecordCodec();

    private record Word(String text, int weight) {}

    private record LongerWord(
            String text, int weight, @Nullable String language) {}

    private record CountedWord(String text, int weight, int count) {}

    private record RenamedWord(String text, int size) {}

    private record RetypedWord(String text, long weight) {}

    private record TurnedWord(int weight, String text) {}

    /** As it was. */
    private static final class Older {
        sealed interface Figure {
            record Circle(int radius) implements Older.Figure {}
        }

        record Drawing(List<Older.Figure> figures) {}
    }

    /** As it is. */
    private static final class Newer {
        sealed interface Figure {
            record Circle(int radius) implements Newer.Figure {}

            record Square(int side) implements Newer.Figure {}
        }

        record Drawing(List<Newer.Figure> figures) {}
    }

    @Test
    void whatTheBytesLackAtTheEndIsNull() {
        byte[] bytes = codec.write(new Word("skerry", 3));

        assertThat(codec.read(bytes, LongerWord.class)).isEqualTo(new LongerWord("skerry", 3, null));
        assertThatThrownBy(() -> codec.read(bytes, CountedWord.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CountedWord without count");
    }

    @Test
    void whatTheReaderDoesNotKnowIsRefused() {
        byte[] longer = codec.write(new LongerWord("skerry", 3, "en"));
        assertThatThrownBy(() -> codec.read(longer, Word.class)).hasMessageContaining("of another version");

        byte[] word = codec.write(new Word("skerry", 3));
        for (Class<?> other : List.of(RenamedWord.class, RetypedWord.class, TurnedWord.class)) {
            assertThatThrownBy(() -> codec.read(word, other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("of another version");
        }
    }

    @Test
    void aCaseIsKnownByItsName() {
        byte[] circle = codec.write(new Newer.Drawing(List.of(new Newer.Figure.Circle(1))));
        assertThat(codec.read(circle, Older.Drawing.class))
                .isEqualTo(new Older.Drawing(List.of(new Older.Figure.Circle(1))));

        byte[] square = codec.write(new Newer.Drawing(List.of(new Newer.Figure.Square(2))));
        assertThat(codec.read(square, Newer.Drawing.class))
                .isEqualTo(new Newer.Drawing(List.of(new Newer.Figure.Square(2))));
        assertThatThrownBy(() -> codec.read(square, Older.Drawing.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a Figure of another version");
    }

    @Test
    void nothingStandsForWhatIsNotThere() {
        assertThatThrownBy(() -> codec.read(new byte[] {0}, Word.class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.read(new byte[0], Word.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasNoBytesIsSaid() {
        record Odd(Object anything) {}
        assertThatThrownBy(() -> codec.write(new Odd("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }
}
