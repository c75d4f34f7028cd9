package dev.skerry.blob.lifecycle;

import static dev.skerry.blob.lifecycle.AgeingFixture.path;
import static dev.skerry.blob.lifecycle.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.upkeep.Pace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories: after each pass, what the worker left is what a reading of the rules word by word leaves. */
class LifecycleRandomTest {
    private static final String BUCKET = "bucket";
    private static final List<String> KEYS = List.of("a", "ab", "b", "c/1", "c/2", "d");
    private static final int ROUNDS = 60;
    private static final int NEW_MARKER = -1;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 20_261_121})
    void theWorkerLeavesWhatTheRulesLeave(long seed) {
        Random random = new Random(seed);
        AgeingFixture ageing = new AgeingFixture(folder);
        ageing.store.store.buckets().create(BUCKET, "owner", "");
        long removed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (round == ROUNDS / 3) {
                ageing.store.store.buckets().setVersioning(BUCKET, Versioning.ENABLED);
            }
            if (round > ROUNDS / 3 && random.nextInt(8) == 0) {
                ageing.store
                        .store
                        .buckets()
                        .setVersioning(BUCKET, random.nextBoolean() ? Versioning.ENABLED : Versioning.SUSPENDED);
            }
            LifecycleConfiguration rules = rules(random);
            ageing.rules(BUCKET, rules);
            for (int i = random.nextInt(30); i > 0; i--) {
                change(random, ageing);
            }
            ageing.store.advance(Duration.ofMinutes(random.nextInt(200)));
            removed += requirePass(ageing, rules, 1 + random.nextInt(6), "seed " + seed + ", round " + round);
        }
        assertThat(removed).as("versions that expired or went").isGreaterThan(ROUNDS);
    }

    private static void change(Random random, AgeingFixture ageing) {
        ageing.store.advance(Duration.ofMinutes(random.nextInt(20)));
        String key = KEYS.get(random.nextInt(KEYS.size()));
        BlobStore blobs = ageing.store.store.blobs();
        List<BlobMeta> visible = visible(ageing, key);
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> ageing.put(BUCKET, key);
            case 5, 6 -> blobs.delete(path(BUCKET, key), List.of());
            case 7 -> {
                if (!visible.isEmpty()) {
                    BlobMeta any = visible.get(random.nextInt(visible.size()));
                    blobs.deleteVersion(
                            path(BUCKET, key), new VersionSelector.ByBlobId(any.blobId()), List.of(), false);
                }
            }
            default -> {
                if (!visible.isEmpty() && !visible.getFirst().tombstone()) {
                    blobs.setTags(
                            path(BUCKET, key),
                            VersionSelector.CURRENT,
                            random.nextBoolean() ? Map.of("t", "1") : Map.of());
                }
            }
        }
    }

    private static LifecycleConfiguration rules(Random random) {
        List<Rules> rules = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            Rules rule = rule("r" + i).prefix(List.of("", "a", "b", "c/", "c/1").get(random.nextInt(5)));
            switch (random.nextInt(4)) {
                case 0 -> rule.expireAfter(1 + random.nextInt(3));
                case 1 -> rule.removeNoncurrent(1 + random.nextInt(3), random.nextInt(3));
                case 2 -> rule.removeLoneMarkers().removeNoncurrent(1, 0);
                default -> rule.expireAfter(1 + random.nextInt(2)).removeNoncurrent(1, random.nextInt(2));
            }
            if (random.nextInt(4) == 0) {
                rule.tags(Map.of("t", "1"));
            }
            if (random.nextInt(6) == 0) {
                rule.disabled();
            }
            rules.add(rule);
        }
        return Rules.of(rules.toArray(Rules[]::new));
    }

    private static long requirePass(AgeingFixture ageing, LifecycleConfiguration rules, int pageRows, String when) {
        Versioning versioning = ageing.store.store.buckets().require(BUCKET).versioning();
        Instant now = ageing.store.clock.now().instant();
        List<List<Integer>> expected = new ArrayList<>();
        List<List<BlobMeta>> before = new ArrayList<>();
        for (String key : KEYS) {
            List<BlobMeta> versions = visible(ageing, key);
            before.add(versions);
            expected.add(left(versions, rules, versioning, now));
        }
        LifecycleWorker.Summary summary = new LifecycleWorker(
                        ageing.ports(), ageing.settings(pageRows), new CursorFile(ageing.cursor), StoreListener.NONE)
                .pass(new Pace());
        for (int i = 0; i < KEYS.size(); i++) {
            List<BlobMeta> known = before.get(i);
            List<Integer> actual = visible(ageing, KEYS.get(i)).stream()
                    .map(meta -> indexOf(known, meta))
                    .toList();
            assertThat(actual)
                    .as("%s, %s, %s, %s", when, KEYS.get(i), rules, known)
                    .isEqualTo(expected.get(i));
        }
        return summary.expired() + summary.removed();
    }

    private static int indexOf(List<BlobMeta> known, BlobMeta meta) {
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).blobId().equals(meta.blobId())) {
                return i;
            }
        }
        assertThat(meta.tombstone()).isTrue();
        return NEW_MARKER;
    }

    private static List<BlobMeta> visible(AgeingFixture ageing, String key) {
        return ageing.store.store.blobs().generations(path(BUCKET, key), 1000).stream()
                .filter(BlobMeta::visible)
                .toList();
    }

    /** The rules word by word: which versions are left, by their index, and a new marker before them. */
    private static List<Integer> left(
            List<BlobMeta> versions, LifecycleConfiguration rules, Versioning versioning, Instant now) {
        List<Integer> left = new ArrayList<>();
        boolean expires = false;
        for (int i = 0; i < versions.size(); i++) {
            BlobMeta version = versions.get(i);
            boolean goes = false;
            for (LifecycleRule rule : rules.rules()) {
                if (!rule.enabled() || !matches(rule, version)) {
                    continue;
                }
                if (i > 0) {
                    goes |= noncurrentGoes(rule, versions, i, now);
                } else if (!version.tombstone()) {
                    expires |= isOver(rule.expiration(), version.createdAt(), now);
                } else if (versions.size() == 1) {
                    goes |= rule.removesLoneMarkers() || isOver(rule.expiration(), version.createdAt(), now);
                }
            }
            if (!goes) {
                left.add(i);
            }
        }
        if (expires) {
            if (versioning == Versioning.OFF) {
                left.removeFirst();
            } else {
                if (versioning == Versioning.SUSPENDED) {
                    left.removeIf(i -> versions.get(i).nullVersion());
                }
                left.addFirst(NEW_MARKER);
            }
        }
        return left;
    }

    private static boolean matches(LifecycleRule rule, BlobMeta version) {
        boolean tags = rule.filter().tags().isEmpty()
                || (!version.tombstone()
                        && "1".equals(version.attributes().tags().get("t")));
        return version.path().key().startsWith(rule.filter().prefix()) && tags;
    }

    private static boolean noncurrentGoes(LifecycleRule rule, List<BlobMeta> versions, int index, Instant now) {
        LifecycleRule.NoncurrentAge age = rule.noncurrentExpiration();
        if (age == null) {
            return false;
        }
        long newerLive = versions.subList(1, index).stream()
                .filter(version -> !version.tombstone())
                .count();
        Instant since = versions.get(index - 1).createdAt();
        return newerLive >= age.newerVersions()
                && !since.plus(AgeingFixture.DAY.multipliedBy(age.days())).isAfter(now);
    }

    private static boolean isOver(@Nullable When when, Instant createdAt, Instant now) {
        return when instanceof When.AfterDays(int days)
                && !createdAt.plus(AgeingFixture.DAY.multipliedBy(days)).isAfter(now);
    }
}
