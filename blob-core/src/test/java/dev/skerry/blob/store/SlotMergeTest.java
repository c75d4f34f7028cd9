package dev.skerry.blob.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a page costs: rows and calls to the slots. */
class SlotMergeTest {
    private static final int SLOTS = 16;

    /** Sorted keys in memory, of which every look is counted. */
    private static final class CountedRows implements SlotMerge.Rows<String> {
        private final List<List<String>> slots = new ArrayList<>();
        private int calls;
        private int rows;

        CountedRows(IntStream numbers, String format) {
            Random random = new Random(5);
            IntStream.range(0, SLOTS).forEach(_ -> slots.add(new ArrayList<>()));
            numbers.forEach(number ->
                    slots.get(random.nextInt(SLOTS)).add(String.format(Locale.ROOT, format, number / 1000, number)));
        }

        List<SlotId> ids() {
            return IntStream.range(0, SLOTS).mapToObj(SlotId::new).toList();
        }

        @Override
        public List<String> first(SlotId slot, int limit) {
            return from(slot, new byte[0], limit);
        }

        @Override
        public List<String> from(SlotId slot, byte[] key, int limit) {
            String least = new String(key, StandardCharsets.UTF_8);
            List<String> all = slots.get(slot.value());
            int begin = 0;
            int end = all.size();
            while (begin < end) {
                int middle = (begin + end) / 2;
                if (all.get(middle).compareTo(least) < 0) {
                    begin = middle + 1;
                } else {
                    end = middle;
                }
            }
            List<String> read = all.subList(begin, Math.min(all.size(), begin + limit));
            calls++;
            rows += read.size();
            return read;
        }

        @Override
        public List<String> after(SlotId slot, String row, int limit) {
            return from(slot, (row + "\0").getBytes(StandardCharsets.UTF_8), limit);
        }

        @Override
        public byte[] key(String row) {
            return row.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean shown(String row) {
            return true;
        }
    }

    @Test
    void aPageOfManyKeysReadsLittleMoreThanItself() {
        CountedRows rows = new CountedRows(IntStream.range(0, 200_000), "%04d-%08d");
        FoldedPage<String> page = FoldedPage.read(rows.ids(), rows, new Fold("", ""), 1000);
        assertThat(page.rows()).hasSize(1000).isSorted();
        assertThat(page.truncated()).isTrue();
        assertThat(rows.rows).isLessThan(2000);
        assertThat(rows.calls).isLessThan(3 * SLOTS);
    }

    @Test
    void commonPrefixesAreSoughtPastAndNotReadThrough() {
        CountedRows rows = new CountedRows(IntStream.range(0, 200_000), "%04d/%08d");
        FoldedPage<String> page = FoldedPage.read(rows.ids(), rows, new Fold("", "/"), 1000);
        assertThat(page.commonPrefixes()).hasSize(200).isSorted();
        assertThat(page.truncated()).isFalse();
        assertThat(rows.rows).isLessThan(200 * SLOTS * 20);
        assertThat(rows.calls).isLessThan(250 * SLOTS);
    }
}
