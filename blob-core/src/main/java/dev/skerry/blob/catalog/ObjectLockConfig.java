package dev.skerry.blob.catalog;

import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The object lock of a bucket. That a bucket has one means that its versions may be locked, and that its versioning
 * stays enabled for good. The bucket keeps it as text: {@code enabled}, or {@code enabled GOVERNANCE P30D}.
 *
 * @param defaultRetention of versions written without one of their own, or null for none
 */
public record ObjectLockConfig(@Nullable DefaultRetention defaultRetention) {
    /** Versions may be locked, and none is unless its writer says so. */
    public static final ObjectLockConfig WITHOUT_DEFAULT = new ObjectLockConfig(null);

    private static final String ENABLED = "enabled";

    /**
     * What a version gets that is written without retention.
     *
     * @param mode how strictly it is kept
     * @param period for how long, in days or in years
     */
    public record DefaultRetention(RetentionMode mode, Period period) {
        public DefaultRetention {
            boolean days = period.getDays() > 0 && period.getYears() == 0;
            boolean years = period.getYears() > 0 && period.getDays() == 0;
            if (!(days || years) || period.getMonths() != 0) {
                throw new IllegalArgumentException("retention: " + period + " (expected: days or years, at least one)");
            }
        }

        /** The retention of a version written at that time. */
        public Retention of(Instant writtenAt) {
            return new Retention(
                    mode, writtenAt.atOffset(ZoneOffset.UTC).plus(period).toInstant());
        }
    }

    /** The retention of a version that is written at that time without one of its own. */
    public Optional<Retention> retentionOf(Instant writtenAt) {
        return Optional.ofNullable(defaultRetention).map(retention -> retention.of(writtenAt));
    }

    /** As the bucket keeps it. */
    public String document() {
        return defaultRetention == null
                ? ENABLED
                : "%s %s %s".formatted(ENABLED, defaultRetention.mode(), defaultRetention.period());
    }

    /**
     * What a bucket kept.
     *
     * @throws StoreException with {@code Corrupt} where the text is none
     */
    static ObjectLockConfig parse(String document) {
        String[] words = document.split(" ", -1);
        try {
            if (words[0].equals(ENABLED) && words.length == 1) {
                return WITHOUT_DEFAULT;
            }
            if (words[0].equals(ENABLED) && words.length == 3) {
                RetentionMode mode = RetentionMode.valueOf(words[1]);
                return new ObjectLockConfig(new DefaultRetention(mode, Period.parse(words[2])));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new StoreException(new StoreFailure.Corrupt("object lock of a bucket: " + document), e);
        }
        throw new StoreException(new StoreFailure.Corrupt("object lock of a bucket: " + document));
    }
}
