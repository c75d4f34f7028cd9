package dev.skerry.cli;

import dev.skerry.config.Settings;
import dev.skerry.server.ClusterView;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skerry cluster}: how a cluster is, who is in it and who holds what. */
@Command(
        name = "cluster",
        description = "Shows how the cluster is that a running server belongs to, and changes it.",
        subcommands = {
            ClusterCommand.Status.class,
            TopologyCommands.Rebalance.class,
            TopologyCommands.Add.class,
            TopologyCommands.Remove.class,
            TopologyCommands.Drain.class,
            TopologyCommands.Resume.class,
            UpgradeCommands.Upgrade.class,
            VerifyCommand.class
        },
        footer = {"", "Give it the settings of any node, or --server; the node is asked in root's name."})
final class ClusterCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "no command (expected: status, rebalance, add-node, remove-node, drain, resume, upgrade or verify)");
    }

    /** What the commands share. */
    abstract static class OfCluster implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private final SettingsOptions options = new SettingsOptions();

        @Option(
                names = "--server",
                paramLabel = "URL",
                description = "Where a node answers (default: where its settings say, on this machine).")
        private @Nullable URI server;

        final Settings settings() {
            return options.load().settings();
        }

        final @Nullable URI server() {
            return server;
        }

        final CommandLine commandLine() {
            return spec.commandLine();
        }

        final PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    /** {@code skerry cluster status}. */
    @Command(
            name = "status",
            description = "Shows the nodes, who leads which log, how far replicas are behind, and when slots were read"
                    + " through.",
            footer = {
                "",
                "A replica's lag is what it has not applied yet of its log: +COMMANDS/SECONDS; ? where it does not say.",
                "Exits 1 if a node does not answer or a log has no leader."
            })
    static final class Status extends OfCluster {
        @Option(names = "--json", description = "The document as the server gives it.")
        private boolean json;

        @Override
        public Integer call() {
            ClusterView view = ClusterView.ask(settings(), server());
            PrintWriter out = out();
            if (json) {
                out.println(view.json());
            } else {
                show(view, out);
            }
            out.flush();
            return view.whole() ? ExitCode.OK : ExitCode.SOFTWARE;
        }

        private static void show(ClusterView view, PrintWriter out) {
            out.printf("cluster %s, %d replicas, revision %d%n", view.clusterId(), view.replicas(), view.revision());
            if (!view.registry().isEmpty()) {
                out.printf("registry %s%n", view.registry());
            }
            String upgrade = view.upgrade();
            if (upgrade != null) {
                out.println("an upgrade runs" + (upgrade.isEmpty() ? "" : " to " + upgrade));
            }
            out.println();
            out.printf(
                    "%-12s %-24s %-10s %6s %-9s %-8s %5s  %s%n",
                    "NODE", "ADDRESS", "ZONE", "WEIGHT", "STATE", "SEEN", "PHI", "VERSION");
            view.nodes()
                    .forEach(node -> out.printf(
                            "%-12s %-24s %-10s %6d %-9s %-8s %5.1f  %s%n",
                            node.id(),
                            node.address(),
                            node.zone(),
                            node.weight(),
                            node.state(),
                            node.seen(),
                            node.phi(),
                            node.version()));
            out.printf("%n%-8s %-12s %5s %5s  %s%n", "LOG", "LEADER", "EPOCH", "TERM", "REPLICAS");
            view.logs()
                    .forEach(log -> out.printf(
                            "%-8s %-12s %5s %5s  %s%n",
                            log.name(), log.leader(), log.epoch(), log.term(), replicas(log)));
            out.printf("%n%-6s %-6s %5s  %s%n", "SLOT", "GROUP", "EPOCH", "LAST READ THROUGH");
            view.slots()
                    .forEach(slot -> out.printf(
                            "%-6d %-6d %5d  %s%n", slot.number(), slot.group(), slot.epoch(), slot.scrubbed()));
        }

        private static String replicas(ClusterView.Log log) {
            List<String> shown = log.replicas().stream()
                    .map(replica -> replica.node() + " " + replica.lag() + (replica.learner() ? " (learner)" : ""))
                    .toList();
            return shown.stream().collect(Collectors.joining(", "));
        }
    }
}
