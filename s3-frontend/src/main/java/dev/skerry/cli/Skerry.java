package dev.skerry.cli;

import dev.skerry.config.ConfigException;
import dev.skerry.server.StartException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
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
        return new CommandLine(new Skerry())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Skerry::failed)
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command (expected: server, for example)");
    }

    /** One clear line, and the stack only for those who asked for it. */
    private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        for (String line : String.valueOf(failure.getMessage()).split("\n", -1)) {
            err.println("skerry: " + line);
        }
        boolean expected = failure instanceof ConfigException || failure instanceof StartException;
        if (!expected || System.getenv("SKERRY_DEBUG") != null) {
            failure.printStackTrace(err);
        } else if (failure.getCause() != null) {
            err.println("skerry: (SKERRY_DEBUG=1 shows the cause)");
        }
        err.flush();
        return failure instanceof ConfigException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
}
