package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(100 * 1024);

    @Test
    void whoFindsItTakenWaitsUntilItIsGivenBack() throws InterruptedException {
        MemoryBudget.Share most = budget.take(90 * 1024);
        CountDownLatch served = new CountDownLatch(1);
        Thread second = Thread.ofVirtual().start(() -> {
            try (MemoryBudget.Share _ = budget.take(20 * 1024)) {
                served.countDown();
            }
        });
        assertThat(served.await(100, TimeUnit.MILLISECONDS)).isFalse();
        most.close();
        assertThat(served.await(3, TimeUnit.MINUTES)).isTrue();
        assertThat(second.join(Duration.ofMinutes(3))).isTrue();
        budget.take(100 * 1024).close();
    }

    @Test
    void moreThanAllOfItIsAllOfItAndALittleIsFree() {
        try (MemoryBudget.Share _ = budget.take(Long.MAX_VALUE);
                MemoryBudget.Share _ = budget.take(MemoryBudget.FREE_BYTES)) {
            assertThat(budget).isNotNull();
        }
        budget.take(Long.MAX_VALUE).close();
    }

    @Test
    void aShareThatShrinksLeavesTheRestToOthersAndIsGivenBackOnce() {
        MemoryBudget.Share page = budget.take(100 * 1024);
        page.shrink(40 * 1024);
        page.shrink(90 * 1024);
        budget.take(60 * 1024).close();
        page.close();
        page.close();
        try (MemoryBudget.Share _ = budget.take(100 * 1024)) {
            assertThat(budget).isNotNull();
        }
    }
}
