package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RequestThreadsTest {
    private final RequestThreads threads = new RequestThreads(Thread.ofVirtual().factory(), 2, 1);
    private final CountDownLatch release = new CountDownLatch(1);

    private void hold() {
        try {
            release.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void whatIsOverTheBoundIsRefusedAndWhatWaitsRunsLater() throws InterruptedException {
        CountDownLatch third = new CountDownLatch(1);
        assertThat(threads.submit(this::hold)).isTrue();
        assertThat(threads.submit(this::hold)).isTrue();
        assertThat(threads.submit(third::countDown)).isTrue();
        assertThat(threads.submit(() -> {})).isFalse();
        assertThat(threads.runningCount()).isEqualTo(2);
        assertThat(threads.waitingCount()).isEqualTo(1);
        release.countDown();
        await(third);
        assertThat(threads.close(Duration.ofMinutes(3))).isTrue();
        assertThat(threads.runningCount()).isZero();
    }

    @Test
    void onePlaceThatIsLeftIsTakenByOneThatWaits() throws InterruptedException {
        CountDownLatch third = new CountDownLatch(1);
        threads.submit(this::hold);
        threads.submit(() -> {
            threads.leave();
            threads.leave();
            hold();
        });
        threads.submit(() -> {
            third.countDown();
            hold();
        });
        await(third);
        assertThat(threads.submit(this::hold)).isTrue();
        assertThat(threads.runningCount()).isEqualTo(2);
        assertThat(threads.awayCount()).isEqualTo(1);
        assertThat(threads.waitingCount()).isEqualTo(1);
        release.countDown();
        assertThat(threads.close(Duration.ofMinutes(3))).isTrue();
        assertThat(threads.runningCount() + threads.awayCount()).isZero();
    }

    @Test
    void closingWaitsForThoseWithoutAPlaceToo() {
        AtomicBoolean ended = new AtomicBoolean();
        threads.submit(() -> {
            threads.leave();
            hold();
            ended.set(true);
        });
        Thread.ofVirtual().start(release::countDown);
        assertThat(threads.close(Duration.ofMinutes(3))).isTrue();
        assertThat(ended).isTrue();
    }

    @Test
    void closingWaitsForWhatRuns() {
        AtomicBoolean ended = new AtomicBoolean();
        threads.submit(() -> {
            hold();
            ended.set(true);
        });
        Thread.ofVirtual().start(release::countDown);
        assertThat(threads.close(Duration.ofMinutes(3))).isTrue();
        assertThat(ended).isTrue();
        assertThat(threads.submit(() -> {})).isFalse();
    }

    @Test
    void whatDoesNotEndIsInterrupted() {
        AtomicBoolean interrupted = new AtomicBoolean();
        threads.submit(() -> {
            hold();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        assertThat(threads.close(Duration.ofMillis(50))).isFalse();
        assertThat(interrupted).isTrue();
    }
}
