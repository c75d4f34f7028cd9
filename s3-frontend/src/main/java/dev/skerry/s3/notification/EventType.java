package dev.skerry.s3.notification;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Everything S3 can tell of an object. Those that nothing here does can be asked for all the same, as in S3 before such
 * a thing happens for the first time.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html">
 *     Event notification types</a>
 */
public enum EventType {
    CREATED_PUT("ObjectCreated:Put"),
    CREATED_POST("ObjectCreated:Post"),
    CREATED_COPY("ObjectCreated:Copy"),
    CREATED_UPLOAD("ObjectCreated:CompleteMultipartUpload"),
    REMOVED_DELETE("ObjectRemoved:Delete"),
    REMOVED_MARKER("ObjectRemoved:DeleteMarkerCreated"),
    TAGGING_PUT("ObjectTagging:Put"),
    TAGGING_DELETE("ObjectTagging:Delete"),
    ACL_PUT("ObjectAcl:Put"),
    EXPIRATION_DELETE("LifecycleExpiration:Delete"),
    EXPIRATION_MARKER("LifecycleExpiration:DeleteMarkerCreated"),
    TRANSITION("LifecycleTransition"),
    RESTORE_POST("ObjectRestore:Post"),
    RESTORE_COMPLETED("ObjectRestore:Completed"),
    RESTORE_DELETE("ObjectRestore:Delete"),
    REPLICATION_FAILED("Replication:OperationFailedReplication"),
    REPLICATION_MISSED("Replication:OperationMissedThreshold"),
    REPLICATION_LATE("Replication:OperationReplicatedAfterThreshold"),
    REPLICATION_UNTRACKED("Replication:OperationNotTracked"),
    TIERING("IntelligentTiering"),
    REDUNDANCY_LOST("ReducedRedundancyLostObject");

    private static final String PREFIX = "s3:";
    private static final String ALL = ":*";

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    /** The name in an event. */
    public String wireName() {
        return wireName;
    }

    /** What a configuration asks for by that name, which may end in {@code :*}; empty where S3 has no such event. */
    static Optional<Set<EventType>> named(String name) {
        if (!name.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String wanted = name.substring(PREFIX.length());
        Set<EventType> found = EnumSet.noneOf(EventType.class);
        Arrays.stream(values()).filter(type -> type.matches(wanted)).forEach(found::add);
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private boolean matches(String wanted) {
        if (!wanted.endsWith(ALL)) {
            return wireName.equals(wanted);
        }
        // up to and with the colon
        return wireName.startsWith(wanted.substring(0, wanted.length() - 1));
    }
}
