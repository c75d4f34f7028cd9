package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.lifecycle.JudgedVersion;
import dev.skerry.blob.lifecycle.LifecycleCalendar;
import dev.skerry.blob.lifecycle.LifecycleJudge;
import dev.skerry.blob.lifecycle.LifecycleReader;
import dev.skerry.blob.lifecycle.StorageClasses;
import dev.skerry.http.HttpDates;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What answers say of lifecycle: when an object expires, when an upload is aborted, and by which rule. Days are those
 * of the calendar, however long they are to the worker.
 */
final class Expirations {
    private static final String EXPIRATION = "x-amz-expiration";
    private static final String ABORT_DATE = "x-amz-abort-date";
    private static final String ABORT_RULE = "x-amz-abort-rule-id";

    /** HTTP writes years of four digits. */
    private static final Instant LAST_DATE = Instant.parse("9999-12-31T00:00:00Z");

    private final LifecycleReader reader;
    private final StorageClasses classes;

    Expirations(LifecycleReader reader, StorageClasses classes) {
        this.reader = reader;
        this.classes = classes;
    }

    /** Says when the object expires, if it is the current version and a rule says so. */
    void add(Bucket bucket, BlobMeta meta, Map<String, String> headers) {
        if (!meta.latest()) {
            return;
        }
        judge(bucket)
                .flatMap(judge -> judge.expiration(
                        JudgedVersion.current(meta), () -> meta.attributes().tags()))
                .filter(verdict -> !verdict.dueAt().isAfter(LAST_DATE))
                .ifPresent(verdict -> headers.put(
                        EXPIRATION,
                        "expiry-date=\"%s\", rule-id=\"%s\""
                                .formatted(HttpDates.format(verdict.dueAt()), UrlEncoding.encode(verdict.ruleId()))));
    }

    /** Says when the upload is aborted, if a rule says so. */
    void add(Bucket bucket, Upload upload, Map<String, String> headers) {
        judge(bucket)
                .flatMap(judge -> judge.abortion(upload.path().key(), upload.initiatedAt()))
                .filter(verdict -> !verdict.dueAt().isAfter(LAST_DATE))
                .ifPresent(verdict -> {
                    headers.put(ABORT_DATE, HttpDates.format(verdict.dueAt()));
                    headers.put(ABORT_RULE, UrlEncoding.encode(verdict.ruleId()));
                });
    }

    /** Nothing is read of the buckets that have no rules, which is most. */
    private Optional<LifecycleJudge> judge(Bucket bucket) {
        if (!bucket.configuration().containsKey(ConfigurationKind.LIFECYCLE)) {
            return Optional.empty();
        }
        return reader.of(bucket)
                .map(rules -> new LifecycleJudge(rules, LifecycleCalendar.REAL, classes, bucket.versioning()));
    }
}
