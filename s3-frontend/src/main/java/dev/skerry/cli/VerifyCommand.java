package dev.skerry.cli;

import dev.skerry.server.ClusterView;
import dev.skerry.server.ReplicaVerdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code skerry cluster verify}: the replicas of the catalog and of each slot are compared. */
@Command(
        name = "verify",
        description = "Compares what the replicas of the catalog and of each slot say is stored, row by row.",
        footer = {
            "",
            "Clients are served meanwhile. Nodes do so once a day by themselves. A replica that is not what the majority",
            "has is fetched anew from another node, at once. Exits 1 where replicas differ or were not heard of."
        })
final class VerifyCommand extends TopologyCommands.Changing {
    @ArgGroup
    private @Nullable Part part;

    /** Of all that there is. */
    private static final class Part {
        @Option(names = "--slot", paramLabel = "N", description = "This one only.", required = true)
        private @Nullable Integer slot;

        @Option(
                names = "--catalog",
                description = "The catalog only: buckets, and what the nodes share.",
                required = true)
        private boolean catalog;
    }

    @Override
    int run() throws InterruptedException {
        Part only = part;
        boolean catalogEqual = (only != null && !only.catalog) || isEqual(null);
        List<Integer> slots = slots(only);
        int equal = 0;
        for (int number : slots) {
            equal += isEqual(number) ? 1 : 0;
        }
        if (!isJson() && !slots.isEmpty()) {
            out().println(equal + " of " + slots.size() + " slots are equal on all their replicas");
        }
        return catalogEqual && equal == slots.size() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<Integer> slots(@Nullable Part only) throws InterruptedException {
        if (only == null) {
            return patiently(() -> ClusterView.ask(settings(), server())).slots().stream()
                    .map(ClusterView.Slot::number)
                    .toList();
        }
        return only.slot == null ? List.of() : List.of(only.slot);
    }

    /** Of a slot, or of the catalog where that is null; says what came of it. */
    private boolean isEqual(@Nullable Integer slot) throws InterruptedException {
        while (true) {
            ReplicaVerdict verdict = patiently(() -> ReplicaVerdict.ask(settings(), server(), slot));
            if (!verdict.underWay()) {
                out().println(isJson() ? verdict.json() : text(verdict));
                out().flush();
                return verdict.equal();
            }
        }
    }

    private static String text(ReplicaVerdict verdict) {
        StringBuilder text = new StringBuilder((verdict.slot() == null ? "catalog" : "slot " + verdict.slot()) + ": "
                + verdict.rows() + " rows on " + String.join(", ", verdict.same()));
        if (!verdict.differing().isEmpty()) {
            text.append("; differs: ").append(String.join(", ", verdict.differing()));
            text.append(verdict.settled() ? ", fetched anew" : ", and no majority says who is right");
        }
        if (!verdict.silent().isEmpty()) {
            text.append("; not heard of: ").append(String.join(", ", verdict.silent()));
        }
        return text.toString();
    }
}
