package dev.skerry.s3.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Logs that are gathered and written to a list; compat-tests has them over a whole server. */
class LogBatchesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration NEVER = Duration.ofDays(1);

    private record Written(String bucket, String key, String text) {}

    private final BlockingQueue<Written> written = new LinkedBlockingQueue<>();

    private LogBatches batches(LogObjects objects, int batchBytes) {
        return new LogBatches(
                new LogBatches.Ports(
                        objects, InstantSource.fixed(NOW), Executors.newSingleThreadScheduledExecutor(), new Random(1)),
                new LogBatches.Settings(NEVER, batchBytes, "us-east-1"));
    }

    private LogObjects kept() {
        return (_, bucket, key, text, _) ->
                written.add(new Written(bucket, key, new String(text, StandardCharsets.UTF_8)));
    }

    private static LoggedRequest request(String source, String key) {
        Bucket bucket = new Bucket(
                source,
                "owner",
                "",
                HlcTimestamp.ZERO,
                Versioning.OFF,
                null,
                Map.of(
                        ConfigurationKind.LOGGING,
                        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>" + source
                                + "/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>"));
        return new LoggedRequest(
                bucket,
                NOW,
                "192.0.2.1",
                "owner",
                "ID",
                "REST.GET.OBJECT",
                key,
                "GET /" + key + " HTTP/1.1",
                200,
                "",
                4,
                OptionalLong.of(4),
                Duration.ofMillis(7),
                "",
                "",
                "",
                "host",
                "AuthHeader",
                "",
                "localhost",
                "");
    }

    @Test
    void whatWasGatheredIsWrittenAtTheEndOneObjectForEachBucket() {
        LogBatches batches = batches(kept(), 1 << 20);
        for (String key : new String[] {"a", "b", "c"}) {
            batches.accept(request("one", key));
        }
        batches.accept(request("two", "a"));
        assertThat(written).isEmpty();
        assertThat(batches.waitingBytes()).isPositive();
        batches.close();
        assertThat(written)
                .extracting(Written::bucket, log -> log.text().lines().count())
                .containsExactlyInAnyOrder(tuple("logs", 3L), tuple("logs", 1L));
        assertThat(written)
                .extracting(Written::key)
                .allMatch(key -> key.matches("(one|two)/2026-01-02-03-04-05-[0-9A-F]{16}"));
        assertThat(batches.waitingBytes()).isZero();
        assertThat(batches.writtenObjects()).isEqualTo(2);
        assertThat(batches.droppedLines()).isZero();
    }

    @Test
    void oneThatIsFullIsWrittenAtOnce() throws InterruptedException {
        LogBatches batches = batches(kept(), 100);
        batches.accept(request("one", "a"));
        Written log = written.poll(3, TimeUnit.MINUTES);
        assertThat(log).isNotNull();
        assertThat(log.text()).contains(" REST.GET.OBJECT a ");
        batches.close();
        assertThat(written).isEmpty();
    }

    @Test
    void whatCannotBeWrittenIsDroppedAndCounted() {
        LogBatches batches = batches(
                (_, bucket, _, _, _) -> {
                    throw new StoreException(new StoreFailure.NoSuchBucket(bucket));
                },
                1 << 20);
        batches.accept(request("one", "a"));
        batches.accept(request("one", "b"));
        batches.close();
        assertThat(batches.droppedLines()).isEqualTo(2);
        assertThat(batches.writtenObjects()).isZero();
        assertThat(batches.waitingBytes()).isZero();
    }

    @Test
    void whatWaitsHasABound() {
        LogBatches batches = batches(kept(), Integer.MAX_VALUE);
        String key = "k".repeat(100_000);
        for (int i = 0; i < 100; i++) {
            batches.accept(request("one", key));
        }
        assertThat(batches.waitingBytes()).isBetween(15L << 20, 16L << 20);
        assertThat(batches.droppedLines()).isPositive();
        batches.close();
        assertThat(written)
                .singleElement()
                .satisfies(log -> assertThat(log.text().lines().count() + batches.droppedLines())
                        .isEqualTo(100));
    }

    @Test
    void whatAClientSentEndsNeitherFieldNorLineAndNoSignatureIsKept() {
        LoggedRequest plain = request("one", "a b\n\"c\"?X-Amz-Signature=abc&x=y");
        assertThat(plain.line())
                .contains(" a%20b%0A%22c%22?")
                .contains("\"GET /a b%0A%22c%22?X-Amz-Signature=-&x=y HTTP/1.1\"")
                .endsWith(" - -\n");
        assertThat(plain.line().indexOf('\n')).isEqualTo(plain.line().length() - 1);
    }
}
