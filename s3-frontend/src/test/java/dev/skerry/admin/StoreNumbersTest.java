package dev.skerry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStore.Statistics;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreNumbersTest {
    private Instant now = Instant.EPOCH;
    private Duration timeOfCounting = Duration.ZERO;
    private long counted;
    private final StoreNumbers numbers = new StoreNumbers(counting(), () -> now);

    /** A store of one slot that can do nothing but count: each time one blob more. */
    private MetadataStore counting() {
        return (MetadataStore) Proxy.newProxyInstance(
                MetadataStore.class.getClassLoader(),
                new Class<?>[] {MetadataStore.class},
                (_, method, _) -> switch (method.getName()) {
                    case "slots" -> List.of(new SlotId(0));
                    case "statistics" -> count();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Statistics count() {
        now = now.plus(timeOfCounting);
        counted++;
        return new Statistics(counted, 0, 0, 0, 0, 0, 0, null);
    }

    private long blobsAfter(Duration passed) {
        now = now.plus(passed);
        return numbers.total().liveBlobs();
    }

    @Test
    void numbersAreKeptForAMinute() {
        assertThat(blobsAfter(Duration.ZERO)).isEqualTo(1);
        assertThat(blobsAfter(Duration.ofSeconds(59))).isEqualTo(1);
        assertThat(blobsAfter(Duration.ofSeconds(1))).isEqualTo(2);
    }

    @Test
    void numbersThatTakeLongToCountAreKeptAHundredTimesThat() {
        timeOfCounting = Duration.ofSeconds(5);

        assertThat(blobsAfter(Duration.ZERO)).isEqualTo(1);
        assertThat(blobsAfter(Duration.ofSeconds(499))).isEqualTo(1);
        assertThat(blobsAfter(Duration.ofSeconds(1))).isEqualTo(2);
    }
}
