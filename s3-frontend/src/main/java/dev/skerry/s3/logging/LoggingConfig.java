package dev.skerry.s3.logging;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a bucket's requests are logged.
 *
 * @param targetBucket whose objects the logs are
 * @param prefix what their keys begin with
 * @param format of their keys
 * @param grants as S3 writes them; whom they are readable to besides their owner
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html">PutBucketLogging</a>
 */
public record LoggingConfig(String targetBucket, String prefix, KeyFormat format, List<XmlElement> grants) {
    /** The root element. */
    public static final String ROOT = "BucketLoggingStatus";

    private static final String ENABLED = "LoggingEnabled";
    private static final String BUCKET = "TargetBucket";
    private static final String PREFIX = "TargetPrefix";
    private static final String GRANTS = "TargetGrants";
    private static final String FORMAT = "TargetObjectKeyFormat";
    private static final String SIMPLE = "SimplePrefix";
    private static final String PARTITIONED = "PartitionedPrefix";
    private static final String DATE_SOURCE = "PartitionDateSource";
    private static final int MAX_PREFIX_BYTES = 512;
    private static final Set<String> PERMISSIONS = Set.of("FULL_CONTROL", "READ", "WRITE");

    /** How the keys of logs are made. */
    public enum KeyFormat {
        /** The prefix, when it was written, and something of its own. */
        SIMPLE,
        /** Below account, region, bucket and day, by when it was written. */
        BY_DELIVERY,
        /** The same by when the requests were. */
        BY_EVENT
    }

    public LoggingConfig {
        grants = List.copyOf(grants);
    }

    /**
     * What a document says; empty where it ends logging.
     *
     * @throws S3Exception with MalformedXML
     */
    public static Optional<LoggingConfig> read(XmlElement root) {
        requireKnown(root, Set.of(ENABLED));
        Optional<XmlElement> enabled = root.first(ENABLED);
        enabled.ifPresent(element -> requireKnown(element, Set.of(BUCKET, PREFIX, GRANTS, FORMAT)));
        return enabled.map(LoggingConfig::enabled);
    }

    private static LoggingConfig enabled(XmlElement enabled) {
        String bucket = enabled.textOf(BUCKET).filter(text -> !text.isEmpty()).orElseThrow(LoggingConfig::malformed);
        String prefix = enabled.textOf(PREFIX).orElseThrow(LoggingConfig::malformed);
        if (prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_ARGUMENT, "TargetPrefix is longer than " + MAX_PREFIX_BYTES + " bytes");
        }
        List<XmlElement> grants =
                enabled.first(GRANTS).map(XmlElement::children).orElse(List.of());
        for (XmlElement grant : grants) {
            boolean known = grant.name().equals("Grant")
                    && grant.first("Grantee").isPresent()
                    && PERMISSIONS.contains(grant.textOf("Permission").orElse(""));
            if (!known) {
                throw malformed();
            }
        }
        return new LoggingConfig(
                bucket, prefix, enabled.first(FORMAT).map(LoggingConfig::format).orElse(KeyFormat.SIMPLE), grants);
    }

    private static KeyFormat format(XmlElement format) {
        requireKnown(format, Set.of(SIMPLE, PARTITIONED));
        if (format.children().size() != 1) {
            throw malformed();
        }
        if (format.first(SIMPLE).isPresent()) {
            return KeyFormat.SIMPLE;
        }
        return switch (format.first(PARTITIONED)
                .flatMap(partitioned -> partitioned.textOf(DATE_SOURCE))
                .orElse("DeliveryTime")) {
            case "DeliveryTime" -> KeyFormat.BY_DELIVERY;
            case "EventTime" -> KeyFormat.BY_EVENT;
            default -> throw malformed();
        };
    }

    /** What a bucket kept. */
    static LoggingConfig ofKept(String document) {
        return read(XmlReader.parse(document.getBytes(StandardCharsets.UTF_8), XmlLimits.DEFAULT))
                .orElseThrow(LoggingConfig::malformed);
    }

    private static void requireKnown(XmlElement parent, Set<String> names) {
        for (XmlElement child : parent.children()) {
            if (!names.contains(child.name()) || parent.children(child.name()).size() > 1) {
                throw malformed();
            }
        }
    }

    private static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_XML);
    }
}
