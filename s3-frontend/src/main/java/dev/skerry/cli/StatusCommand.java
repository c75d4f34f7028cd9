package dev.skerry.cli;

import dev.skerry.server.ServerStatus;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skerry status}. */
@Command(
        name = "status",
        description = "Says how a running server is, what it holds and which slots are out of service.",
        footer = {
            "",
            "Give it the settings the server was started with; it is asked in root's name.",
            "Exits 1 if a slot is out of service."
        })
final class StatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Where the server answers (default: where its settings say, on this machine).")
    private @Nullable URI server;

    @Override
    public Integer call() {
        ServerStatus status = ServerStatus.ask(options.load().settings(), server);
        PrintWriter out = spec.commandLine().getOut();
        status.health().forEach((check, found) -> out.printf("%-16s %s%n", check, found));
        status.numbers().forEach((name, number) -> out.printf("%-16s %d%n", name, number));
        status.quarantined()
                .forEach((slot, reason) ->
                        out.printf("slot %d of %d is quarantined: %s%n", slot, status.slots(), reason));
        if (!status.quarantined().isEmpty()) {
            out.println("stop the server and run skerry salvage, or restore those slots from a backup");
        }
        out.flush();
        return status.quarantined().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
