package dev.skerry.cli;

import dev.skerry.config.ClusterSettings;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skerry config}: check or show what a server would run with. */
@Command(
        name = "config",
        description = "Checks or shows the configuration.",
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
final class ConfigCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command (expected: check or show)");
    }

    /** {@code skerry config check}. */
    @Command(name = "check", description = "Says what is wrong with the configuration, or that nothing is.")
    static final class Check implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private final SettingsOptions options = new SettingsOptions();

        @Override
        public void run() {
            ClusterSettings cluster = options.load().settings().cluster();
            PrintWriter out = spec.commandLine().getOut();
            if (cluster != null) {
                cluster.warnings().forEach(warning -> out.println("warning: " + warning));
            }
            out.println("configuration is valid");
        }
    }

    /** {@code skerry config show}. */
    @Command(name = "show", description = "Shows every key with its value and where it comes from; secrets are hidden.")
    static final class Show implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private final SettingsOptions options = new SettingsOptions();

        @Override
        public void run() {
            spec.commandLine().getOut().print(options.load().shown());
            spec.commandLine().getOut().flush();
        }
    }
}
