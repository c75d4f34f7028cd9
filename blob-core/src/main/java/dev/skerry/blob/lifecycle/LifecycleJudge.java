package dev.skerry.blob.lifecycle;

import dev.skerry.blob.StorageClass;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentAge;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentTransition;
import dev.skerry.blob.lifecycle.LifecycleRule.Transition;
import dev.skerry.blob.lifecycle.Verdict.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what the rules of a bucket want of a version: what, why and when. It depends on nothing but what it is given.
 *
 * <p>Where several actions are due, the one counts that S3 prefers: deleting for good, then moving, then writing a
 * delete marker; of several moves the one to the coldest class, or, where blobs may move both ways, the one that fell
 * due last. What the others want is asked again afterwards. Tags are looked at last, because they cost a query.
 *
 * <p>A delete marker is taken by rules whose filter asks for nothing but a prefix: it has neither tags nor a size.
 */
public final class LifecycleJudge {
    private static final Comparator<Verdict> FIRST_DUE = Comparator.comparing(Verdict::dueAt);

    private final LifecycleConfiguration configuration;
    private final LifecycleCalendar calendar;
    private final StorageClasses classes;
    private final Comparator<Verdict> strength;

    /**
     * A judge of one bucket.
     *
     * @param versioning how its deletes treat what was there
     */
    public LifecycleJudge(
            LifecycleConfiguration configuration,
            LifecycleCalendar calendar,
            StorageClasses classes,
            Versioning versioning) {
        this.configuration = configuration;
        this.calendar = calendar;
        this.classes = classes;
        Comparator<Verdict> byAction = Comparator.comparingInt(verdict -> rank(verdict.action(), versioning));
        this.strength = byAction.thenComparing(this::compareMoves);
    }

    private static int rank(Action action, Versioning versioning) {
        return switch (action) {
            case REMOVE_VERSION, REMOVE_MARKER, ABORT_UPLOAD -> 3;
            case EXPIRE -> versioning == Versioning.ENABLED ? 1 : 3;
            case TRANSITION -> 2;
        };
    }

    private int compareMoves(Verdict one, Verdict other) {
        StorageClass first = one.target();
        StorageClass second = other.target();
        if (first == null || second == null) {
            return 0;
        }
        Comparator<Verdict> byClass = Comparator.comparingInt(verdict -> rankOf(verdict.target()));
        return (classes.bothWays() ? FIRST_DUE.thenComparing(byClass) : byClass).compare(one, other);
    }

    private int rankOf(@Nullable StorageClass target) {
        return target == null ? 0 : classes.rank(target);
    }

    /**
     * What is to be done of a version now; empty for nothing.
     *
     * @param tags asked for only where the answer depends on them
     */
    public Optional<Verdict> due(JudgedVersion version, Supplier<Map<String, String>> tags, Instant now) {
        return strongest(version, wanted(version, tags, now));
    }

    /** The one that counts. A version that is in the class it should be in, or in a colder one, is not moved. */
    private Optional<Verdict> strongest(JudgedVersion version, List<Verdict> due) {
        boolean settled = due.stream()
                .filter(verdict -> verdict.action() == Action.TRANSITION)
                .max(strength)
                .filter(best -> !changes(version, best))
                .isPresent();
        return due.stream()
                .filter(verdict -> !settled || verdict.action() != Action.TRANSITION)
                .max(strength);
    }

    private boolean changes(JudgedVersion version, Verdict verdict) {
        return verdict.target() == null || classes.mayMove(version.storageClass(), verdict.target());
    }

    /** What will be done of a version first, if it stays as it is; of what is due, what {@link #due} says. */
    public Optional<Verdict> next(JudgedVersion version, Supplier<Map<String, String>> tags, Instant now) {
        List<Verdict> wanted = wanted(version, tags, Instant.MAX);
        return strongest(
                        version,
                        wanted.stream()
                                .filter(verdict -> !verdict.dueAt().isAfter(now))
                                .toList())
                .or(() -> wanted.stream()
                        .filter(verdict -> verdict.dueAt().isAfter(now) && changes(version, verdict))
                        .min(FIRST_DUE.thenComparing(strength.reversed())));
    }

    /** When a current version expires, and by which rule. */
    public Optional<Verdict> expiration(JudgedVersion version, Supplier<Map<String, String>> tags) {
        return wanted(version, tags, Instant.MAX).stream()
                .filter(verdict -> verdict.action() == Action.EXPIRE)
                .min(FIRST_DUE);
    }

    /** When an upload is aborted that is not completed before, and by which rule. */
    public Optional<Verdict> abortion(String key, Instant initiatedAt) {
        List<Verdict> wanted = new ArrayList<>();
        for (LifecycleRule rule : configuration.rules()) {
            Integer days = rule.abortAfterDays();
            if (rule.enabled() && days != null && rule.filter().coversKey(key)) {
                wanted.add(new Verdict(Action.ABORT_UPLOAD, rule.id(), calendar.after(initiatedAt, days), null));
            }
        }
        return wanted.stream().min(FIRST_DUE);
    }

    /** What all rules together want of a version up to a time, inclusive. */
    private List<Verdict> wanted(JudgedVersion version, Supplier<Map<String, String>> tags, Instant until) {
        List<Verdict> wanted = new ArrayList<>();
        for (LifecycleRule rule : configuration.rules()) {
            LifecycleFilter filter = rule.filter();
            if (!rule.enabled() || !filter.coversKey(version.key()) || !coversRest(filter, version)) {
                continue;
            }
            List<Verdict> ofRule = new ArrayList<>(2);
            add(rule, version, ofRule);
            ofRule.removeIf(verdict -> verdict.dueAt().isAfter(until));
            if (!ofRule.isEmpty() && (!filter.byTags() || filter.coversTags(tags.get()))) {
                wanted.addAll(ofRule);
            }
        }
        return wanted;
    }

    private static boolean coversRest(LifecycleFilter filter, JudgedVersion version) {
        return version.tombstone() ? !filter.byTags() && !filter.bySize() : filter.coversSize(version.sizeBytes());
    }

    private void add(LifecycleRule rule, JudgedVersion version, List<Verdict> wanted) {
        if (version.noncurrent() != null) {
            addNoncurrent(rule, version, version.noncurrent(), wanted);
        } else if (version.tombstone()) {
            addMarker(rule, version, wanted);
        } else {
            addCurrent(rule, version, wanted);
        }
    }

    private void addCurrent(LifecycleRule rule, JudgedVersion version, List<Verdict> wanted) {
        When expiration = rule.expiration();
        if (expiration != null) {
            wanted.add(new Verdict(Action.EXPIRE, rule.id(), calendar.due(expiration, version.createdAt()), null));
        }
        for (Transition transition : rule.transitions()) {
            if (isLargeEnough(rule, version, transition.target())) {
                Instant dueAt = calendar.due(transition.when(), version.createdAt());
                wanted.add(new Verdict(Action.TRANSITION, rule.id(), dueAt, transition.target()));
            }
        }
    }

    /** A rule that lets current versions expire takes markers of the same age that nothing lies beneath. */
    private void addMarker(LifecycleRule rule, JudgedVersion version, List<Verdict> wanted) {
        if (!version.alone()) {
            return;
        }
        When expiration = rule.expiration();
        if (rule.removesLoneMarkers()) {
            wanted.add(new Verdict(Action.REMOVE_MARKER, rule.id(), version.createdAt(), null));
        } else if (expiration != null) {
            Instant dueAt = calendar.due(expiration, version.createdAt());
            wanted.add(new Verdict(Action.REMOVE_MARKER, rule.id(), dueAt, null));
        }
    }

    private void addNoncurrent(
            LifecycleRule rule, JudgedVersion version, JudgedVersion.Noncurrent noncurrent, List<Verdict> wanted) {
        NoncurrentAge expiration = rule.noncurrentExpiration();
        if (expiration != null && noncurrent.newerVersions() >= expiration.newerVersions()) {
            Instant dueAt = calendar.after(noncurrent.since(), expiration.days());
            wanted.add(new Verdict(Action.REMOVE_VERSION, rule.id(), dueAt, null));
        }
        if (version.tombstone()) {
            return;
        }
        for (NoncurrentTransition transition : rule.noncurrentTransitions()) {
            NoncurrentAge age = transition.age();
            if (noncurrent.newerVersions() >= age.newerVersions()
                    && isLargeEnough(rule, version, transition.target())) {
                Instant dueAt = calendar.after(noncurrent.since(), age.days());
                wanted.add(new Verdict(Action.TRANSITION, rule.id(), dueAt, transition.target()));
            }
        }
    }

    private boolean isLargeEnough(LifecycleRule rule, JudgedVersion version, StorageClass target) {
        return rule.filter().bySize() || configuration.transitionMinimum().admits(version.sizeBytes(), target);
    }
}
