package dev.skerry.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program: {@code skerry COMMAND}. Exits 0 when done, 1 when it failed, 2 when it was asked wrongly. */
@Command(
        name = "skerry",
        description = "S3-compatible object storage for the edge.",
        mixinStandardHelpOptions = true,
        versionProvider = BuildInfo.class,
        subcommands = {
            ServerCommand.class,
            RehearseCommand.class,
            CredentialsCommand.class,
            MigrateCommand.class,
            ConfigCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."})
public final class Skerry implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Skerry() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        Optional<ServerCommand> server = ServerCommand.ofPlain(arguments);
        if (server.isEmpty()) {
            return new CommandLine(new Skerry())
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setExecutionExceptionHandler((failure, command, _) -> Failures.report(failure, command.getErr()))
                    .execute(arguments);
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

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command (expected: server, for example)");
    }
}
