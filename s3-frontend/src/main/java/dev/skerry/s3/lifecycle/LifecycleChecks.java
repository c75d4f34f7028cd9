package dev.skerry.s3.lifecycle;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.lifecycle.LifecycleConfiguration;
import dev.skerry.blob.lifecycle.LifecycleFilter;
import dev.skerry.blob.lifecycle.LifecycleRule;
import dev.skerry.blob.lifecycle.StorageClasses;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.xml.XmlElement;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a lifecycle configuration must be before a bucket keeps it, with the codes and texts of AWS. Ceph takes rules of
 * both forms side by side, filters that AWS wants put below {@code And}, and transitions of every kind.
 */
public final class LifecycleChecks {
    private static final int MAX_RULES = 1000;
    private static final int MAX_ID_CHARACTERS = 255;
    private static final int MAX_TAG_KEY_CHARACTERS = 128;
    private static final int MAX_TAG_VALUE_CHARACTERS = 256;
    private static final long MAX_SIZE_BYTES = 1_099_511_627_776_000L;

    private LifecycleChecks() {}

    /**
     * Checks a configuration.
     *
     * @param document from which it was read
     * @throws dev.skerry.s3.error.S3Exception with MalformedXML, InvalidArgument or InvalidRequest
     */
    public static void require(
            XmlElement document,
            LifecycleConfiguration configuration,
            StorageClasses classes,
            Compatibility compatibility) {
        requireCountAndIds(configuration.rules());
        List<XmlElement> elements = document.children(LifecycleXml.RULE);
        boolean filters = elements.getFirst().first(LifecycleXml.FILTER).isPresent();
        for (int i = 0; i < elements.size(); i++) {
            XmlElement element = elements.get(i);
            LifecycleRule rule = configuration.rules().get(i);
            if (compatibility.forgivesLifecycleForms()) {
                requireScope(element);
            } else {
                requireForm(element, filters);
            }
            requireActions(element, rule);
            TransitionChecks.require(rule, classes, compatibility);
        }
        if (!filters && !compatibility.forgivesLifecycleForms()) {
            requireApart(elements, configuration.rules());
        }
    }

    private static void requireCountAndIds(List<LifecycleRule> rules) {
        if (rules.isEmpty()) {
            throw LifecycleXml.invalidRequest("At least one lifecycle rule must be specified.");
        }
        if (rules.size() > MAX_RULES) {
            throw LifecycleXml.invalidRequest(
                    "The number of lifecycle rules must not exceed the allowed limit of " + MAX_RULES + " rules.");
        }
        Set<String> ids = new HashSet<>();
        for (LifecycleRule rule : rules) {
            if (rule.id().length() > MAX_ID_CHARACTERS) {
                throw LifecycleXml.invalidArgument(
                        LifecycleXml.ID,
                        rule.id(),
                        "ID length should not exceed allowed limit of " + MAX_ID_CHARACTERS);
            }
            if (!rule.id().isEmpty() && !ids.add(rule.id())) {
                throw LifecycleXml.invalidArgument(
                        LifecycleXml.ID, rule.id(), "Rule ID must be unique. Found same ID for more than one rule");
            }
        }
    }

    private static void requireScope(XmlElement rule) {
        if (rule.first(LifecycleXml.PREFIX).isEmpty()
                && rule.first(LifecycleXml.FILTER).isEmpty()) {
            throw LifecycleXml.malformed();
        }
    }

    /** The first rule decides whether it is the form with filters or the older one with prefixes. */
    private static void requireForm(XmlElement rule, boolean filters) {
        requireScope(rule);
        if (filters && rule.first(LifecycleXml.PREFIX).isPresent()) {
            throw LifecycleXml.invalidRequest("Base level prefix cannot be used in Lifecycle V2, prefixes are only"
                    + " supported in the Filter.");
        }
        if (!filters && rule.first(LifecycleXml.FILTER).isPresent()) {
            throw LifecycleXml.invalidRequest("Filter element can only be used in Lifecycle V2.");
        }
        if (!filters && countsVersions(rule)) {
            throw LifecycleXml.invalidRequest("NewerNoncurrentVersions element can only be used in Lifecycle V2.");
        }
        rule.first(LifecycleXml.FILTER).ifPresent(LifecycleChecks::requireOnePredicate);
    }

    private static boolean countsVersions(XmlElement rule) {
        return rule.children().stream()
                .anyMatch(action -> action.first(LifecycleXml.NEWER_VERSIONS).isPresent());
    }

    private static void requireOnePredicate(XmlElement filter) {
        boolean few = filter.first(LifecycleXml.AND)
                .filter(and -> and.children().size() < 2)
                .isPresent();
        if (filter.children().size() > 1 || few) {
            throw LifecycleXml.malformed();
        }
    }

    private static void requireActions(XmlElement element, LifecycleRule rule) {
        boolean none = element.first(LifecycleXml.EXPIRATION).isEmpty()
                && rule.transitions().isEmpty()
                && rule.noncurrentExpiration() == null
                && rule.noncurrentTransitions().isEmpty()
                && rule.abortAfterDays() == null;
        if (none) {
            throw LifecycleXml.invalidRequest("At least one action needs to be specified in a rule");
        }
        boolean marker = element.first(LifecycleXml.EXPIRATION)
                .flatMap(expiration -> expiration.first(LifecycleXml.MARKER))
                .isPresent();
        if (marker) {
            requireUnfiltered(rule.filter(), LifecycleXml.MARKER);
        }
        if (rule.abortAfterDays() != null) {
            requireUnfiltered(rule.filter(), LifecycleXml.ABORT);
        }
        Long above = rule.filter().sizeAboveBytes();
        Long below = rule.filter().sizeBelowBytes();
        if (above != null && below != null && below <= above) {
            throw LifecycleXml.invalidRequest(
                    "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
        }
    }

    private static void requireUnfiltered(LifecycleFilter filter, String action) {
        if (filter.byTags()) {
            throw LifecycleXml.invalidRequest(action + " cannot be specified with Tags.");
        }
        if (filter.bySize()) {
            throw LifecycleXml.invalidRequest(action + " cannot be specified with Object Size.");
        }
    }

    /** Of the older form, no two rules of one action may be about the same keys. */
    private static void requireApart(List<XmlElement> elements, List<LifecycleRule> rules) {
        for (int i = 0; i < elements.size(); i++) {
            String prefix = rules.get(i).filter().prefix();
            for (int j = 0; j < i; j++) {
                String other = rules.get(j).filter().prefix();
                if (prefix.startsWith(other) || other.startsWith(prefix)) {
                    requireOtherActions(elements.get(i), elements.get(j));
                }
            }
        }
    }

    private static void requireOtherActions(XmlElement one, XmlElement other) {
        for (String action : List.of(
                LifecycleXml.EXPIRATION,
                LifecycleXml.TRANSITION,
                LifecycleXml.NONCURRENT_EXPIRATION,
                LifecycleXml.NONCURRENT_TRANSITION,
                LifecycleXml.ABORT)) {
            if (one.first(action).isPresent() && other.first(action).isPresent()) {
                throw LifecycleXml.invalidRequest("Found overlapping prefixes for same action type '" + action + "'");
            }
        }
    }

    /** A size of a filter. */
    static long size(String name, String text, long least) {
        long size;
        try {
            size = Long.parseLong(text.strip());
        } catch (NumberFormatException _) {
            throw LifecycleXml.malformed();
        }
        if (size < least || size > MAX_SIZE_BYTES) {
            throw LifecycleXml.invalidRequest(
                    "'" + name + "' should be between " + least + " and " + MAX_SIZE_BYTES + ".");
        }
        return size;
    }

    static void requirePrefix(String prefix) {
        if (prefix.getBytes(StandardCharsets.UTF_8).length > BlobPath.MAX_KEY_BYTES) {
            throw LifecycleXml.invalidRequest("The maximum size of a prefix is " + BlobPath.MAX_KEY_BYTES + ".");
        }
    }

    static void requireTag(String name, String value) {
        if (name.isEmpty() || name.codePointCount(0, name.length()) > MAX_TAG_KEY_CHARACTERS) {
            throw LifecycleXml.invalidRequest(
                    "A Tag's Key must be a length between 1 and " + MAX_TAG_KEY_CHARACTERS + ".");
        }
        if (value.codePointCount(0, value.length()) > MAX_TAG_VALUE_CHARACTERS) {
            throw LifecycleXml.invalidRequest(
                    "A Tag's Value must be a length between 0 and " + MAX_TAG_VALUE_CHARACTERS + ".");
        }
    }

    /** A filter as AWS names it in its refusals. */
    static String described(LifecycleFilter filter) {
        StringBuilder text = new StringBuilder("(prefix=").append(filter.prefix());
        filter.tags()
                .forEach((name, value) -> text.append(" and tag={key=")
                        .append(name)
                        .append(", value=")
                        .append(value)
                        .append('}'));
        if (filter.sizeAboveBytes() != null) {
            text.append(" and objectsizegreaterthan=").append(filter.sizeAboveBytes());
        }
        if (filter.sizeBelowBytes() != null) {
            text.append(" and objectsizelessthan=").append(filter.sizeBelowBytes());
        }
        return text.append(')').toString();
    }

    /** Whether a class is one that rules may move to, and how it is refused where not. */
    static void requireTarget(StorageClass target, StorageClasses classes, Compatibility compatibility) {
        boolean warmest = !classes.bothWays() && classes.rank(target) == 0;
        if (classes.knows(target) && !warmest) {
            return;
        }
        if (compatibility.forgivesLifecycleForms() || classes.knows(target)) {
            throw LifecycleXml.invalidArgument(
                    LifecycleXml.CLASS, target.s3Name(), "Invalid target Storage class for Transition action");
        }
        throw LifecycleXml.malformed();
    }
}
