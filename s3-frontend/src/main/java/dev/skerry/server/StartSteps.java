package dev.skerry.server;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps of a start that ask the nodes of a cluster. Where those that decide do not answer, as while they elect a leader
 * on a busy machine, a step is taken again until they do; so each must be one that may be taken twice. Blocks.
 *
 * @param stopping whether to give up
 */
record StartSteps(BooleanSupplier stopping) {
    private static final Logger log = LoggerFactory.getLogger(StartSteps.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /**
     * Takes a step.
     *
     * @param what it does, for the log
     * @return what it gave
     * @throws StoreException if it fails for another reason than that nobody answers
     * @throws StartException if the node is to stop
     */
    <T> T take(String what, Supplier<T> step) {
        while (true) {
            try {
                return step.get();
            } catch (StoreException failure) {
                if (!mayPass(failure.failure())) {
                    throw failure;
                }
                log.warn("the start waits for other nodes step={} reason={}", what, failure.getMessage());
                pause(what, failure);
            }
        }
    }

    /** The same for a step that gives nothing. */
    void take(String what, Runnable step) {
        take(what, () -> {
            step.run();
            return true;
        });
    }

    private static boolean mayPass(StoreFailure failure) {
        return failure instanceof StoreFailure.Busy || failure instanceof StoreFailure.OutcomeUnknown;
    }

    private void pause(String what, StoreException failure) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw failure;
        }
        if (stopping.getAsBoolean()) {
            throw new StartException("stopped before it could " + what, failure);
        }
    }
}
