package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Plan.Cell;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that cells are measured on: an endpoint, or a limit that no endpoint can pass. */
interface Target {
    /** What tables, plots and files call it. */
    String name();

    /** Whether a cell means anything to it. */
    boolean takes(Cell cell);

    /** Writes what one run of a cell needs, so that it is outside of what is measured. Blocks. */
    Run prepare(Cell cell);

    /** Removes what the runs of a cell left and no other needs. Blocks. */
    void finish(Cell cell);

    /** The process that does the work, where it is another one and known. */
    @Nullable
    WatchedProcess process();

    /** What is measured. */
    @FunctionalInterface
    interface Run {
        /** Loads until the time is over, or there is nothing left to do, and blocks until then. */
        Sample over(Duration duration);
    }
}
