package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DocumentBudgetTest {
    private final DocumentBudget budget = new DocumentBudget(100 * 1024);

    @Test
    void whoFindsItTakenWaitsUntilItIsGivenBack() throws InterruptedException {
        DocumentBudget.Share most = budget.take(90 * 1024);
        CountDownLatch served = new CountDownLatch(1);
        Thread second = Thread.ofVirtual().start(() -> {
            try (DocumentBudget.Share _ = budget.take(20 * 1024)) {
                served.countDown();
            }
        });
        assertThat(served.await(100, TimeUnit.MILLISECONDS)).isFalse();
        most.close();
        assertThat(served.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(second.join(Duration.ofSeconds(5))).isTrue();
        budget.take(100 * 1024).close();
    }

    @Test
    void moreThanAllOfItIsAllOfItAndALittleIsFree() {
        try (DocumentBudget.Share _ = budget.take(Long.MAX_VALUE);
                DocumentBudget.Share _ = budget.take(DocumentBudget.FREE_BYTES)) {
            assertThat(budget).isNotNull();
        }
        budget.take(Long.MAX_VALUE).close();
    }
}
