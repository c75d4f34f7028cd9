package dev.skerry.cli;

import dev.skerry.server.Rehearsal;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code skerry rehearse}: what the launcher runs once to record which classes a server needs. */
@Command(name = "rehearse", hidden = true, description = "Starts a server, asks it a few things and stops it.")
final class RehearseCommand implements Runnable {
    @Parameters(paramLabel = "DIR", description = "A data folder that may be thrown away.")
    private Path data = Path.of("rehearsal");

    @Override
    public void run() {
        Rehearsal.run(data, BuildInfo.version());
    }
}
