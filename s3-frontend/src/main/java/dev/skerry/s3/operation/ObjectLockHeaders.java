package dev.skerry.s3.operation;

import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers of object lock, on writes, on what they answer, and on deletes.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html">Object Lock
 *     considerations</a>
 */
final class ObjectLockHeaders {
    private static final String MODE = "x-amz-object-lock-mode";
    private static final String UNTIL = "x-amz-object-lock-retain-until-date";
    private static final String LEGAL_HOLD = "x-amz-object-lock-legal-hold";
    private static final String BYPASS = "x-amz-bypass-governance-retention";

    private ObjectLockHeaders() {}

    /**
     * The lock a write asks for, or null where it asks for none.
     *
     * @throws S3Exception with InvalidArgument where the headers are none
     */
    static @Nullable BlobLock of(S3Request request) {
        Retention retention = retention(request);
        LegalHold legalHold =
                request.header(LEGAL_HOLD).map(ObjectLockHeaders::legalHold).orElse(null);
        return retention == null && legalHold == null ? null : new BlobLock(retention, legalHold);
    }

    private static @Nullable Retention retention(S3Request request) {
        Optional<String> mode = request.header(MODE);
        Optional<String> until = request.header(UNTIL);
        if (mode.isEmpty() && until.isEmpty()) {
            return null;
        }
        if (mode.isEmpty() || until.isEmpty()) {
            throw new S3Exception(S3ErrorCode.INVALID_ARGUMENT, UNTIL + " and " + MODE + " must both be supplied");
        }
        RetentionMode named = ObjectLockDocuments.mode(mode.get())
                .orElseThrow(() -> Parameters.invalid(MODE, mode.get(), "Unknown wormMode directive."));
        Instant time = Times.parseIso(until.get())
                .orElseThrow(() -> Parameters.invalid(
                        UNTIL, until.get(), "The retain until date must be provided in ISO 8601 format"));
        return new Retention(named, time);
    }

    private static LegalHold legalHold(String text) {
        return ObjectLockDocuments.legalHold(text)
                .orElseThrow(() -> Parameters.invalid(LEGAL_HOLD, text, "Legal Hold must be either of 'ON' or 'OFF'"));
    }

    /** What the headers of a write would say of that retention; nothing where it is lifted. */
    static Map<String, String> of(@Nullable Retention retention) {
        return retention == null
                ? Map.of()
                : Map.of(MODE, retention.mode().name(), UNTIL, Times.iso(retention.until()));
    }

    /** What the headers of a write would say of that legal hold. */
    static Map<String, String> of(LegalHold legalHold) {
        return Map.of(LEGAL_HOLD, legalHold.name());
    }

    /** Adds what a read shows of an object's lock. */
    static void add(BlobMeta meta, Map<String, String> headers) {
        BlobLock lock = meta.attributes().lock();
        if (lock == null) {
            return;
        }
        Retention retention = lock.retention();
        if (retention != null) {
            headers.put(MODE, retention.mode().name());
            headers.put(UNTIL, Times.iso(retention.until()));
        }
        LegalHold legalHold = lock.legalHold();
        if (legalHold != null) {
            headers.put(LEGAL_HOLD, legalHold.name());
        }
    }

    /**
     * Whether a request sets retention of the mode GOVERNANCE aside for a key, or a version of it: it says so, and may.
     * Others may say so in vain.
     */
    static boolean bypassesGovernance(S3Request request, String key, @Nullable String versionId) {
        return request.header(BYPASS)
                        .filter(value -> value.equalsIgnoreCase("true"))
                        .isPresent()
                && request.access().mayBypassGovernance(key, versionId);
    }

    /** The same for the key, and the version, a request is addressed to. */
    static boolean bypassesGovernance(S3Request request) {
        return bypassesGovernance(
                request, request.key().orElse(""), request.query("versionId").orElse(null));
    }
}
