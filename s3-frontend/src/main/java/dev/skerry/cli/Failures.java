package dev.skerry.cli;

import dev.skerry.config.ConfigException;
import dev.skerry.keys.KeyRingException;
import dev.skerry.server.StartException;
import java.io.PrintWriter;

/** How a command that failed says so: clear lines, and the stack only for those who asked for it. */
final class Failures {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Failures() {}

    /** Writes what went wrong and gives the exit code. */
    static int report(Exception failure, PrintWriter err) {
        String.valueOf(failure.getMessage()).lines().forEach(line -> err.println("skerry: " + line));
        boolean expected = failure instanceof ConfigException
                || failure instanceof StartException
                || failure instanceof KeyRingException;
        if (!expected || System.getenv("SKERRY_DEBUG") != null) {
            failure.printStackTrace(err);
        } else if (failure.getCause() != null) {
            err.println("skerry: (SKERRY_DEBUG=1 shows the cause)");
        }
        err.flush();
        return failure instanceof ConfigException ? WRONG_USAGE : FAILED;
    }
}
