package dev.skerry.blob.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One statement of a policy: it speaks of a request where principal, action, resource and all conditions match.
 *
 * @param label what it is called where a decision is explained: its Sid, or its number
 * @param effect what it says then
 * @param principals whom it speaks of
 * @param actions which actions; {@code *} and {@code ?} stand for any text and any character, case does not matter
 * @param resources which resources, likewise, but case matters; variables are filled in
 * @param conditions that must all hold
 * @param variables whether texts in it may name variables, as from version 2012-10-17 on
 */
public record Statement(
        String label,
        Effect effect,
        Among<Principal> principals,
        Among<String> actions,
        Among<String> resources,
        List<Condition> conditions,
        boolean variables) {
    /** What a statement says. */
    public enum Effect {
        ALLOW,
        DENY
    }

    /**
     * Some, or all but some: Action or NotAction.
     *
     * @param not whether all others are meant
     */
    public record Among<T>(List<T> patterns, boolean not) {
        public Among {
            patterns = List.copyOf(patterns);
        }
    }

    public Statement {
        conditions = List.copyOf(conditions);
    }

    boolean matches(AccessRequest request) {
        String action = request.action().toLowerCase(Locale.ROOT);
        return principals.patterns().stream().anyMatch(principal -> principal.includes(request.requester()))
                        != principals.not()
                && actions.patterns().stream()
                                .anyMatch(pattern -> Wildcards.match(pattern.toLowerCase(Locale.ROOT), action))
                        != actions.not()
                && resources.patterns().stream().anyMatch(pattern -> isResource(pattern, request)) != resources.not()
                && conditions.stream().allMatch(condition -> condition.holds(request.context(), variables));
    }

    private boolean isResource(String pattern, AccessRequest request) {
        Optional<String> filled = variables ? Variables.fill(pattern, request.context()) : Optional.of(pattern);
        return filled.filter(text -> Wildcards.match(text, request.resource())).isPresent();
    }

    /** Whether it allows something to anyone, with no condition that narrows down who that is. */
    boolean isPublic() {
        boolean anyone = principals.not() || principals.patterns().contains(new Principal.Anyone());
        return effect == Effect.ALLOW && anyone && conditions.stream().noneMatch(Condition::narrows);
    }

    boolean asksForBlobTags() {
        return conditions.stream()
                        .anyMatch(condition -> condition.key().startsWith(RequestContext.BLOB_TAG)
                                || condition.values().stream().anyMatch(Statement::namesBlobTag))
                || resources.patterns().stream().anyMatch(Statement::namesBlobTag);
    }

    private static boolean namesBlobTag(String text) {
        return text.toLowerCase(Locale.ROOT).contains("${" + RequestContext.BLOB_TAG);
    }
}
