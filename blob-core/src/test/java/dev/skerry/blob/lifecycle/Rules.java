package dev.skerry.blob.lifecycle;

import dev.skerry.blob.StorageClass;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentAge;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentTransition;
import dev.skerry.blob.lifecycle.LifecycleRule.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Short ways to write rules. */
final class Rules {
    static final StorageClasses S3_CLASSES = new StorageClasses(
            List.of(StorageClass.STANDARD, storageClass("STANDARD_IA"), storageClass("GLACIER")), false);
    static final StorageClasses BOTH_WAYS = new StorageClasses(S3_CLASSES.order(), true);
    static final LifecycleCalendar HOURS = new LifecycleCalendar(Duration.ofHours(1));

    private final String id;
    private final List<Transition> transitions = new ArrayList<>();
    private final List<NoncurrentTransition> noncurrentTransitions = new ArrayList<>();
    private LifecycleFilter filter = LifecycleFilter.ALL;
    private boolean enabled = true;
    private @Nullable When expiration;
    private boolean loneMarkers;
    private @Nullable NoncurrentAge noncurrentExpiration;
    private @Nullable Integer abortAfterDays;

    private Rules(String id) {
        this.id = id;
    }

    static Rules rule(String id) {
        return new Rules(id);
    }

    static StorageClass storageClass(String name) {
        return new StorageClass(name);
    }

    static LifecycleConfiguration of(Rules... rules) {
        return of(TransitionMinimum.NONE, rules);
    }

    static LifecycleConfiguration of(TransitionMinimum minimum, Rules... rules) {
        return new LifecycleConfiguration(
                List.of(rules).stream().map(Rules::build).toList(), minimum);
    }

    Rules disabled() {
        enabled = false;
        return this;
    }

    Rules prefix(String prefix) {
        filter = new LifecycleFilter(prefix, filter.tags(), filter.sizeAboveBytes(), filter.sizeBelowBytes());
        return this;
    }

    Rules tags(Map<String, String> tags) {
        filter = new LifecycleFilter(filter.prefix(), tags, filter.sizeAboveBytes(), filter.sizeBelowBytes());
        return this;
    }

    Rules sizes(@Nullable Long above, @Nullable Long below) {
        filter = new LifecycleFilter(filter.prefix(), filter.tags(), above, below);
        return this;
    }

    Rules expireAfter(int days) {
        expiration = new When.AfterDays(days);
        return this;
    }

    Rules expireOn(String date) {
        expiration = new When.OnDate(Instant.parse(date));
        return this;
    }

    Rules removeLoneMarkers() {
        loneMarkers = true;
        return this;
    }

    Rules move(int days, String target) {
        transitions.add(new Transition(new When.AfterDays(days), storageClass(target)));
        return this;
    }

    Rules removeNoncurrent(int days, int newer) {
        noncurrentExpiration = new NoncurrentAge(days, newer);
        return this;
    }

    Rules moveNoncurrent(int days, int newer, String target) {
        noncurrentTransitions.add(new NoncurrentTransition(new NoncurrentAge(days, newer), storageClass(target)));
        return this;
    }

    Rules abortAfter(int days) {
        abortAfterDays = days;
        return this;
    }

    LifecycleRule build() {
        return new LifecycleRule(
                id,
                enabled,
                filter,
                expiration,
                loneMarkers,
                transitions,
                noncurrentExpiration,
                noncurrentTransitions,
                abortAfterDays);
    }
}
