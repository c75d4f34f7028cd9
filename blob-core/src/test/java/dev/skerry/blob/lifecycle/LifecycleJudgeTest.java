package dev.skerry.blob.lifecycle;

import static dev.skerry.blob.lifecycle.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.StorageClass;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.lifecycle.JudgedVersion.Noncurrent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleJudgeTest {
    private static final Instant CREATED = Instant.parse("2026-03-01T10:30:00Z");
    private static final Map<String, String> TAGS = Map.of("team", "red", "keep", "no");

    private static JudgedVersion current(String key, long size, StorageClass storageClass) {
        return new JudgedVersion(key, false, size, storageClass, CREATED, null, false);
    }

    private static JudgedVersion current(String key) {
        return current(key, 1000, StorageClass.STANDARD);
    }

    private static JudgedVersion marker(boolean alone) {
        return new JudgedVersion("key", true, 0, StorageClass.STANDARD, CREATED, null, alone);
    }

    private static JudgedVersion noncurrent(boolean tombstone, int newer) {
        return new JudgedVersion(
                "key",
                tombstone,
                1000,
                StorageClass.STANDARD,
                CREATED.minusSeconds(99),
                new Noncurrent(CREATED, newer),
                false);
    }

    private static LifecycleJudge judge(LifecycleConfiguration rules) {
        return new LifecycleJudge(rules, LifecycleCalendar.REAL, Rules.S3_CLASSES, Versioning.ENABLED);
    }

    /** What is wanted at a time, as {@code ACTION by rule at time}. */
    private static String due(LifecycleConfiguration rules, JudgedVersion version, String now) {
        return text(judge(rules).due(version, () -> TAGS, Instant.parse(now)));
    }

    private static String text(Optional<Verdict> verdict) {
        return verdict.map(found -> found.action()
                        + (found.target() == null ? "" : " to " + found.target().s3Name()) + " by " + found.ruleId()
                        + " at " + found.dueAt())
                .orElse("nothing");
    }

    @ParameterizedTest
    @CsvSource({
        // created on the first at half past ten: one day on is half past ten of the second, so midnight of the third
        "1, 2026-03-02T23:59:59.999Z, nothing",
        "1, 2026-03-03T00:00:00Z, EXPIRE by r at 2026-03-03T00:00:00Z",
        "3, 2026-03-04T23:59:59Z, nothing",
        "3, 2026-03-05T00:00:00Z, EXPIRE by r at 2026-03-05T00:00:00Z",
        "400, 2026-12-01T00:00:00Z, nothing",
    })
    void daysEndAtTheNextMidnight(int days, String now, String expected) {
        assertThat(due(Rules.of(rule("r").expireAfter(days)), current("key"), now))
                .isEqualTo(expected);
    }

    @Test
    void whatWasMadeAtMidnightExpiresAtMidnight() {
        Instant midnight = Instant.parse("2026-03-01T00:00:00Z");
        assertThat(LifecycleCalendar.REAL.after(midnight, 2)).isEqualTo("2026-03-03T00:00:00Z");
        assertThat(LifecycleCalendar.REAL.after(midnight.plusMillis(1), 2)).isEqualTo("2026-03-04T00:00:00Z");
        assertThat(LifecycleCalendar.REAL.after(midnight, Integer.MAX_VALUE)).isAfter("2026-03-03T00:00:00Z");
    }

    @Test
    void shorterDaysEndToTheMoment() {
        assertThat(Rules.HOURS.after(CREATED, 3)).isEqualTo("2026-03-01T13:30:00Z");
    }

    @Test
    void aDateCountsForWhatComesLaterToo() {
        LifecycleConfiguration rules = Rules.of(rule("r").expireOn("2026-02-01T00:00:00Z"));
        assertThat(due(rules, current("key"), "2026-03-01T10:30:00Z")).startsWith("EXPIRE by r at 2026-02-01");
        LifecycleConfiguration later = Rules.of(rule("r").expireOn("2026-04-01T00:00:00Z"));
        assertThat(due(later, current("key"), "2026-03-31T23:59:59Z")).isEqualTo("nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "logs/, , , , true",
        "logs/a, , , , true",
        "logs/ab, , , , false",
        "Logs/, , , , false",
        "'', 999, , , true",
        "'', 1000, , , false",
        "'', , 1001, , true",
        "'', , 1000, , false",
        "'', 999, 1001, , true",
        "'', , , team=red, true",
        "'', , , team=blue, false",
        "'', , , other=red, false",
        "logs/, 10, 2000, keep=no, true",
    })
    void everyPartOfAFilterMustHold(
            String prefix, @Nullable Long above, @Nullable Long below, @Nullable String tag, boolean covered) {
        Map<String, String> tags = tag == null ? Map.of() : Map.of(tag.split("=", -1)[0], tag.split("=", -1)[1]);
        LifecycleConfiguration rules =
                Rules.of(rule("r").prefix(prefix).sizes(above, below).tags(tags).expireAfter(1));
        assertThat(due(rules, current("logs/a"), "2027-01-01T00:00:00Z"))
                .isEqualTo(covered ? "EXPIRE by r at 2026-03-03T00:00:00Z" : "nothing");
    }

    @Test
    void aRuleThatIsOffWantsNothing() {
        assertThat(due(Rules.of(rule("r").expireAfter(1).disabled()), current("key"), "2027-01-01T00:00:00Z"))
                .isEqualTo("nothing");
    }

    @Test
    void tagsAreAskedForOnlyWhereAllElseHolds() {
        Supplier<Map<String, String>> nobodyKnows = () -> {
            throw new AssertionError("nobody needs the tags");
        };
        LifecycleConfiguration rules = Rules.of(
                rule("early").tags(TAGS).expireAfter(300),
                rule("elsewhere").prefix("x").tags(TAGS).expireAfter(1),
                rule("large").sizes(5000L, null).tags(TAGS).expireAfter(1),
                rule("plain").expireAfter(1));
        Instant now = Instant.parse("2026-03-09T00:00:00Z");
        assertThat(text(judge(rules).due(current("key"), nobodyKnows, now))).startsWith("EXPIRE by plain");
    }

    @Test
    void aDeleteMarkerGoesOnlyWhenItIsAlone() {
        LifecycleConfiguration atOnce = Rules.of(rule("r").removeLoneMarkers());
        assertThat(due(atOnce, marker(false), "2027-01-01T00:00:00Z")).isEqualTo("nothing");
        assertThat(due(atOnce, marker(true), "2026-03-01T10:30:00Z")).startsWith("REMOVE_MARKER by r");
        LifecycleConfiguration byAge = Rules.of(rule("r").expireAfter(1));
        assertThat(due(byAge, marker(false), "2027-01-01T00:00:00Z")).isEqualTo("nothing");
        assertThat(due(byAge, marker(true), "2026-03-02T10:30:00Z")).isEqualTo("nothing");
        assertThat(due(byAge, marker(true), "2026-03-03T00:00:00Z"))
                .isEqualTo("REMOVE_MARKER by r at 2026-03-03T00:00:00Z");
    }

    @Test
    void aDeleteMarkerHasNeitherTagsNorSize() {
        LifecycleConfiguration rules = Rules.of(
                rule("tags").tags(TAGS).expireAfter(1),
                rule("small").sizes(null, 10L).expireAfter(1),
                rule("no expiration").move(1, "GLACIER").removeNoncurrent(1, 0));
        assertThat(due(rules, marker(true), "2027-01-01T00:00:00Z")).isEqualTo("nothing");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, true", "0, 1, false", "1, 1, true", "4, 5, false", "5, 5, true", "9, 5, true"})
    void newerVersionsAreKeptWhateverTheirAge(int newer, int kept, boolean goes) {
        assertThat(due(Rules.of(rule("r").removeNoncurrent(2, kept)), noncurrent(false, newer), "2027-01-01T00:00:00Z"))
                .isEqualTo(goes ? "REMOVE_VERSION by r at 2026-03-04T00:00:00Z" : "nothing");
    }

    @Test
    void ofVersionsThatAreCurrentNoLongerDeleteMarkersGoTooButDoNotMove() {
        LifecycleConfiguration rules = Rules.of(rule("r").removeNoncurrent(9, 0).moveNoncurrent(1, 0, "GLACIER"));
        assertThat(due(rules, noncurrent(true, 0), "2026-03-05T00:00:00Z")).isEqualTo("nothing");
        assertThat(due(rules, noncurrent(true, 0), "2026-04-05T00:00:00Z")).startsWith("REMOVE_VERSION by r");
        assertThat(due(rules, noncurrent(false, 0), "2026-03-05T00:00:00Z")).startsWith("TRANSITION to GLACIER by r");
    }

    @Test
    void expirationOfCurrentVersionsIsNothingToOlderOnesAndTheOtherWayRound() {
        LifecycleConfiguration rules = Rules.of(rule("r").expireAfter(1));
        assertThat(due(rules, noncurrent(false, 0), "2027-01-01T00:00:00Z")).isEqualTo("nothing");
        LifecycleConfiguration older = Rules.of(rule("r").removeNoncurrent(1, 0));
        assertThat(due(older, current("key"), "2027-01-01T00:00:00Z")).isEqualTo("nothing");
    }

    @Test
    void deletingForGoodComesBeforeMovingAndThatBeforeAMarker() {
        LifecycleConfiguration rules = Rules.of(rule("r").expireAfter(1).move(1, "GLACIER"));
        Instant now = Instant.parse("2027-01-01T00:00:00Z");
        assertThat(text(judge(rules).due(current("key"), () -> TAGS, now))).startsWith("TRANSITION");
        JudgedVersion moved = current("key", 1000, Rules.storageClass("GLACIER"));
        assertThat(text(judge(rules).due(moved, () -> TAGS, now))).startsWith("EXPIRE");
        LifecycleJudge unversioned =
                new LifecycleJudge(rules, LifecycleCalendar.REAL, Rules.S3_CLASSES, Versioning.OFF);
        assertThat(text(unversioned.due(current("key"), () -> TAGS, now))).startsWith("EXPIRE");
    }

    @ParameterizedTest
    @CsvSource({
        "STANDARD, 2026-03-02T00:00:00Z, nothing",
        "STANDARD, 2026-03-03T00:00:00Z, TRANSITION to STANDARD_IA by a at 2026-03-03T00:00:00Z",
        "STANDARD, 2026-03-09T00:00:00Z, TRANSITION to GLACIER by b at 2026-03-05T00:00:00Z",
        "STANDARD_IA, 2026-03-04T00:00:00Z, nothing",
        "STANDARD_IA, 2026-03-05T00:00:00Z, TRANSITION to GLACIER by b at 2026-03-05T00:00:00Z",
        "GLACIER, 2026-03-09T00:00:00Z, nothing",
        "UNHEARD_OF, 2026-03-09T00:00:00Z, TRANSITION to GLACIER by b at 2026-03-05T00:00:00Z",
    })
    void aBlobGoesToTheColdestClassThatIsDueAndNeverBack(String from, String now, String expected) {
        LifecycleConfiguration rules =
                Rules.of(rule("b").move(3, "GLACIER"), rule("a").move(1, "STANDARD_IA"));
        assertThat(due(rules, current("key", 1000, Rules.storageClass(from)), now))
                .isEqualTo(expected);
    }

    @Test
    void whereBlobsMayMoveBothWaysTheLastMoveCounts() {
        LifecycleConfiguration rules = Rules.of(rule("r").move(1, "GLACIER").move(3, "STANDARD"));
        LifecycleJudge judge = new LifecycleJudge(rules, Rules.HOURS, Rules.BOTH_WAYS, Versioning.OFF);
        JudgedVersion cold = current("key", 1000, Rules.storageClass("GLACIER"));
        Instant early = CREATED.plusSeconds(2 * 3600);
        Instant late = CREATED.plusSeconds(4 * 3600);
        assertThat(text(judge.due(current("key"), () -> TAGS, early))).startsWith("TRANSITION to GLACIER");
        assertThat(text(judge.due(cold, () -> TAGS, early))).isEqualTo("nothing");
        assertThat(text(judge.due(cold, () -> TAGS, late))).startsWith("TRANSITION to STANDARD");
        assertThat(text(judge.due(current("key"), () -> TAGS, late))).isEqualTo("nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "EVERY_CLASS, 131071, GLACIER, false",
        "EVERY_CLASS, 131072, GLACIER, true",
        "EVERY_CLASS, 131071, STANDARD_IA, false",
        "BY_CLASS, 1, GLACIER, true",
        "BY_CLASS, 131071, STANDARD_IA, false",
        "BY_CLASS, 131072, STANDARD_IA, true",
        "NONE, 1, STANDARD_IA, true",
    })
    void smallBlobsDoNotMove(TransitionMinimum minimum, long size, String target, boolean moves) {
        JudgedVersion version = current("key", size, StorageClass.STANDARD);
        assertThat(due(Rules.of(minimum, rule("r").move(1, target)), version, "2027-01-01T00:00:00Z"))
                .startsWith(moves ? "TRANSITION" : "nothing");
        LifecycleConfiguration bySize =
                Rules.of(minimum, rule("r").sizes(0L, null).move(1, target));
        assertThat(due(bySize, version, "2027-01-01T00:00:00Z"))
                .as("a filter by size is asked instead")
                .startsWith("TRANSITION");
    }

    @Test
    void whatComesNextIsToldBeforeItIsDue() {
        LifecycleConfiguration rules =
                Rules.of(rule("r").expireAfter(9).move(1, "STANDARD_IA").move(3, "GLACIER"));
        JudgedVersion warm = current("key", 1000, Rules.storageClass("STANDARD_IA"));
        assertThat(text(judge(rules).next(current("key"), () -> TAGS, CREATED)))
                .startsWith("TRANSITION to STANDARD_IA");
        assertThat(text(judge(rules).next(warm, () -> TAGS, CREATED))).startsWith("TRANSITION to GLACIER");
        assertThat(text(judge(rules).expiration(warm, () -> TAGS))).isEqualTo("EXPIRE by r at 2026-03-11T00:00:00Z");
    }

    @Test
    void theEarliestOfSeveralRulesIsToldOf() {
        LifecycleConfiguration rules = Rules.of(
                rule("late").expireAfter(9),
                rule("early").prefix("k").expireAfter(2),
                rule("other").prefix("x").expireAfter(1),
                rule("abort").prefix("up/").abortAfter(7),
                rule("abort soon").abortAfter(8));
        assertThat(text(judge(rules).expiration(current("key"), () -> TAGS))).startsWith("EXPIRE by early");
        assertThat(text(judge(rules).abortion("up/1", CREATED)))
                .isEqualTo("ABORT_UPLOAD by abort at 2026-03-09T00:00:00Z");
        assertThat(text(judge(rules).abortion("down/1", CREATED))).startsWith("ABORT_UPLOAD by abort soon");
    }

    @Test
    void prefixesThatOthersCoverAreNotGoneThroughTwice() {
        LifecycleConfiguration rules = Rules.of(
                rule("1").prefix("b/c").expireAfter(1),
                rule("2").prefix("b/").expireAfter(1),
                rule("3").prefix("a").removeLoneMarkers(),
                rule("4").prefix("b").disabled().expireAfter(1),
                rule("5").prefix("").abortAfter(1),
                rule("6").prefix("b/c/d").expireAfter(1));
        assertThat(rules.prefixesOfVersions()).containsExactly("a", "b/");
        assertThat(rules.prefixesOfUploads()).containsExactly("");
    }
}
