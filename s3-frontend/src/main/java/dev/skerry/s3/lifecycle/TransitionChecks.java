package dev.skerry.s3.lifecycle;

import dev.skerry.blob.StorageClass;
import dev.skerry.blob.lifecycle.LifecycleRule;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentAge;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentTransition;
import dev.skerry.blob.lifecycle.LifecycleRule.Transition;
import dev.skerry.blob.lifecycle.StorageClasses;
import dev.skerry.blob.lifecycle.When;
import dev.skerry.s3.Compatibility;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the transitions of a rule must be, among each other and beside its expiration.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html">
 *     Transitioning objects using Amazon S3 Lifecycle</a>
 */
final class TransitionChecks {
    private static final Map<String, Integer> LEAST_DAYS = Map.of("STANDARD_IA", 30, "ONEZONE_IA", 30);

    private final LifecycleRule rule;
    private final StorageClasses classes;
    private final Compatibility compatibility;
    private final String filter;

    private TransitionChecks(LifecycleRule rule, StorageClasses classes, Compatibility compatibility) {
        this.rule = rule;
        this.classes = classes;
        this.compatibility = compatibility;
        this.filter = LifecycleChecks.described(rule.filter());
    }

    static void require(LifecycleRule rule, StorageClasses classes, Compatibility compatibility) {
        new TransitionChecks(rule, classes, compatibility).require();
    }

    private void require() {
        List<Transition> moves = rule.transitions();
        List<Transition> noncurrentMoves = rule.noncurrentTransitions().stream()
                .map(TransitionChecks::asMove)
                .toList();
        requireTargets(moves, LifecycleXml.TRANSITION);
        requireTargets(noncurrentMoves, LifecycleXml.NONCURRENT_TRANSITION);
        requireOneKindOfTime(moves);
        if (compatibility.forgivesLifecycleForms()) {
            return;
        }
        requireLeastDays(moves);
        requireOrder(moves, LifecycleXml.TRANSITION, LifecycleXml.DAYS);
        requireOrder(noncurrentMoves, LifecycleXml.NONCURRENT_TRANSITION, LifecycleXml.NONCURRENT_DAYS);
        requireBefore(moves, rule.expiration(), LifecycleXml.TRANSITION, LifecycleXml.EXPIRATION, LifecycleXml.DAYS);
        NoncurrentAge age = rule.noncurrentExpiration();
        requireBefore(
                noncurrentMoves,
                age == null ? null : new When.AfterDays(age.days()),
                LifecycleXml.NONCURRENT_TRANSITION,
                LifecycleXml.NONCURRENT_EXPIRATION,
                LifecycleXml.NONCURRENT_DAYS);
    }

    private static Transition asMove(NoncurrentTransition transition) {
        return new Transition(new When.AfterDays(transition.age().days()), transition.target());
    }

    private void requireTargets(List<Transition> moves, String action) {
        Set<StorageClass> targets = new HashSet<>();
        for (Transition move : moves) {
            LifecycleChecks.requireTarget(move.target(), classes, compatibility);
            if (!targets.add(move.target())) {
                throw LifecycleXml.invalidRequest("'StorageClass' must be different for '" + action
                        + "' actions in same 'Rule' with filter '" + filter + "'");
            }
        }
    }

    private void requireOneKindOfTime(List<Transition> moves) {
        long dates = moves.stream()
                .filter(move -> move.when() instanceof When.OnDate)
                .count();
        if (dates > 0 && dates < moves.size()) {
            throw LifecycleXml.invalidRequest(
                    "Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter '" + filter
                            + "'");
        }
        When expiration = rule.expiration();
        if (!moves.isEmpty() && expiration != null && expiration instanceof When.OnDate != dates > 0) {
            throw LifecycleXml.invalidRequest(
                    "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for"
                            + " filter '" + filter + "'");
        }
    }

    private static void requireLeastDays(List<Transition> moves) {
        for (Transition move : moves) {
            int least = LEAST_DAYS.getOrDefault(move.target().s3Name(), 0);
            if (move.when() instanceof When.AfterDays(int days) && days < least) {
                throw LifecycleXml.invalidArgument(
                        LifecycleXml.DAYS,
                        Integer.toString(days),
                        "'Days' in Transition action must be greater than or equal to " + least + " for storageClass '"
                                + move.target().s3Name() + "'");
            }
        }
    }

    /** The colder the class, the later. */
    private void requireOrder(List<Transition> moves, String action, String unit) {
        for (Transition cold : moves) {
            for (Transition warm : moves) {
                boolean colder = classes.rank(cold.target()) > classes.rank(warm.target());
                if (colder && !isLater(cold.when(), warm.when())) {
                    String name = nameOf(cold.when(), unit);
                    throw LifecycleXml.invalidArgument(
                            name,
                            valueOf(cold.when()),
                            ("'%s' in the '%s' action for StorageClass '%s' for filter '%s' must be greater than '%s' in"
                                            + " the '%s' action for StorageClass '%s' for filter '%s'")
                                    .formatted(
                                            name,
                                            action,
                                            cold.target().s3Name(),
                                            filter,
                                            name,
                                            action,
                                            warm.target().s3Name(),
                                            filter));
                }
            }
        }
    }

    private void requireBefore(
            List<Transition> moves, @Nullable When expiration, String action, String expirationAction, String unit) {
        for (Transition move : moves) {
            if (expiration != null && !isLater(expiration, move.when())) {
                String name = nameOf(expiration, unit);
                throw LifecycleXml.invalidArgument(
                        name,
                        valueOf(expiration),
                        "'%s' in the %s action for filter '%s' must be greater than '%s' in the %s action"
                                .formatted(name, expirationAction, filter, name, action));
            }
        }
    }

    /** Whether one comes after the other; both are of one kind. */
    private static boolean isLater(When one, When other) {
        if (one instanceof When.AfterDays(int days) && other instanceof When.AfterDays(int otherDays)) {
            return days > otherDays;
        }
        return one instanceof When.OnDate(var date)
                && other instanceof When.OnDate(var otherDate)
                && date.isAfter(otherDate);
    }

    private static String nameOf(When when, String unit) {
        return when instanceof When.OnDate ? LifecycleXml.DATE : unit;
    }

    private static String valueOf(When when) {
        return switch (when) {
            case When.AfterDays(int days) -> Integer.toString(days);
            case When.OnDate(var date) -> date.toString();
        };
    }
}
