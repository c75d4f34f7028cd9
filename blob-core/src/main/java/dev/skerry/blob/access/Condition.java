package dev.skerry.blob.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One condition: an operator, a key of the request, the values it is held against.
 *
 * @param operator compares
 * @param quantifier how several values of the request count
 * @param ifExists whether it holds where the request has no such key
 * @param key in lower case
 * @param values at least one; one of them is enough, or with an operator that negates, none of them may be
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html">Condition
 *     elements</a>
 */
public record Condition(
        ConditionOperator operator, Quantifier quantifier, boolean ifExists, String key, List<String> values) {
    /** How several values of the request count. */
    public enum Quantifier {
        /** The key has one value. */
        NONE,
        /** Every one must do; a key that is not there does. */
        ALL,
        /** One is enough; a key that is not there does not do. */
        ANY
    }

    /** Keys that say who asks or from where; fixed to a value, they keep a statement from being public. */
    private static final Set<String> NARROWING = Set.of(
            "aws:principalarn",
            "aws:principalaccount",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:sourcearn",
            "aws:sourceaccount",
            "aws:sourceip",
            "aws:sourceorgid",
            "aws:sourcevpc",
            "aws:sourcevpce",
            "aws:userid",
            "aws:username",
            "s3:x-amz-server-side-encryption-aws-kms-key-id",
            "s3:dataaccesspointarn",
            "s3:dataaccesspointaccount");

    public Condition {
        key = key.toLowerCase(Locale.ROOT);
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("condition on " + key + ": no value (expected: at least one)");
        }
    }

    /** Whether it holds for a request; {@code variables} says whether its values may name some. */
    boolean holds(RequestContext context, boolean variables) {
        List<String> asked = context.of(key);
        if (operator == ConditionOperator.NULL) {
            return values.stream().anyMatch(value -> Boolean.parseBoolean(value) == asked.isEmpty());
        }
        if (asked.isEmpty()) {
            return ifExists
                    || switch (quantifier) {
                        case NONE -> operator.negates();
                        case ALL -> true;
                        case ANY -> false;
                    };
        }
        List<String> filled = values.stream()
                .map(value -> variables ? Variables.fill(value, context) : Optional.of(value))
                .flatMap(Optional::stream)
                .toList();
        return switch (quantifier) {
            case ALL -> asked.stream().allMatch(value -> does(value, filled));
            case ANY -> asked.stream().anyMatch(value -> does(value, filled));
            case NONE ->
                operator.negates()
                        ? asked.stream().allMatch(value -> does(value, filled))
                        : asked.stream().anyMatch(value -> does(value, filled));
        };
    }

    private boolean does(String asked, List<String> filled) {
        return filled.stream().anyMatch(value -> operator.compares(asked, value)) != operator.negates();
    }

    /** Whether only requests of someone, or from somewhere, in particular fulfil it. */
    boolean narrows() {
        boolean fixing = operator == ConditionOperator.IP_ADDRESS
                || operator == ConditionOperator.STRING_EQUALS
                || operator == ConditionOperator.STRING_EQUALS_IGNORE_CASE
                || operator == ConditionOperator.STRING_LIKE
                || operator == ConditionOperator.ARN_EQUALS
                || operator == ConditionOperator.ARN_LIKE;
        return fixing
                && !ifExists
                && quantifier != Quantifier.ALL
                && NARROWING.contains(key)
                && values.stream().allMatch(this::isFixed);
    }

    private boolean isFixed(String value) {
        return operator == ConditionOperator.IP_ADDRESS
                ? AddressRange.parse(value).filter(AddressRange::isNarrow).isPresent()
                : !Wildcards.any(value) && !value.contains("${");
    }
}
