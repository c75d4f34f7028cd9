package dev.skerry.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderPoolTest {
    private static final SlotId SLOT = new SlotId(0);

    private final SlotDatabases databases;
    private final ReaderPool pool;
    private final CountDownLatch goOn = new CountDownLatch(1);

    ReaderPoolTest(@TempDir Path folder) {
        databases = SlotDatabases.open(folder, 1, Thread::new, () -> Instant.EPOCH);
        pool = new ReaderPool(
                databases, Thread::new, new SqliteMetadataStore.Settings(2, 1, 64, Duration.ofSeconds(60)));
        pool.start();
    }

    @AfterEach
    void close() {
        goOn.countDown();
        pool.close();
        databases.close();
    }

    /** Puts a question that is not answered before {@link #goOn}, and returns once it is put. */
    private CompletableFuture<Thread> askAndStay() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Thread> answer = new CompletableFuture<>();
        new Thread(() -> answer.complete(pool.askForOne(SLOT, _ -> {
                    asked.countDown();
                    await(goOn);
                    return Thread.currentThread();
                })))
                .start();
        asked.await();
        return answer;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void oneRowIsReadOnTheCallersThread() {
        assertThat(pool.<Thread>askForOne(SLOT, _ -> Thread.currentThread())).isSameAs(Thread.currentThread());
    }

    @Test
    void moreThanOneRowIsReadOnAReadersThread() {
        assertThat(pool.<Thread>ask(SLOT, _ -> Thread.currentThread())).isNotSameAs(Thread.currentThread());
        assertThat(pool.<Thread>askOneState(SLOT, _ -> Thread.currentThread())).isNotSameAs(Thread.currentThread());
    }

    @Test
    void callersBeyondThoseThatMayAreAnsweredByAReadersThread() throws InterruptedException {
        CompletableFuture<Thread> staying = askAndStay();

        assertThat(pool.<Thread>askForOne(SLOT, _ -> Thread.currentThread())).isNotSameAs(Thread.currentThread());
        assertThat(staying).isNotDone();
    }

    @Test
    void aConnectionServesOneQuestionAfterTheOtherUntilOneFails() {
        SlotQueries first = pool.askForOne(SLOT, queries -> queries);
        assertThat(pool.<SlotQueries>askForOne(SLOT, queries -> queries)).isSameAs(first);

        assertThatThrownBy(() -> pool.askForOne(SLOT, _ -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(pool.<SlotQueries>askForOne(SLOT, queries -> queries)).isNotSameAs(first);
    }

    @Test
    void closingWaitsForCallersThatRead() throws InterruptedException {
        CompletableFuture<Thread> staying = askAndStay();
        Thread closing = new Thread(pool::close);
        closing.start();

        assertThat(closing.join(Duration.ofMillis(50))).isFalse();
        assertThat(staying).isNotDone();
        goOn.countDown();
        closing.join();
        assertThat(staying).succeedsWithin(Duration.ofSeconds(30));
        assertThatThrownBy(() -> pool.askForOne(SLOT, queries -> queries)).isInstanceOf(StoreException.class);
    }
}
