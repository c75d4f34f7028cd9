package dev.skerry.cli;

import dev.skerry.server.ClusterView;
import dev.skerry.server.StartException;
import dev.skerry.server.UpgradeView;
import dev.skerry.server.UpgradeView.Step;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry cluster upgrade}: the nodes are brought to another version of the program, one after the other. */
final class UpgradeCommands {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MAX_SILENT_LOOKS = 60;

    private UpgradeCommands() {}

    /** What they share. */
    abstract static class Upgrading extends TopologyCommands.Changing {
        final UpgradeView order(Step step) throws InterruptedException {
            return patiently(() -> UpgradeView.order(settings(), server(), step));
        }

        final UpgradeView ask() throws InterruptedException {
            return patiently(() -> UpgradeView.ask(settings(), server()));
        }

        /** A line of progress, for people. */
        final void say(String line) {
            if (!isJson()) {
                out().println(line);
                out().flush();
            }
        }

        final void show(UpgradeView view) {
            if (isJson()) {
                out().println(view.json());
                return;
            }
            out().println(
                            !view.underWay()
                                    ? "no upgrade runs"
                                    : "an upgrade runs" + (view.version().isEmpty() ? "" : " to " + view.version()));
            view.nodes()
                    .forEach(node -> out().println("node " + node.id() + ": " + (node.up() ? "up" : "down") + ", "
                            + node.state() + ", version " + node.version()));
        }
    }

    /** {@code skerry cluster upgrade}. */
    @Command(
            name = "upgrade",
            description = "Brings the nodes to another version of the program, one after the other, while clients are"
                    + " served.",
            subcommands = {Start.class, Drain.class, Resume.class, Finish.class},
            footer = {
                "",
                "start; then for each node: drain NODE, stop it, replace the program, start it, resume NODE; then finish.",
                "Meanwhile nothing is moved, and no node joins or leaves. Each step may be repeated."
            })
    static final class Upgrade extends Upgrading {
        @Option(names = "--status", description = "Shows whether an upgrade runs, and the versions of the nodes.")
        private boolean status;

        @Override
        int run() throws InterruptedException {
            if (!status) {
                throw new CommandLine.ParameterException(
                        commandLine(), "no command (expected: start, drain, resume, finish or --status)");
            }
            show(ask());
            return ExitCode.OK;
        }
    }

    /** {@code skerry cluster upgrade start}. */
    @Command(
            name = "start",
            description = "Says to the cluster that an upgrade begins.",
            footer = {
                "",
                "Refused where a node is down or drained, or groups are being moved. Of an upgrade that runs it changes",
                "the version."
            })
    static final class Start extends Upgrading {
        @Option(
                names = "--to",
                paramLabel = "VERSION",
                description = "What all nodes shall have in the end (default: whichever, if it is the same on all).")
        private @Nullable String version;

        @Override
        int run() throws InterruptedException {
            show(order(new Step.Start(version)));
            return ExitCode.OK;
        }
    }

    /** {@code skerry cluster upgrade drain}. */
    @Command(
            name = "drain",
            description = "Has other nodes lead what a node leads, and waits until it leads nothing.",
            footer = {"", "Refused where a log would have no majority without it, or no upgrade runs."})
    static final class Drain extends Upgrading {
        @Parameters(paramLabel = "NODE", description = "Its id, as cluster status shows it.")
        private String node = "";

        @Override
        int run() throws InterruptedException {
            order(new Step.Drain(node));
            awaitLeadsNothing(node);
            say("node " + node + " leads nothing: stop it, replace its program, start it, then resume it");
            if (isJson()) {
                show(ask());
            }
            return ExitCode.OK;
        }
    }

    /** {@code skerry cluster upgrade resume}. */
    @Command(
            name = "resume",
            description = "Waits until a node is up again and has caught up, and has it lead again what it should.",
            footer = {"", "It may be asked before the node is ready. Refused where no upgrade runs."})
    static final class Resume extends Upgrading {
        @Parameters(paramLabel = "NODE", description = "Its id, as cluster status shows it.")
        private String node = "";

        @Override
        int run() throws InterruptedException {
            NodeReturn back = new NodeReturn(node);
            String said = "";
            int silent = 0;
            while (true) {
                try {
                    UpgradeView upgrade = ask();
                    Optional<String> missing = upgrade.underWay() && upgrade.hasNode(node)
                            ? back.missing(ClusterView.ask(settings(), server()))
                            : Optional.empty();
                    if (missing.isEmpty()) {
                        break;
                    }
                    silent = 0;
                    if (!missing.get().equals(said)) {
                        said = missing.get();
                        say("node " + node + ": " + said);
                    }
                } catch (StartException e) {
                    // whoever is asked may be the node that starts
                    if (++silent > MAX_SILENT_LOOKS) {
                        throw e;
                    }
                }
                Thread.sleep(LOOK_EVERY);
            }
            UpgradeView view = order(new Step.Resume(node));
            if (isJson()) {
                show(view);
            }
            view.nodes().stream()
                    .filter(each -> each.id().equals(node))
                    .forEach(each ->
                            say("node " + node + ": up, version " + each.version() + ", leads again what it should"));
            return ExitCode.OK;
        }
    }

    /** {@code skerry cluster upgrade finish}. */
    @Command(
            name = "finish",
            description = "Says to the cluster that the upgrade is over.",
            footer = {"", "Refused unless all nodes are up, none is drained, and all have one version."})
    static final class Finish extends Upgrading {
        @Override
        int run() throws InterruptedException {
            show(order(new Step.Finish()));
            return ExitCode.OK;
        }
    }
}
