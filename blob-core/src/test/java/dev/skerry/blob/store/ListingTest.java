package dev.skerry.blob.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Fold;
import dev.skerry.blob.commit.MetadataStore.Scan;
import dev.skerry.blob.commit.MetadataStore.Scope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares listings with ones made from everything there is, the plain way. */
class ListingTest {
    private static final String BUCKET = "bucket";
    private static final String[] LETTERS = {"a", "b", "/", "//", "é", "\uD83D\uDE00", "~", "-"};

    @TempDir
    Path data;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a page shows: a key and generation, or a common prefix. */
    private record Item(String text, @Nullable Long generation) {}

    private static String key(Random random) {
        StringBuilder key = new StringBuilder();
        int length = 1 + random.nextInt(5);
        for (int i = 0; i < length; i++) {
            key.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return key.toString();
    }

    private StoreFixture filled(Random random, Versioning versioning) {
        StoreFixture fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, versioning);
        fixture.bucket(BUCKET + "2", versioning);
        for (int i = 0; i < 250; i++) {
            String key = key(random);
            fixture.put(random.nextInt(10) == 0 ? BUCKET + "2" : BUCKET, key, utf8(key));
            if (random.nextInt(5) == 0) {
                fixture.store.blobs().delete(BlobPath.of(BUCKET, key(random)), List.of());
            }
        }
        return fixture;
    }

    /** Every row there is, in order, by the scan of each slot whole. */
    private static List<ListedBlob> all(StoreFixture fixture, String prefix, Scope scope) {
        return fixture.metadata.slots().stream()
                .flatMap(slot -> fixture
                        .metadata
                        .scan(slot, new Scan(BUCKET, new byte[0], true, null, new Fold(prefix, ""), scope, 100_000))
                        .stream())
                .sorted(Comparator.comparing(ListedBlob::path)
                        .thenComparing(ListedBlob::generation, Comparator.reverseOrder()))
                .toList();
    }

    private static List<Item> naive(List<ListedBlob> rows, String prefix, String delimiter, String after) {
        List<Item> items = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        for (ListedBlob row : rows) {
            String key = row.path().key();
            int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            String shown = at < 0 ? key : key.substring(0, at + delimiter.length());
            if (Arrays.compareUnsigned(utf8(shown), utf8(after)) <= 0) {
                continue;
            }
            if (at < 0) {
                items.add(new Item(key, row.generation().value()));
            } else if (seen.add(shown)) {
                items.add(new Item(shown, null));
            }
        }
        return items;
    }

    private static List<Item> items(Listing.Page page) {
        List<Item> items = new ArrayList<>();
        page.blobs()
                .forEach(blob ->
                        items.add(new Item(blob.path().key(), blob.generation().value())));
        page.commonPrefixes().forEach(prefix -> items.add(new Item(prefix, null)));
        items.sort((left, right) -> {
            int order = Arrays.compareUnsigned(utf8(left.text()), utf8(right.text()));
            return order != 0 || left.generation() == null || right.generation() == null
                    ? order
                    : Long.compare(right.generation(), left.generation());
        });
        return items;
    }

    @Test
    void everyPageSizeShowsWhatAPlainListShows() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (Versioning versioning : List.of(Versioning.OFF, Versioning.ENABLED)) {
            StoreFixture fixture = filled(random, versioning);
            for (int round = 0; round < 60; round++) {
                Scope scope = List.of(Scope.values()).get(random.nextInt(Scope.values().length));
                String prefix = random.nextBoolean() ? "" : key(random).substring(0, 1);
                String delimiter = random.nextInt(3) == 0 ? "" : LETTERS[random.nextInt(LETTERS.length)];
                String after = random.nextBoolean() ? "" : key(random);
                List<Item> expected = naive(all(fixture, prefix, scope), prefix, delimiter, after);
                for (int limit : new int[] {1, 2, 3, 7, 1000}) {
                    Listing.Query query = new Listing.Query(BUCKET, prefix, delimiter, after, null, scope, limit);
                    assertThat(paged(fixture, query, expected.size()))
                            .as("seed %d, %s", seed, query)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static List<Item> paged(StoreFixture fixture, Listing.Query first, int expected) {
        List<Item> items = new ArrayList<>();
        Listing.Query query = first;
        while (true) {
            Listing.Page page = fixture.store.listing().list(query);
            items.addAll(items(page));
            assertThat(items.size()).isLessThanOrEqualTo(expected);
            if (!page.truncated()) {
                return items;
            }
            assertThat(page.blobs().size() + page.commonPrefixes().size()).isEqualTo(query.limit());
            Long below = query.scope() == Scope.VISIBLE ? page.lastGeneration() : null;
            query = new Listing.Query(
                    query.bucket(),
                    query.prefix(),
                    query.delimiter(),
                    page.lastKey(),
                    below,
                    query.scope(),
                    query.limit());
        }
    }

    @Test
    void aKeyUnderTheCommonPrefixNamedIsNotShown() {
        StoreFixture fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, Versioning.OFF);
        for (String key : List.of("a/1", "a/2", "b/1", "c")) {
            fixture.put(BUCKET, key, utf8(key));
        }
        for (String after : List.of("a/", "a/1", "a/9")) {
            Listing.Page page =
                    fixture.store.listing().list(new Listing.Query(BUCKET, "", "/", after, null, Scope.CURRENT, 10));
            assertThat(page.commonPrefixes()).containsExactly("b/");
            assertThat(page.lastKey()).isEqualTo("c");
        }
    }

    @Test
    void aPageOfNothingIsNotTruncated() {
        StoreFixture fixture = new StoreFixture(data);
        fixture.bucket(BUCKET, Versioning.OFF);
        fixture.put(BUCKET, "a", utf8("a"));
        Listing.Page page = fixture.store.listing().list(new Listing.Query(BUCKET, "", "", "", null, Scope.CURRENT, 0));
        assertThat(page.truncated()).isFalse();
        assertThat(page.blobs()).isEmpty();
    }
}
