package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ListedKeysTest {
    @Test
    void placesAreThoseOfTheSortedKeys() {
        for (int count : new int[] {1, 60, 100, 101, 250, 1000, 1234}) {
            check(count);
        }
    }

    private static void check(int count) {
        List<String> sorted =
                LongStream.range(0, count).mapToObj(ListedKeys::key).sorted().toList();
        ListedKeys listed = new ListedKeys(count);
        assertThat(IntStream.range(0, count).mapToObj(listed::at)).containsExactlyElementsOf(sorted);
        assertThat(listed.prefixes()).isEqualTo((int)
                sorted.stream().map(key -> key.substring(0, 3)).distinct().count());
    }
}
