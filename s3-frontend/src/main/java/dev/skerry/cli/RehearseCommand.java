package dev.skerry.cli;

import dev.skerry.server.Rehearsal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code skerry rehearse}: what the launcher runs once, so that the JVM can record what a server needs. */
@Command(name = "rehearse", hidden = true, description = "Starts a server, has it work for some seconds and stops it.")
final class RehearseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "A data folder that may be thrown away.")
    private Path data = Path.of("rehearsal");

    @Override
    public Integer call() throws InterruptedException {
        // a server reads its flags without picocli
        ServerCommand.ofPlain("server", "--data", data.toString());
        Rehearsal.run(data, BuildInfo.version());
        return 0;
    }
}
