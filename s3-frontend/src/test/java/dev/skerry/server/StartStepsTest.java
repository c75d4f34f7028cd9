package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a start does while the nodes that decide do not answer. */
class StartStepsTest {
    private static final StoreFailure BUSY = new StoreFailure.Busy("nobody leads");
    private static final StoreFailure UNKNOWN = new StoreFailure.OutcomeUnknown("the leader did not answer");
    private static final StoreFailure FULL = new StoreFailure.InsufficientStorage("full");

    private final AtomicInteger taken = new AtomicInteger();

    @Test
    void aStepIsTakenAgainUntilItIsAnswered() {
        StartSteps steps = new StartSteps(() -> false);
        String given = steps.take("ask", () -> switch (taken.incrementAndGet()) {
            case 1 -> throw new StoreException(BUSY);
            case 2 -> throw new StoreException(UNKNOWN);
            default -> "answer";
        });
        assertThat(given).isEqualTo("answer");
        assertThat(taken).hasValue(3);
    }

    @Test
    void whatWillNotPassEndsTheStart() {
        StartSteps steps = new StartSteps(() -> false);
        assertThatThrownBy(() -> steps.take("write", () -> fail(FULL)))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.failure()).isEqualTo(FULL));
        assertThat(taken).hasValue(1);
    }

    @Test
    void aNodeThatIsToStopWaitsNoLonger() {
        StartSteps steps = new StartSteps(() -> true);
        assertThatThrownBy(() -> steps.take("ask", () -> fail(BUSY)))
                .isInstanceOf(StartException.class)
                .hasMessage("stopped before it could ask");
        assertThat(taken).hasValue(1);
    }

    private void fail(StoreFailure failure) {
        taken.incrementAndGet();
        throw new StoreException(failure);
    }
}
