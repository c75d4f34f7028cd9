package dev.skerry.s3.lifecycle;

import dev.skerry.blob.StorageClass;
import dev.skerry.blob.lifecycle.LifecycleConfiguration;
import dev.skerry.blob.lifecycle.LifecycleFilter;
import dev.skerry.blob.lifecycle.LifecycleRule;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentAge;
import dev.skerry.blob.lifecycle.LifecycleRule.NoncurrentTransition;
import dev.skerry.blob.lifecycle.LifecycleRule.Transition;
import dev.skerry.blob.lifecycle.TransitionMinimum;
import dev.skerry.blob.lifecycle.When;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rules of a lifecycle document: what each element may be by itself. What may stand beside what, is for
 * {@link LifecycleChecks} to say. Of several forms of a filter all count together.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html">
 *     PutBucketLifecycleConfiguration</a>
 */
public final class LifecycleXml {
    static final String RULE = "Rule";
    static final String ID = "ID";
    static final String PREFIX = "Prefix";
    static final String FILTER = "Filter";
    static final String AND = "And";
    static final String TAG = "Tag";
    static final String SIZE_ABOVE = "ObjectSizeGreaterThan";
    static final String SIZE_BELOW = "ObjectSizeLessThan";
    static final String EXPIRATION = "Expiration";
    static final String TRANSITION = "Transition";
    static final String NONCURRENT_EXPIRATION = "NoncurrentVersionExpiration";
    static final String NONCURRENT_TRANSITION = "NoncurrentVersionTransition";
    static final String ABORT = "AbortIncompleteMultipartUpload";
    static final String DAYS = "Days";
    static final String DATE = "Date";
    static final String MARKER = "ExpiredObjectDeleteMarker";
    static final String NONCURRENT_DAYS = "NoncurrentDays";
    static final String NEWER_VERSIONS = "NewerNoncurrentVersions";
    static final String CLASS = "StorageClass";
    private static final String STATUS = "Status";
    private static final String ABORT_DAYS = "DaysAfterInitiation";

    private static final Set<String> IN_RULE = Set.of(
            ID, PREFIX, FILTER, STATUS, EXPIRATION, TRANSITION, NONCURRENT_EXPIRATION, NONCURRENT_TRANSITION, ABORT);
    private static final Set<String> REPEATED = Set.of(TRANSITION, NONCURRENT_TRANSITION, TAG);
    private static final Set<String> IN_FILTER = Set.of(PREFIX, TAG, SIZE_ABOVE, SIZE_BELOW, AND);
    private static final Set<String> IN_AND = Set.of(PREFIX, TAG, SIZE_ABOVE, SIZE_BELOW);

    private LifecycleXml() {}

    /**
     * The rules of a document.
     *
     * @throws S3Exception with MalformedXML, InvalidArgument or InvalidRequest
     */
    public static LifecycleConfiguration read(XmlElement document, TransitionMinimum minimum) {
        requireKnown(document, Set.of(RULE), Set.of(RULE));
        return new LifecycleConfiguration(
                document.children(RULE).stream().map(LifecycleXml::rule).toList(), minimum);
    }

    private static LifecycleRule rule(XmlElement rule) {
        requireKnown(rule, IN_RULE, REPEATED);
        Optional<XmlElement> expiration = rule.first(EXPIRATION);
        return new LifecycleRule(
                rule.textOf(ID).orElse(""),
                enabled(rule),
                filter(rule),
                expiration.map(LifecycleXml::expiration).orElse(null),
                expiration.map(LifecycleXml::removesLoneMarkers).orElse(false),
                rule.children(TRANSITION).stream().map(LifecycleXml::transition).toList(),
                rule.first(NONCURRENT_EXPIRATION)
                        .map(element -> noncurrentAge(element, 1))
                        .orElse(null),
                rule.children(NONCURRENT_TRANSITION).stream()
                        .map(element -> new NoncurrentTransition(noncurrentAge(element, 0), target(element)))
                        .toList(),
                rule.first(ABORT).map(LifecycleXml::abortDays).orElse(null));
    }

    private static boolean enabled(XmlElement rule) {
        return switch (rule.textOf(STATUS).orElse("").strip()) {
            case "Enabled" -> true;
            case "Disabled" -> false;
            default -> throw malformed();
        };
    }

    private static LifecycleFilter filter(XmlElement rule) {
        FilterParts parts = new FilterParts();
        rule.textOf(PREFIX).ifPresent(parts::prefix);
        rule.first(FILTER).ifPresent(filter -> {
            requireKnown(filter, IN_FILTER, Set.of());
            parts.add(filter);
            filter.first(AND).ifPresent(and -> {
                requireKnown(and, IN_AND, REPEATED);
                parts.add(and);
            });
        });
        return new LifecycleFilter(parts.prefix, parts.tags, parts.sizeAbove, parts.sizeBelow);
    }

    /** A filter as it is put together. */
    private static final class FilterParts {
        private final Map<String, String> tags = new LinkedHashMap<>();
        private String prefix = "";
        private @Nullable Long sizeAbove;
        private @Nullable Long sizeBelow;

        void add(XmlElement element) {
            element.textOf(PREFIX).ifPresent(this::prefix);
            element.textOf(SIZE_ABOVE).ifPresent(text -> sizeAbove = LifecycleChecks.size(SIZE_ABOVE, text, 0));
            element.textOf(SIZE_BELOW).ifPresent(text -> sizeBelow = LifecycleChecks.size(SIZE_BELOW, text, 1));
            element.children(TAG).forEach(this::tag);
        }

        /** The longer one, where both ask for what the other does. */
        void prefix(String another) {
            LifecycleChecks.requirePrefix(another);
            if (!another.startsWith(prefix) && !prefix.startsWith(another)) {
                throw malformed();
            }
            prefix = another.length() > prefix.length() ? another : prefix;
        }

        private void tag(XmlElement tag) {
            requireKnown(tag, Set.of("Key", "Value"), Set.of());
            String name = tag.textOf("Key").orElseThrow(LifecycleXml::malformed);
            String value = tag.textOf("Value").orElseThrow(LifecycleXml::malformed);
            LifecycleChecks.requireTag(name, value);
            if (tags.put(name, value) != null) {
                throw invalidRequest("Duplicate Tag Keys are not allowed.");
            }
        }
    }

    private static @Nullable When expiration(XmlElement expiration) {
        requireKnown(expiration, Set.of(DAYS, DATE, MARKER), Set.of());
        if (expiration.children().size() != 1) {
            throw malformed();
        }
        return expiration.first(MARKER).isPresent() ? null : when(expiration, 1);
    }

    private static boolean removesLoneMarkers(XmlElement expiration) {
        Optional<String> marker = expiration.textOf(MARKER).map(String::strip);
        return switch (marker.orElse("false")) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw malformed();
        };
    }

    private static Transition transition(XmlElement transition) {
        requireKnown(transition, Set.of(DAYS, DATE, CLASS), Set.of());
        return new Transition(when(transition, 0), target(transition));
    }

    private static When when(XmlElement action, int leastDays) {
        Optional<String> date = action.textOf(DATE);
        if (date.isPresent() == action.first(DAYS).isPresent()) {
            throw malformed();
        }
        return date.isPresent()
                ? new When.OnDate(midnight(date.get().strip()))
                : new When.AfterDays(days(action, DAYS, leastDays));
    }

    private static NoncurrentAge noncurrentAge(XmlElement action, int leastDays) {
        requireKnown(action, Set.of(NONCURRENT_DAYS, NEWER_VERSIONS, CLASS), Set.of());
        int newer = action.first(NEWER_VERSIONS).isPresent() ? days(action, NEWER_VERSIONS, 1) : 0;
        return new NoncurrentAge(days(action, NONCURRENT_DAYS, leastDays), newer);
    }

    private static int abortDays(XmlElement abort) {
        requireKnown(abort, Set.of(ABORT_DAYS), Set.of());
        return days(abort, ABORT_DAYS, 1);
    }

    private static StorageClass target(XmlElement transition) {
        String name = transition.textOf(CLASS).orElse("").strip();
        if (name.isEmpty() || name.length() > 64) {
            throw malformed();
        }
        return new StorageClass(name);
    }

    private static int days(XmlElement action, String name, int least) {
        String text = action.textOf(name).orElseThrow(LifecycleXml::malformed).strip();
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw malformed();
        }
        if (number < least) {
            String message = least == 0
                    ? "'%s' in %s action must be nonnegative"
                    : "'%s' for %s action must be a positive integer";
            throw invalidArgument(name, text, message.formatted(name, action.name()));
        }
        return number;
    }

    private static Instant midnight(String text) {
        Instant date;
        try {
            date = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException _) {
            throw malformed();
        }
        if (!date.equals(date.truncatedTo(ChronoUnit.DAYS))) {
            throw invalidArgument(DATE, text, "'Date' must be at midnight GMT");
        }
        return date;
    }

    private static void requireKnown(XmlElement element, Set<String> known, Set<String> repeated) {
        List<XmlElement> children = element.children();
        for (XmlElement child : children) {
            boolean tooMany = !repeated.contains(child.name())
                    && element.children(child.name()).size() > 1;
            if (!known.contains(child.name()) || tooMany) {
                throw malformed();
            }
        }
        if (children.isEmpty() && !element.text().isBlank()) {
            throw malformed();
        }
    }

    static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_XML);
    }

    static S3Exception invalidRequest(String message) {
        return new S3Exception(S3ErrorCode.INVALID_REQUEST, message);
    }

    static S3Exception invalidArgument(String name, String value, String message) {
        return new S3Exception(
                S3ErrorCode.INVALID_ARGUMENT, message, Map.of("ArgumentName", name, "ArgumentValue", value));
    }
}
