package dev.skerry.cli;

import dev.skerry.server.ClusterView;
import dev.skerry.server.NoAnswerException;
import dev.skerry.server.StartException;
import dev.skerry.server.TopologyChange;
import dev.skerry.server.TopologyChange.Order;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code skerry cluster} that change who is in it and who holds what. */
final class TopologyCommands {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MAX_SILENT_LOOKS = 30;
    private static final int MAX_QUESTIONS = 3;

    private TopologyCommands() {}

    /** What they share. */
    abstract static class Changing extends ClusterCommand.OfCluster {
        @Option(names = "--json", description = "The document as the server gives it.")
        private boolean json;

        @Override
        public final Integer call() throws InterruptedException {
            int exit = run();
            out().flush();
            return exit;
        }

        abstract int run() throws InterruptedException;

        final boolean isJson() {
            return json;
        }

        final TopologyChange order(Order order) {
            return TopologyChange.order(settings(), server(), order);
        }

        final void show(TopologyChange change) {
            PrintWriter out = out();
            if (json) {
                out.println(change.json());
                return;
            }
            change.steps().forEach(out::println);
            change.blocked().forEach(blocked -> out.println("blocked: " + blocked));
            if (change.underWay() || !change.steps().isEmpty()) {
                out.println(change.steps().size() + " steps left of " + change.stepsOf()
                        + (change.doing().isEmpty() ? "" : "; now: " + change.doing()));
            } else {
                out.println("nothing is to be moved");
            }
        }

        /** Asks a busy server once more, what does no harm to be asked twice. */
        final <A> A patiently(Supplier<A> question) throws InterruptedException {
            for (int asked = 1; ; asked++) {
                try {
                    return question.get();
                } catch (NoAnswerException e) {
                    if (asked == MAX_QUESTIONS) {
                        throw e;
                    }
                    Thread.sleep(LOOK_EVERY);
                }
            }
        }

        /** Waits until a node that was drained leads no log. */
        final void awaitLeadsNothing(String node) throws InterruptedException {
            while (patiently(() -> ClusterView.ask(settings(), server())).logs().stream()
                    .anyMatch(log -> log.leader().equals(node))) {
                Thread.sleep(LOOK_EVERY);
            }
        }

        /** Says what is done until it is over. */
        final int follow(Predicate<TopologyChange> over) throws InterruptedException {
            String said = "";
            int silent = 0;
            while (true) {
                try {
                    TopologyChange now = TopologyChange.ask(settings(), server(), false);
                    silent = 0;
                    String text = now.steps().size() + " steps left of " + now.stepsOf() + "; " + now.doing();
                    if (over.test(now)) {
                        out().println("done");
                        return ExitCode.OK;
                    }
                    if (!text.equals(said)) {
                        said = text;
                        out().println(text);
                        out().flush();
                    }
                } catch (StartException e) {
                    if (++silent > MAX_SILENT_LOOKS) {
                        throw e;
                    }
                }
                Thread.sleep(LOOK_EVERY);
            }
        }
    }

    /** {@code skerry cluster rebalance}. */
    @Command(
            name = "rebalance",
            description = "Moves placement groups to where the nodes, their zones and weights want them, one replica at"
                    + " a time.",
            footer = {
                "",
                "Goes on by itself, also when nodes restart; clients are served meanwhile. A group comes to a node before",
                "it leaves another; groups that share a log move together, and each has its own before they go",
                "different ways. cluster.move_pause slows it down. Exits 1 where something is blocked."
            })
    static final class Rebalance extends Changing {
        @Option(names = "--dry-run", description = "Shows what would be done, in its order, and does nothing.")
        private boolean dryRun;

        @Option(names = "--status", description = "Shows what is left to be done, and does nothing.")
        private boolean status;

        @Option(names = "--wait", description = "Shows what is done until all of it is.")
        private boolean wait;

        @Override
        int run() throws InterruptedException {
            if ((dryRun && (status || wait)) || (status && wait)) {
                throw new CommandLine.ParameterException(
                        commandLine(), "--dry-run, --status, --wait (expected: one of them)");
            }
            TopologyChange change =
                    dryRun || status ? TopologyChange.ask(settings(), server(), dryRun) : order(new Order.Rebalance());
            show(change);
            if (!wait) {
                return change.blocked().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
            }
            return follow(now -> !now.underWay());
        }
    }

    /** {@code skerry cluster add-node}. */
    @Command(
            name = "add-node",
            description = "Has a node that joined take its share of the data at the next rebalance, or another share.",
            footer = {
                "",
                "A node becomes one of the cluster by itself: skerry server --join cluster://HOST:PORT. It serves requests",
                "from then on, and holds data once there was a rebalance."
            })
    static final class Add extends Changing {
        @Parameters(paramLabel = "NODE", description = "Its id, as cluster status shows it.")
        private String node = "";

        @Option(
                names = "--weight",
                paramLabel = "N",
                description = "How much it takes beside the others; 0 for nothing.")
        private @Nullable Integer weight;

        @Override
        int run() {
            TopologyChange change = order(new Order.Add(node, weight));
            change.nodes().stream()
                    .filter(each -> each.id().equals(node))
                    .forEach(each -> out().println("node " + each.id() + ": " + each.state() + ", weight "
                            + each.weight() + "; skerry cluster rebalance moves data to it"));
            return ExitCode.OK;
        }
    }

    /** {@code skerry cluster remove-node}. */
    @Command(
            name = "remove-node",
            description =
                    "Moves what a node holds to others, then takes the node out of the cluster; its process ends.",
            footer = {
                "",
                "Waits and shows what is done. Interrupted, it goes on by itself: cluster rebalance --status. A node that",
                "is down for good is taken out in the same way. Refused where fewer nodes would be left than replicas."
            })
    static final class Remove extends Changing {
        @Parameters(paramLabel = "NODE", description = "Its id, as cluster status shows it.")
        private String node = "";

        @Option(names = "--force", description = "Even if fewer nodes are left than replicas are wanted.")
        private boolean force;

        @Option(names = "--no-wait", description = "Returns at once.")
        private boolean noWait;

        @Override
        int run() throws InterruptedException {
            show(order(new Order.Remove(node, force)));
            return noWait ? ExitCode.OK : follow(now -> !now.hasNode(node) && !now.underWay());
        }
    }

    /** {@code skerry cluster drain}. */
    @Command(
            name = "drain",
            description = "Has other nodes lead what a node leads, so that it can be stopped for a while.",
            footer = {
                "",
                "Waits until it leads nothing. Refused where a log would have no majority without it. cluster resume undoes"
                        + " it."
            })
    static final class Drain extends Changing {
        @Parameters(paramLabel = "NODE", description = "Its id, as cluster status shows it.")
        private String node = "";

        @Override
        int run() throws InterruptedException {
            order(new Order.Drain(node));
            awaitLeadsNothing(node);
            out().println("node " + node + " leads nothing and may be stopped");
            return ExitCode.OK;
        }
    }

    /** {@code skerry cluster resume}. */
    @Command(name = "resume", description = "Has a node that was drained lead again what it should.")
    static final class Resume extends Changing {
        @Parameters(paramLabel = "NODE", description = "Its id, as cluster status shows it.")
        private String node = "";

        @Override
        int run() {
            order(new Order.Resume(node));
            out().println("node " + node + " leads again what it should");
            return ExitCode.OK;
        }
    }
}
