package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.notification.NotificationRule;
import dev.skerry.s3.notification.NotificationXml;
import dev.skerry.s3.notification.Notifier;
import dev.skerry.s3.notification.TargetArn;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * GetBucketNotificationConfiguration, PutBucketNotificationConfiguration. A configuration is taken once each target
 * that it names has taken S3's test event, unless the client waives that.
 */
final class BucketNotification {
    private static final int MAX_DOCUMENT_BYTES = 1024 * 1024;

    private final Buckets buckets;
    private final Named named;
    private final Notifier notifier;

    BucketNotification(Buckets buckets, Named named, Notifier notifier) {
        this.buckets = buckets;
        this.named = named;
        this.notifier = notifier;
    }

    /** GetBucketNotificationConfiguration: an empty document where there is none. */
    S3Response get(S3Request request) {
        return S3Response.ok(NotificationXml.write(kept(named.bucket(request))));
    }

    /** PutBucketNotificationConfiguration; an empty one ends all notifications. */
    S3Response put(S3Request request) {
        Bucket bucket = named.bucket(request);
        XmlElement document = Documents.read(request, NotificationXml.ROOT, MAX_DOCUMENT_BYTES);
        List<NotificationRule> rules = NotificationXml.read(document);
        boolean waived = request.header("x-amz-skip-destination-validation")
                .filter(Boolean::parseBoolean)
                .isPresent();
        Map<String, TargetArn> targets = rules.stream()
                .map(NotificationRule::target)
                .collect(Collectors.toMap(TargetArn::name, Function.identity(), (first, _) -> first));
        targets.values().forEach(this::requireKnown);
        if (!waived) {
            targets.values().forEach(target -> requireTaken(target, bucket, request));
        }
        buckets.configure(
                bucket.name(),
                ConfigurationKind.NOTIFICATION,
                rules.isEmpty() ? null : NotificationXml.keep(rules, kept(bucket), notifier.now()));
        return S3Response.ok();
    }

    private static List<NotificationRule> kept(Bucket bucket) {
        String document = bucket.configuration().get(ConfigurationKind.NOTIFICATION);
        return document == null ? List.of() : NotificationXml.ofKept(document);
    }

    private void requireKnown(TargetArn target) {
        if (!notifier.knows(target.name())) {
            throw refused(target, "The destination does not exist");
        }
    }

    private void requireTaken(TargetArn target, Bucket bucket, S3Request request) {
        notifier.test(target.name(), bucket.name(), request.requestId()).ifPresent(reason -> {
            throw refused(target, "The destination did not take the test event: " + reason);
        });
    }

    private static S3Exception refused(TargetArn target, String reason) {
        return new S3Exception(
                S3ErrorCode.INVALID_ARGUMENT,
                "Unable to validate the following destination configurations",
                Map.of("ArgumentName", target.text(), "ArgumentValue", reason));
    }
}
