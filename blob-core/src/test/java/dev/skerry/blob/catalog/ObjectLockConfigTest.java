package dev.skerry.blob.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.catalog.ObjectLockConfig.DefaultRetention;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.time.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectLockConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"enabled", "enabled GOVERNANCE P30D", "enabled COMPLIANCE P7Y"})
    void whatABucketKeptIsReadAsItWas(String document) {
        assertThat(ObjectLockConfig.parse(document).document()).isEqualTo(document);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "disabled",
                "enabled ",
                "enabled GOVERNANCE",
                "enabled governance P1D",
                "enabled GOVERNANCE 1",
                "enabled GOVERNANCE P0D",
                "enabled GOVERNANCE P1M",
                "enabled GOVERNANCE P1D more"
            })
    void whatIsNoneIsDamage(String document) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> ObjectLockConfig.parse(document))
                .satisfies(e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Corrupt.class));
    }

    @ParameterizedTest
    @CsvSource({
        "P1D, 2026-01-02T03:04:05.678Z, 2026-01-03T03:04:05.678Z",
        "P365D, 2027-02-28T00:00:00Z, 2028-02-28T00:00:00Z",
        "P1Y, 2028-02-29T12:00:00Z, 2029-02-28T12:00:00Z"
    })
    void theDefaultCountsFromTheWrite(String period, Instant written, Instant until) {
        DefaultRetention retention = new DefaultRetention(RetentionMode.COMPLIANCE, Period.parse(period));
        assertThat(new ObjectLockConfig(retention).retentionOf(written))
                .contains(new Retention(RetentionMode.COMPLIANCE, until));
        assertThat(ObjectLockConfig.WITHOUT_DEFAULT.retentionOf(written)).isEmpty();
    }

    @Test
    void aDefaultIsOfDaysOrOfYears() {
        for (Period period : new Period[] {Period.ZERO, Period.ofDays(-1), Period.of(1, 0, 1), Period.ofMonths(1)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new DefaultRetention(RetentionMode.GOVERNANCE, period));
        }
    }
}
