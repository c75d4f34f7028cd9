package dev.skerry.s3.notification;

import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.notification.NotificationRule.Filter;
import dev.skerry.s3.notification.NotificationRule.Kind;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import dev.skerry.s3.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The notification configuration of a bucket as S3 writes it, and as the bucket keeps it: the same, and in each rule
 * the time since when it tells.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html">
 *     PutBucketNotificationConfiguration</a>
 */
public final class NotificationXml {
    /** The root element. */
    public static final String ROOT = "NotificationConfiguration";

    private static final String ID = "Id";
    private static final String EVENT = "Event";
    private static final String FILTER = "Filter";
    private static final String KEY = "S3Key";
    private static final String FILTER_RULE = "FilterRule";
    private static final String NAME = "Name";
    private static final String VALUE = "Value";
    private static final String PREFIX = "prefix";
    private static final String SUFFIX = "suffix";
    private static final String SINCE = "Since";
    private static final int MAX_RULES = 100;
    private static final int MAX_ID_CHARACTERS = 255;
    private static final int MAX_FILTER_BYTES = 1024;

    private NotificationXml() {}

    /**
     * The rules of a request.
     *
     * @throws S3Exception with MalformedXML, InvalidArgument or NotImplemented
     */
    public static List<NotificationRule> read(XmlElement root) {
        List<NotificationRule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (XmlElement element : root.children()) {
            if (element.name().equals("EventBridgeConfiguration")) {
                throw new S3Exception(
                        S3ErrorCode.NOT_IMPLEMENTED, "EventBridge is not there; name a target of this server instead.");
            }
            if (element.first(SINCE).isPresent()) {
                throw malformed();
            }
            NotificationRule rule = rule(element);
            if (!ids.add(rule.id())) {
                throw invalid("Same ID used for multiple configurations. IDs must be unique", ID, rule.id());
            }
            rules.add(rule);
        }
        if (rules.size() > MAX_RULES) {
            throw invalid(
                    "The number of notification configurations exceeds the limit of " + MAX_RULES,
                    ROOT,
                    Integer.toString(rules.size()));
        }
        refuseOverlaps(rules);
        return List.copyOf(rules);
    }

    private static NotificationRule rule(XmlElement element) {
        Kind kind = Kind.of(element.name()).orElseThrow(NotificationXml::malformed);
        for (XmlElement child : element.children()) {
            boolean once = child.name().equals(ID)
                    || child.name().equals(kind.target())
                    || child.name().equals(FILTER)
                    || child.name().equals(SINCE);
            boolean twice = element.children(child.name()).size() > 1;
            if (once ? twice : !child.name().equals(EVENT)) {
                throw malformed();
            }
        }
        String id = element.textOf(ID)
                .filter(text -> !text.isEmpty())
                .orElseGet(() -> UUID.randomUUID().toString());
        if (id.length() > MAX_ID_CHARACTERS) {
            throw invalid("ID cannot be longer than " + MAX_ID_CHARACTERS + " characters", ID, id);
        }
        String arn = element.textOf(kind.target()).orElseThrow(NotificationXml::malformed);
        TargetArn target = TargetArn.parse(arn)
                .orElseThrow(() -> invalid(
                        "The ARN could not be parsed (expected: arn:skerry:sqs::NAME:webhook)", kind.target(), arn));
        List<String> names =
                element.children(EVENT).stream().map(XmlElement::text).toList();
        return new NotificationRule(
                kind,
                id,
                target,
                names,
                events(names),
                filter(element, PREFIX),
                filter(element, SUFFIX),
                HlcTimestamp.ZERO);
    }

    private static Set<EventType> events(List<String> names) {
        Set<EventType> events = EnumSet.noneOf(EventType.class);
        for (String name : names) {
            events.addAll(EventType.named(name)
                    .orElseThrow(() -> invalid("The event is not supported for notifications", EVENT, name)));
        }
        if (events.isEmpty()) {
            throw malformed();
        }
        return events;
    }

    private static Filter filter(XmlElement element, String wanted) {
        Filter found = Filter.NONE;
        for (XmlElement filter : element.children(FILTER)) {
            for (XmlElement key : childrenOnly(filter, KEY)) {
                for (XmlElement rule : childrenOnly(key, FILTER_RULE)) {
                    String name = rule.textOf(NAME).orElseThrow(NotificationXml::malformed);
                    String value = rule.textOf(VALUE).orElseThrow(NotificationXml::malformed);
                    String word = name.toLowerCase(Locale.ROOT);
                    if (!word.equals(PREFIX) && !word.equals(SUFFIX)) {
                        throw invalid("filter rule name must be either prefix or suffix", FILTER_RULE, name);
                    }
                    if (value.getBytes(StandardCharsets.UTF_8).length > MAX_FILTER_BYTES) {
                        throw invalid(
                                "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
                                FILTER_RULE,
                                name);
                    }
                    if (word.equals(wanted)) {
                        if (found.given()) {
                            throw invalid(
                                    "Cannot specify more than one " + wanted + " rule in a filter.", FILTER_RULE, name);
                        }
                        found = new Filter(true, value);
                    }
                }
            }
        }
        return found;
    }

    private static List<XmlElement> childrenOnly(XmlElement parent, String name) {
        if (parent.children(name).size() != parent.children().size()) {
            throw malformed();
        }
        return parent.children();
    }

    private static void refuseOverlaps(List<NotificationRule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            for (NotificationRule other : rules.subList(0, i)) {
                NotificationRule rule = rules.get(i);
                if (rule.overlaps(other)) {
                    throw new S3Exception(
                            S3ErrorCode.INVALID_ARGUMENT,
                            rule.filters() || other.filters()
                                    ? "Configuration is ambiguously defined. Cannot have overlapping suffixes in two"
                                            + " rules if the prefixes are overlapping for the same event type."
                                    : "Configurations overlap. Configurations on the same bucket cannot share a"
                                            + " common event type.");
                }
            }
        }
    }

    /** The rules as S3 shows them. */
    public static XmlElement write(List<NotificationRule> rules) {
        XmlElement root = new XmlElement(ROOT);
        rules.forEach(rule -> write(root, rule));
        return root;
    }

    private static XmlElement write(XmlElement root, NotificationRule rule) {
        XmlElement element = root.child(rule.kind().element())
                .add(ID, rule.id())
                .add(rule.kind().target(), rule.target().text());
        rule.eventNames().forEach(name -> element.add(EVENT, name));
        if (rule.filters()) {
            XmlElement key = element.child(FILTER).child(KEY);
            write(key, "Prefix", rule.prefix());
            write(key, "Suffix", rule.suffix());
        }
        return element;
    }

    private static void write(XmlElement key, String name, Filter filter) {
        if (filter.given()) {
            key.child(FILTER_RULE).add(NAME, name).add(VALUE, filter.text());
        }
    }

    /**
     * The rules as a bucket keeps them.
     *
     * @param before what it kept, so that what is still to be told is told whatever else changes
     * @param now since when targets are told that it did not name before
     */
    public static String keep(List<NotificationRule> rules, List<NotificationRule> before, HlcTimestamp now) {
        XmlElement root = new XmlElement(ROOT);
        for (NotificationRule rule : rules) {
            HlcTimestamp since = before.stream()
                    .filter(other -> other.target().name().equals(rule.target().name()))
                    .map(NotificationRule::since)
                    .min(HlcTimestamp::compareTo)
                    .orElse(now);
            write(root, rule).add(SINCE, since.packed());
        }
        return XmlWriter.writeRoot(root, XmlWriter.S3_NAMESPACE);
    }

    /** What a bucket kept. */
    public static List<NotificationRule> ofKept(String document) {
        XmlElement root = XmlReader.parse(document.getBytes(StandardCharsets.UTF_8), XmlLimits.DEFAULT);
        return root.children().stream()
                .map(element -> rule(element)
                        .since(HlcTimestamp.ofPacked(
                                Long.parseLong(element.textOf(SINCE).orElse("0")))))
                .toList();
    }

    private static S3Exception invalid(String message, String argument, String value) {
        return new S3Exception(
                S3ErrorCode.INVALID_ARGUMENT, message, Map.of("ArgumentName", argument, "ArgumentValue", value));
    }

    private static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_XML);
    }
}
