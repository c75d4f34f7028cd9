package dev.skerry.cli;

import dev.skerry.config.Settings;
import dev.skerry.server.Server;
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

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = options.load().settings();
        return Server.run(settings, BuildInfo.version());
    }
}
