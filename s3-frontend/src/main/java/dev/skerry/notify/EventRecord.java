package dev.skerry.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.s3.notification.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The documents that targets get. What the log does not know, who asked and from where, is the empty text.
 *
 * @param region shown as the bucket's where it has none of its own
 * @param hostId which node tells
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Event
 *     message structure</a>
 */
record EventRecord(String region, String hostId) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** What S3 keeps as it is in a key. */
    private static final String UNRESERVED = "-_.*/";

    /**
     * What is told of an object.
     *
     * @param sequence grows with each event of a key, in the order in which they took place
     * @param sizeBytes null where the event has none
     * @param etag null where the event has none
     * @param versionId null where the bucket has no versions
     * @param movedTo null where the event is no transition
     */
    record Subject(
            BlobPath path,
            Instant at,
            long sequence,
            @Nullable Long sizeBytes,
            @Nullable String etag,
            @Nullable String versionId,
            @Nullable StorageClass movedTo) {}

    /** One event, in the form S3 posts it. */
    byte[] document(EventType type, String ruleId, Bucket bucket, Subject subject) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode event = root.putArray("Records").addObject();
        event.put("eventVersion", version(type));
        event.put("eventSource", "aws:s3");
        event.put("awsRegion", bucket.region().isEmpty() ? region : bucket.region());
        event.put("eventTime", TIME.format(subject.at()));
        event.put("eventName", type.wireName());
        event.putObject("userIdentity").put("principalId", actor(type));
        event.putObject("requestParameters").put("sourceIPAddress", actor(type));
        event.putObject("responseElements").put("x-amz-request-id", "").put("x-amz-id-2", hostId);
        ObjectNode s3 = event.putObject("s3").put("s3SchemaVersion", "1.0").put("configurationId", ruleId);
        ObjectNode inBucket = s3.putObject("bucket").put("name", bucket.name());
        inBucket.putObject("ownerIdentity").put("principalId", bucket.ownerId());
        inBucket.put("arn", "arn:aws:s3:::" + bucket.name());
        ObjectNode object =
                s3.putObject("object").put("key", encode(subject.path().keyBytes()));
        if (subject.sizeBytes() != null) {
            object.put("size", subject.sizeBytes());
        }
        if (subject.etag() != null) {
            object.put("eTag", subject.etag());
        }
        if (subject.versionId() != null) {
            object.put("versionId", subject.versionId());
        }
        object.put("sequencer", "%016X".formatted(subject.sequence()));
        if (subject.movedTo() != null) {
            event.putObject("lifecycleEventData")
                    .putObject("transitionEventData")
                    .put("destinationStorageClass", subject.movedTo().s3Name());
        }
        return bytes(root);
    }

    /** Lifecycle rules are followed by S3 itself; who made a request is not in the log. */
    private static String actor(EventType type) {
        return switch (type) {
            case EXPIRATION_DELETE, EXPIRATION_MARKER, TRANSITION -> "s3.amazonaws.com";
            default -> "";
        };
    }

    /** What S3 posts when a target is named for the first time. */
    byte[] test(String bucket, String requestId, Instant at) {
        return bytes(JSON.createObjectNode()
                .put("Service", "Amazon S3")
                .put("Event", "s3:TestEvent")
                .put("Time", TIME.format(at))
                .put("Bucket", bucket)
                .put("RequestId", requestId)
                .put("HostId", hostId));
    }

    private static String version(EventType type) {
        return switch (type) {
            case CREATED_PUT,
                    CREATED_POST,
                    CREATED_COPY,
                    CREATED_UPLOAD,
                    REMOVED_DELETE,
                    REMOVED_MARKER,
                    RESTORE_POST,
                    RESTORE_COMPLETED,
                    REDUNDANCY_LOST -> "2.1";
            case REPLICATION_FAILED, REPLICATION_MISSED, REPLICATION_LATE, REPLICATION_UNTRACKED -> "2.2";
            case TAGGING_PUT,
                    TAGGING_DELETE,
                    ACL_PUT,
                    EXPIRATION_DELETE,
                    EXPIRATION_MARKER,
                    TRANSITION,
                    RESTORE_DELETE,
                    TIERING -> "2.3";
        };
    }

    /** As a form writes it, but for slashes. */
    private static String encode(byte[] key) {
        StringBuilder text = new StringBuilder(key.length);
        for (byte b : key) {
            char c = (char) (b & 0xFF);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || UNRESERVED.indexOf(c) >= 0;
            if (plain) {
                text.append(c);
            } else if (c == ' ') {
                text.append('+');
            } else {
                text.append("%%%02X".formatted((int) c));
            }
        }
        return text.toString();
    }

    private static byte[] bytes(ObjectNode document) {
        try {
            return JSON.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of plain values can be written", impossible);
        }
    }
}
