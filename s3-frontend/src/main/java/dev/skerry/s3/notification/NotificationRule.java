package dev.skerry.s3.notification;

import dev.skerry.blob.clock.HlcTimestamp;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One rule of a bucket: which events go to which target.
 *
 * @param kind the element it is written as, which makes no other difference
 * @param id its name
 * @param target what it names
 * @param eventNames as they were written
 * @param events what those mean
 * @param prefix that keys begin with
 * @param suffix that keys end with
 * @param since when the bucket began to name this target; what happened before is not told
 */
public record NotificationRule(
        Kind kind,
        String id,
        TargetArn target,
        List<String> eventNames,
        Set<EventType> events,
        Filter prefix,
        Filter suffix,
        HlcTimestamp since) {
    public NotificationRule {
        eventNames = List.copyOf(eventNames);
        events = Collections.unmodifiableSet(EnumSet.copyOf(events));
    }

    /** How a rule is written. */
    public enum Kind {
        TOPIC("TopicConfiguration", "Topic"),
        QUEUE("QueueConfiguration", "Queue"),
        FUNCTION("CloudFunctionConfiguration", "CloudFunction");

        private final String element;
        private final String target;

        Kind(String element, String target) {
            this.element = element;
            this.target = target;
        }

        /** The rule's element. */
        String element() {
            return element;
        }

        /** The element within that names the target. */
        String target() {
            return target;
        }

        static Optional<Kind> of(String element) {
            return Arrays.stream(values())
                    .filter(kind -> kind.element.equals(element))
                    .findFirst();
        }
    }

    /**
     * A bound on keys.
     *
     * @param given whether the rule says it, be it as the empty text
     */
    public record Filter(boolean given, String text) {
        static final Filter NONE = new Filter(false, "");
    }

    /** The same, but told from that time on. */
    NotificationRule since(HlcTimestamp time) {
        return new NotificationRule(kind, id, target, eventNames, events, prefix, suffix, time);
    }

    /** Whether it tells such an event of that key. */
    public boolean tells(EventType type, String key) {
        return events.contains(type) && key.startsWith(prefix.text) && key.endsWith(suffix.text);
    }

    /** Whether both could tell the same event. */
    boolean overlaps(NotificationRule other) {
        return events.stream().anyMatch(other.events::contains)
                && (prefix.text.startsWith(other.prefix.text) || other.prefix.text.startsWith(prefix.text))
                && (suffix.text.endsWith(other.suffix.text) || other.suffix.text.endsWith(suffix.text));
    }

    /** Whether it bounds keys. */
    boolean filters() {
        return prefix.given || suffix.given;
    }
}
