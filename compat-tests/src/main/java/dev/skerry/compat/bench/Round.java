package dev.skerry.compat.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One run of a target and what it cost.
 *
 * @param client what this process used meanwhile
 * @param server what the target's process used meanwhile; null where that is not known
 */
record Round(Sample sample, Usage client, @Nullable Usage server) {
    /** Runs it. */
    static Round of(Target target, Target.Run run, Duration duration) {
        WatchedProcess own = WatchedProcess.own();
        WatchedProcess process = target.process();
        Usage serverBefore = process == null ? null : process.usage();
        Usage clientBefore = own.usage();
        Sample sample = run.over(duration);
        Usage client = own.usage().since(clientBefore);
        Usage server =
                process == null || serverBefore == null ? null : process.usage().since(serverBefore);
        return new Round(sample, client, server);
    }

    double clientMicrosPerOperation() {
        return perOperation(client.cpuMicros());
    }

    double perOperation(long value) {
        return (double) value / Math.max(1, sample.operations() + sample.errors());
    }
}
