package dev.skerry.blob.access;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

/**
 * How a condition compares what a request brings with what the policy says. What cannot be compared, a number with a
 * word, does not match.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">
 *     Condition operators</a>
 */
public enum ConditionOperator {
    STRING_EQUALS("StringEquals", false, ConditionOperator::same),
    STRING_NOT_EQUALS("StringNotEquals", true, ConditionOperator::same),
    STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", false, ConditionOperator::sameIgnoringCase),
    STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", true, ConditionOperator::sameIgnoringCase),
    STRING_LIKE("StringLike", false, ConditionOperator::like),
    STRING_NOT_LIKE("StringNotLike", true, ConditionOperator::like),
    NUMERIC_EQUALS("NumericEquals", false, numeric(order -> order == 0)),
    NUMERIC_NOT_EQUALS("NumericNotEquals", true, numeric(order -> order == 0)),
    NUMERIC_LESS_THAN("NumericLessThan", false, numeric(order -> order < 0)),
    NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", false, numeric(order -> order <= 0)),
    NUMERIC_GREATER_THAN("NumericGreaterThan", false, numeric(order -> order > 0)),
    NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", false, numeric(order -> order >= 0)),
    DATE_EQUALS("DateEquals", false, dated(order -> order == 0)),
    DATE_NOT_EQUALS("DateNotEquals", true, dated(order -> order == 0)),
    DATE_LESS_THAN("DateLessThan", false, dated(order -> order < 0)),
    DATE_LESS_THAN_EQUALS("DateLessThanEquals", false, dated(order -> order <= 0)),
    DATE_GREATER_THAN("DateGreaterThan", false, dated(order -> order > 0)),
    DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", false, dated(order -> order >= 0)),
    BOOL("Bool", false, ConditionOperator::sameIgnoringCase),
    BINARY_EQUALS("BinaryEquals", false, ConditionOperator::same),
    IP_ADDRESS("IpAddress", false, ConditionOperator::within),
    NOT_IP_ADDRESS("NotIpAddress", true, ConditionOperator::within),
    ARN_EQUALS("ArnEquals", false, ConditionOperator::sameArn),
    ARN_LIKE("ArnLike", false, ConditionOperator::sameArn),
    ARN_NOT_EQUALS("ArnNotEquals", true, ConditionOperator::sameArn),
    ARN_NOT_LIKE("ArnNotLike", true, ConditionOperator::sameArn),
    /** Whether the key is absent at all, which {@link Condition} sees to. */
    NULL("Null", false, (_, _) -> false);

    private static final int ARN_FIELDS = 6;

    private final String wireName;
    private final boolean negates;

    @SuppressWarnings("Immutable") // lambdas without state
    private final BiPredicate<String, String> comparison;

    ConditionOperator(String wireName, boolean negates, BiPredicate<String, String> comparison) {
        this.wireName = wireName;
        this.negates = negates;
        this.comparison = comparison;
    }

    /** The operator of that name in a policy. */
    public static Optional<ConditionOperator> named(String wireName) {
        return Arrays.stream(values())
                .filter(operator -> operator.wireName.equals(wireName))
                .findFirst();
    }

    /** Its name in policies. */
    public String wireName() {
        return wireName;
    }

    /** Whether it holds where the comparison does not. */
    boolean negates() {
        return negates;
    }

    /** The comparison itself, before any negation. */
    boolean compares(String asked, String pattern) {
        return comparison.test(asked, pattern);
    }

    private static boolean same(String asked, String pattern) {
        return asked.equals(Wildcards.text(pattern));
    }

    private static boolean sameIgnoringCase(String asked, String pattern) {
        return asked.equalsIgnoreCase(Wildcards.text(pattern));
    }

    private static boolean like(String asked, String pattern) {
        return Wildcards.match(pattern, asked);
    }

    private static BiPredicate<String, String> numeric(IntPredicate order) {
        return (asked, pattern) -> {
            Optional<BigDecimal> left = number(asked);
            Optional<BigDecimal> right = number(pattern);
            return left.isPresent()
                    && right.isPresent()
                    && order.test(left.get().compareTo(right.get()));
        };
    }

    private static Optional<BigDecimal> number(String text) {
        try {
            return Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static BiPredicate<String, String> dated(IntPredicate order) {
        return (asked, pattern) -> {
            Optional<Instant> left = instant(asked);
            Optional<Instant> right = instant(pattern);
            return left.isPresent()
                    && right.isPresent()
                    && order.test(left.get().compareTo(right.get()));
        };
    }

    /** ISO 8601, with or without a time of day, or seconds since 1970. */
    private static Optional<Instant> instant(String text) {
        try {
            if (text.indexOf('T') >= 0) {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            }
            return Optional.of(
                    text.indexOf('-') > 0
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.ofEpochSecond(Long.parseLong(text)));
        } catch (DateTimeException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static boolean within(String asked, String pattern) {
        return AddressRange.parse(pattern)
                .filter(range -> range.contains(asked))
                .isPresent();
    }

    /** Field by field, so that a star does not reach over a colon; the last field may hold colons. */
    private static boolean sameArn(String asked, String pattern) {
        String[] left = asked.split(":", ARN_FIELDS);
        String[] right = pattern.split(":", ARN_FIELDS);
        if (left.length != ARN_FIELDS || right.length != ARN_FIELDS) {
            return false;
        }
        for (int i = 0; i < ARN_FIELDS; i++) {
            if (!Wildcards.match(right[i], left[i])) {
                return false;
            }
        }
        return true;
    }
}
