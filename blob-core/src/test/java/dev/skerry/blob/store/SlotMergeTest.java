package dev.skerry.blob.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Fold;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a page costs: rows and calls to the slots. */
class SlotMergeTest {
    private static final int SLOTS = 16;

    /** Sorted keys in memory, of which every look is counted. */
    private static final class CountedRows implements SlotMerge.Rows<String> {
        private final List<List<String>> slots = new ArrayList<>();
        private int rounds;
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
        public List<List<String>> read(List<SlotMerge.Refill<String>> refills) {
            rounds++;
            return refills.stream()
                    .map(refill -> switch (refill.position()) {
                        case SlotMerge.Position.Beginning<String> _ -> from(refill.slot(), new byte[0], refill.limit());
                        case SlotMerge.Position.From<String>(byte[] key) -> from(refill.slot(), key, refill.limit());
                        case SlotMerge.Position.After<String>(String row) ->
                            from(refill.slot(), (row + "\0").getBytes(StandardCharsets.UTF_8), refill.limit());
                    })
                    .toList();
        }

        private List<String> from(SlotId slot, byte[] key, int limit) {
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
        assertThat(rows.rounds).isLessThan(20);
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

    /** Keys of a few uneven slots, some of which are not shown; where it folds, it seeks past what was shown. */
    private record UnevenRows(
            List<TreeSet<String>> slots,
            Set<String> hidden,
            @Nullable Fold fold) implements SlotMerge.Rows<String> {
        static UnevenRows of(Random random, @Nullable Fold fold) {
            List<TreeSet<String>> slots = new ArrayList<>();
            int count = 1 + random.nextInt(5);
            IntStream.range(0, count).forEach(_ -> slots.add(new TreeSet<>()));
            Set<String> hidden = new HashSet<>();
            int hiddenSlot = random.nextInt(count);
            int skew = 1 + random.nextInt(10);
            Set<String> seen = new HashSet<>();
            int keys = random.nextInt(400);
            for (int i = 0; i < keys; i++) {
                String key = random.nextInt(12) + (random.nextBoolean() ? "/" : "") + random.nextInt(100);
                int slot = random.nextInt(skew) == 0 ? random.nextInt(count) : 0;
                if (seen.add(key)) {
                    slots.get(slot).add(key);
                    if (slot == hiddenSlot && random.nextInt(10) > 0) {
                        hidden.add(key);
                    }
                }
            }
            return new UnevenRows(slots, hidden, fold);
        }

        List<SlotId> ids() {
            return IntStream.range(0, slots.size()).mapToObj(SlotId::new).toList();
        }

        @Override
        public List<List<String>> read(List<SlotMerge.Refill<String>> refills) {
            return refills.stream().map(this::read).toList();
        }

        private List<String> read(SlotMerge.Refill<String> refill) {
            TreeSet<String> all = slots.get(refill.slot().value());
            var rest = switch (refill.position()) {
                case SlotMerge.Position.Beginning<String> _ -> all;
                case SlotMerge.Position.From<String>(byte[] key) ->
                    all.tailSet(new String(key, StandardCharsets.UTF_8), true);
                case SlotMerge.Position.After<String>(String row) -> all.tailSet(row, false);
            };
            Set<String> folded = new HashSet<>();
            return rest.stream()
                    .filter(row -> {
                        byte[] prefix = fold == null ? null : fold.commonPrefix(key(row));
                        if (prefix == null) {
                            return true;
                        }
                        String text = new String(prefix, StandardCharsets.UTF_8);
                        return shown(row) ? folded.add(text) : !folded.contains(text);
                    })
                    .limit(refill.limit())
                    .toList();
        }

        @Override
        public byte[] key(String row) {
            return row.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean shown(String row) {
            return !hidden.contains(row);
        }

        /** Everything shown, rows and common prefixes, in order. */
        List<String> naive(Fold by) {
            TreeSet<String> items = new TreeSet<>();
            for (TreeSet<String> slot : slots) {
                for (String row : slot) {
                    if (shown(row)) {
                        byte[] prefix = by.commonPrefix(key(row));
                        items.add(prefix == null ? row : new String(prefix, StandardCharsets.UTF_8));
                    }
                }
            }
            return List.copyOf(items);
        }
    }

    @Test
    void pagesOfUnevenSlotsShowWhatAPlainMergeShows() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            Fold fold = new Fold("", random.nextInt(3) == 0 ? "" : "/");
            UnevenRows rows = UnevenRows.of(random, random.nextBoolean() ? fold : null);
            List<String> expected = rows.naive(fold);
            int limit = 1 + random.nextInt(random.nextBoolean() ? 10 : 300);
            FoldedPage<String> page = FoldedPage.read(rows.ids(), rows, fold, limit);
            List<String> shown = Stream.concat(page.rows().stream(), page.commonPrefixes().stream())
                    .sorted()
                    .toList();
            String about = "seed " + seed + ", round " + round;
            assertThat(shown).as(about).isEqualTo(expected.subList(0, Math.min(limit, expected.size())));
            assertThat(page.truncated()).as(about).isEqualTo(expected.size() > limit);
            assertThat(page.lastPrefix())
                    .as(about)
                    .isEqualTo(shown.isEmpty() || !shown.getLast().endsWith("/") ? null : shown.getLast());
        }
    }

    @Test
    void aSlotThatFoldsIsAskedOnceForEachRoundOfAPage() {
        CountedRows rows = new CountedRows(IntStream.range(0, 200_000), "%04d/%08d");
        Fold fold = new Fold("", "/");
        List<TreeSet<String>> slots =
                rows.slots.stream().map(slot -> new TreeSet<>(slot)).toList();
        UnevenRows folding = new UnevenRows(slots, Set.of(), fold);
        int[] calls = new int[1];
        FoldedPage<String> page = FoldedPage.read(
                rows.ids(),
                new SlotMerge.Rows<String>() {
                    @Override
                    public List<List<String>> read(List<SlotMerge.Refill<String>> refills) {
                        calls[0] += refills.size();
                        return folding.read(refills);
                    }

                    @Override
                    public byte[] key(String row) {
                        return folding.key(row);
                    }

                    @Override
                    public boolean shown(String row) {
                        return true;
                    }
                },
                fold,
                1000);
        assertThat(page.commonPrefixes()).hasSize(200).isSorted();
        assertThat(calls[0]).isLessThan(4 * SLOTS);
    }
}
