package dev.skerry.cli;

import dev.skerry.config.Settings;
import dev.skerry.server.Server;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code skerry server}. */
@Command(
        name = "server",
        description = "Runs a node until it is told to stop.",
        footer = {
            "",
            "SKERRY_ROOT_ACCESS_KEY and SKERRY_ROOT_SECRET_KEY set the root identity; without them one is made at the",
            "first start and kept. SKERRY_BUCKETS=a,b creates buckets. Every key of the file is also a variable:",
            "durability.mode is SKERRY_DURABILITY__MODE."
        })
final class ServerCommand implements Callable<Integer> {
    @Mixin
    private final SettingsOptions options = new SettingsOptions();

    /**
     * The command of plain arguments, each a known flag and its value. Nothing for all others, a request for help or a
     * slip among them: those are picocli's. Starting without picocli saves a quarter of the time to start, because the
     * JVM cannot keep its classes from one run to the next; they are compiled for a Java too old for that.
     */
    static Optional<ServerCommand> ofPlain(String... arguments) {
        if (arguments.length % 2 == 0 || !arguments[0].equals("server")) {
            return Optional.empty();
        }
        ServerCommand command = new ServerCommand();
        for (int i = 1; i < arguments.length; i += 2) {
            if (arguments[i + 1].startsWith("-") || !command.options.take(arguments[i], arguments[i + 1])) {
                return Optional.empty();
            }
        }
        return Optional.of(command);
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = options.load().settings();
        return Server.run(settings, BuildInfo.version());
    }
}
