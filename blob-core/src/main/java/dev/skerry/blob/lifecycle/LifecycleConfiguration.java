package dev.skerry.blob.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The rules of a bucket, in their order. */
public record LifecycleConfiguration(List<LifecycleRule> rules, TransitionMinimum transitionMinimum) {
    public LifecycleConfiguration {
        rules = List.copyOf(rules);
    }

    /** What the keys of versions begin with that a rule may be about: ascending, and none begins with another. */
    List<String> prefixesOfVersions() {
        return prefixes(LifecycleRule::judgesVersions);
    }

    /** The same of uploads. */
    List<String> prefixesOfUploads() {
        return prefixes(rule -> rule.abortAfterDays() != null);
    }

    private List<String> prefixes(Predicate<LifecycleRule> wanted) {
        List<String> all = rules.stream()
                .filter(rule -> rule.enabled() && wanted.test(rule))
                .map(rule -> rule.filter().prefix())
                .sorted(Keys.ASCENDING)
                .toList();
        List<String> least = new ArrayList<>();
        for (String prefix : all) {
            if (least.isEmpty() || !prefix.startsWith(least.getLast())) {
                least.add(prefix);
            }
        }
        return List.copyOf(least);
    }
}
