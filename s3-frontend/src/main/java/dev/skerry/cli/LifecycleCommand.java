package dev.skerry.cli;

import dev.skerry.server.LifecycleDryRun;
import java.io.PrintWriter;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skerry lifecycle}. */
@Command(
        name = "lifecycle",
        description = "Says what the lifecycle rules of a bucket will do, to which versions and uploads, when and why.",
        footer = {
            "",
            "For example: skerry lifecycle --dry-run photos",
            "One line each, with what happens first; nothing is done. Give it the settings the server was started with;",
            "it is asked in root's name."
        })
final class LifecycleCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final SettingsOptions options = new SettingsOptions();

    @Option(names = "--dry-run", required = true, description = "Required: the server does the rest by itself.")
    @SuppressWarnings("UnusedVariable") // that it is given is all that counts
    private boolean dryRun;

    @Parameters(index = "0", paramLabel = "BUCKET", description = "Whose rules.")
    private String bucket = "";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Where the server answers (default: where its settings say, on this machine).")
    private @Nullable URI server;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        LifecycleDryRun.ask(options.load().settings(), server, bucket, line -> {
            out.printf(
                    "%-20s %-4s %-28s %-20s %12d %s %s%n",
                    line.at(),
                    line.due() ? "due" : "",
                    line.storageClass().isEmpty() ? line.action() : line.action() + " to " + line.storageClass(),
                    line.ruleId(),
                    line.sizeBytes(),
                    line.id(),
                    line.key());
            out.flush();
        });
    }
}
