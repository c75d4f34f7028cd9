package dev.skerry.blob.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.skerry.blob.clock.HlcTimestamp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventFanOutTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(EventFanOut.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.setAdditive(false);
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
    }

    private static SequencedEvent event(long sequence) {
        return new SequencedEvent(
                SequencedEvent.CATALOG, sequence, new StorageEvent.BucketCreated("bucket", HlcTimestamp.ZERO));
    }

    @Test
    void everySinkIsToldInOrder() {
        RecordingSink first = new RecordingSink();
        RecordingSink second = new RecordingSink();
        EventFanOut fanOut = new EventFanOut(List.of(first, second));

        fanOut.accept(event(1));
        fanOut.accept(event(2));

        assertThat(first.events()).containsExactly(event(1), event(2));
        assertThat(second.events()).isEqualTo(first.events());
        assertThat(logged.list).isEmpty();
    }

    @Test
    void aSinkThatThrowsDoesNotKeepTheOthersFromBeingTold() {
        RecordingSink sink = new RecordingSink();
        EventFanOut fanOut = new EventFanOut(List.of(
                _ -> {
                    throw new IllegalStateException("broken");
                },
                sink));

        for (int i = 1; i <= 5; i++) {
            fanOut.accept(event(i));
        }

        assertThat(sink.events()).hasSize(5);
        assertThat(fanOut.failures()).isEqualTo(5);
        assertThat(logged.list).hasSize(3).allMatch(line -> line.getLevel() == Level.WARN);
        assertThat(logged.list.getLast().getFormattedMessage()).contains("failures=4");
    }
}
