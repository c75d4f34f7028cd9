package dev.skerry.cli;

import dev.skerry.server.ClusterView;
import dev.skerry.server.SlotVerdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code skerry cluster verify}: the replicas of each slot are compared. */
@Command(
        name = "verify",
        description = "Compares what the replicas of each slot say is stored, row by row.",
        footer = {
            "",
            "Clients are served meanwhile. Nodes do so once a day by themselves. A replica that is not what the majority",
            "has is fetched anew from another node, at once. Exits 1 where replicas differ or were not heard of."
        })
final class VerifyCommand extends TopologyCommands.Changing {
    @Option(names = "--slot", paramLabel = "N", description = "This one only.")
    private @Nullable Integer slot;

    @Override
    int run() throws InterruptedException {
        Integer one = slot;
        List<Integer> slots = one != null
                ? List.of(one)
                : patiently(() -> ClusterView.ask(settings(), server())).slots().stream()
                        .map(ClusterView.Slot::number)
                        .toList();
        int equal = 0;
        for (int number : slots) {
            SlotVerdict verdict = verdict(number);
            equal += verdict.equal() ? 1 : 0;
            out().println(isJson() ? verdict.json() : text(verdict));
            out().flush();
        }
        if (!isJson()) {
            out().println(equal + " of " + slots.size() + " slots are equal on all their replicas");
        }
        return equal == slots.size() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private SlotVerdict verdict(int number) throws InterruptedException {
        while (true) {
            SlotVerdict verdict = patiently(() -> SlotVerdict.ask(settings(), server(), number));
            if (!verdict.underWay()) {
                return verdict;
            }
        }
    }

    private static String text(SlotVerdict verdict) {
        StringBuilder text = new StringBuilder(
                "slot " + verdict.slot() + ": " + verdict.rows() + " rows on " + String.join(", ", verdict.same()));
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
