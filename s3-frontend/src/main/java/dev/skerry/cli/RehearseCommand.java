package dev.skerry.cli;

import dev.skerry.server.Rehearsal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skerry rehearse}: what the launcher runs once, so that the JVM can record what a server needs. */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Starts a server or a cluster, has it work for some seconds and stops it.")
final class RehearseCommand implements Callable<Integer> {
    private static final int MOST_NODES = 7;

    @Parameters(paramLabel = "DIR", description = "A data folder that may be thrown away.")
    private Path data = Path.of("rehearsal");

    @Option(
            names = "--nodes",
            paramLabel = "COUNT",
            description = "How many servers, all in this process; more than one form a cluster (default: 1).")
    private int nodes = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new ParameterException(
                    spec.commandLine(), "--nodes " + nodes + " (expected: 1 to " + MOST_NODES + ")");
        }
        // a server reads its flags without picocli
        ServerCommand.ofPlain("server", "--data", data.toString());
        Rehearsal.run(data, nodes, BuildInfo.version());
        return 0;
    }
}
