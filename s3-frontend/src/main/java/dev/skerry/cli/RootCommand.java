package dev.skerry.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skerry} as picocli reads it: every command, and help about them. */
@Command(
        name = "skerry",
        description = "S3-compatible object storage for the edge.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = RootCommand.Version.class,
        subcommands = {
            ServerCommand.class,
            RehearseCommand.class,
            CredentialsCommand.class,
            ExplainCommand.class,
            KeysCommand.class,
            LifecycleCommand.class,
            StatusCommand.class,
            ClusterCommand.class,
            MigrateCommand.class,
            SalvageCommand.class,
            ConfigCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."})
final class RootCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private RootCommand() {}

    /** What {@code --version} shows. */
    static final class Version implements IVersionProvider {
        /** For picocli. */
        Version() {}

        @Override
        public String[] getVersion() {
            return new String[] {BuildInfo.text()};
        }
    }

    /** Runs the command that the arguments name and gives its exit code. */
    static int execute(String... arguments) {
        return new CommandLine(new RootCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> Failures.report(failure, command.getErr()))
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command (expected: server, for example)");
    }
}
