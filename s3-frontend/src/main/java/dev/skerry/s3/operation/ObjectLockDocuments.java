package dev.skerry.s3.operation;

import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.catalog.ObjectLockConfig;
import dev.skerry.blob.catalog.ObjectLockConfig.DefaultRetention;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import java.time.Instant;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The documents of object lock, read and written. Reading throws {@link S3Exception} with MalformedXML. */
final class ObjectLockDocuments {
    /** Of a bucket's configuration. */
    static final String CONFIGURATION = "ObjectLockConfiguration";

    /** Of an object's retention. */
    static final String RETENTION = "Retention";

    /** Of an object's legal hold. */
    static final String LEGAL_HOLD = "LegalHold";

    private static final String ENABLED_ELEMENT = "ObjectLockEnabled";
    private static final String ENABLED = "Enabled";
    private static final String MODE = "Mode";
    private static final String UNTIL = "RetainUntilDate";
    private static final String STATUS = "Status";
    private static final int MAX_DAYS = 36_500;
    private static final int MAX_YEARS = 100;

    private ObjectLockDocuments() {}

    /**
     * A bucket's configuration.
     *
     * @throws S3Exception with MalformedXML, or InvalidRetentionPeriod where the default is for no days or too many
     */
    static ObjectLockConfig configuration(XmlElement document) {
        if (!Documents.required(document, ENABLED_ELEMENT).strip().equals(ENABLED)) {
            throw malformed();
        }
        Optional<XmlElement> rule = document.first("Rule");
        if (rule.isEmpty()) {
            return ObjectLockConfig.WITHOUT_DEFAULT;
        }
        XmlElement retention = rule.get().first("DefaultRetention").orElseThrow(ObjectLockDocuments::malformed);
        RetentionMode mode =
                mode(Documents.required(retention, MODE).strip()).orElseThrow(ObjectLockDocuments::malformed);
        Optional<String> days = retention.textOf("Days");
        Optional<String> years = retention.textOf("Years");
        if (days.isPresent() == years.isPresent()) {
            throw malformed();
        }
        Period period = days.isPresent()
                ? period(days.get(), MAX_DAYS, Period::ofDays)
                : period(years.orElseThrow(), MAX_YEARS, Period::ofYears);
        return new ObjectLockConfig(new DefaultRetention(mode, period));
    }

    private static Period period(String text, int maximum, IntFunction<Period> unit) {
        int number;
        try {
            number = Integer.parseInt(text.strip());
        } catch (NumberFormatException _) {
            throw malformed();
        }
        if (number < 1) {
            throw new S3Exception(S3ErrorCode.INVALID_RETENTION_PERIOD);
        }
        if (number > maximum) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_RETENTION_PERIOD,
                    "Default retention period: " + number + " (expected: " + maximum + " or less)");
        }
        return unit.apply(number);
    }

    /** A bucket's configuration as S3 shows it. */
    static XmlElement document(ObjectLockConfig configuration) {
        XmlElement document = new XmlElement(CONFIGURATION).add(ENABLED_ELEMENT, ENABLED);
        DefaultRetention retention = configuration.defaultRetention();
        if (retention != null) {
            XmlElement element = document.child("Rule").child("DefaultRetention");
            element.add(MODE, retention.mode().name());
            long days = retention.period().get(ChronoUnit.DAYS);
            long years = retention.period().get(ChronoUnit.YEARS);
            if (years > 0) {
                element.add("Years", years);
            } else {
                element.add("Days", days);
            }
        }
        return document;
    }

    /** An object's retention; null where the document is empty, which lifts it. */
    static @Nullable Retention retention(XmlElement document) {
        if (document.first(MODE).isEmpty() && document.first(UNTIL).isEmpty()) {
            return null;
        }
        RetentionMode mode =
                mode(Documents.required(document, MODE).strip()).orElseThrow(ObjectLockDocuments::malformed);
        Instant until =
                Times.parseIso(Documents.required(document, UNTIL).strip()).orElseThrow(ObjectLockDocuments::malformed);
        return new Retention(mode, until);
    }

    /** An object's retention as S3 shows it. */
    static XmlElement document(Retention retention) {
        return new XmlElement(RETENTION).add(MODE, retention.mode().name()).add(UNTIL, Times.iso(retention.until()));
    }

    /** An object's legal hold. */
    static LegalHold legalHold(XmlElement document) {
        return legalHold(Documents.required(document, STATUS).strip()).orElseThrow(ObjectLockDocuments::malformed);
    }

    /** An object's legal hold as S3 shows it. */
    static XmlElement document(LegalHold legalHold) {
        return new XmlElement(LEGAL_HOLD).add(STATUS, legalHold.name());
    }

    /** The mode of that name; S3 wants it in capitals. */
    static Optional<RetentionMode> mode(String text) {
        return switch (text) {
            case "GOVERNANCE" -> Optional.of(RetentionMode.GOVERNANCE);
            case "COMPLIANCE" -> Optional.of(RetentionMode.COMPLIANCE);
            default -> Optional.empty();
        };
    }

    /** The legal hold of that name; S3 wants it in capitals. */
    static Optional<LegalHold> legalHold(String text) {
        return switch (text) {
            case "ON" -> Optional.of(LegalHold.ON);
            case "OFF" -> Optional.of(LegalHold.OFF);
            default -> Optional.empty();
        };
    }

    private static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_XML);
    }
}
