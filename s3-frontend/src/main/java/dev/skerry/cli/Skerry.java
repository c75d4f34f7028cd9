package dev.skerry.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The program: {@code skerry COMMAND}. Exits 0 when done, 1 when it failed, 2 when it was asked wrongly. Names no class
 * of picocli, so that a server starts without opening its jar.
 */
public final class Skerry {
    private Skerry() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        Optional<ServerCommand> server = ServerCommand.ofPlain(arguments);
        if (server.isEmpty()) {
            return RootCommand.execute(arguments);
        }
        try {
            return server.get().call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failures.report(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            return Failures.report(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        }
    }
}
