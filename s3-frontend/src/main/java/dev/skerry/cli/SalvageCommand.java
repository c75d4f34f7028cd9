package dev.skerry.cli;

import dev.skerry.server.SalvageRun;
import java.io.PrintWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skerry salvage}. */
@Command(
        name = "salvage",
        description = "Brings quarantined slots of a data folder that no server is using back into service.",
        footer = {
            "",
            "A slot whose database is sound after all, or again after a backup was restored, is released. Of a damaged one",
            "every row that verifies is copied to a new database; what is lost is listed, and the damaged database and the",
            "part files nobody refers to any more are kept in the slot's folder. It may be stopped and run again.",
            "Where there is a backup that is recent enough, restore the slot's folder instead, then run this."
        })
final class SalvageCommand implements Callable<Integer> {
    /** Losses told one by one; the file has all. */
    private static final int TOLD = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final SettingsOptions options = new SettingsOptions();

    @Parameters(paramLabel = "SLOT", arity = "0..*", description = "Which slots (default: all that are quarantined).")
    private List<Integer> slots = List.of();

    @Option(names = "--dry-run", description = "Says which slots are quarantined, and why.")
    private boolean dryRun;

    @Option(
            names = "--begin-anew",
            description = "Gives a slot whose database is gone, and has no backup, an empty one.")
    private boolean beginAnew;

    @Override
    public Integer call() {
        SalvageRun salvage = new SalvageRun(options.load().settings());
        PrintWriter out = spec.commandLine().getOut();
        if (dryRun) {
            SortedMap<Integer, String> quarantined = salvage.quarantined();
            quarantined.forEach((slot, reason) -> out.println("slot " + slot + " is quarantined: " + reason));
            out.println(quarantined.isEmpty() ? "no slot is quarantined" : quarantined.size() + " quarantined");
            out.flush();
            return ExitCode.OK;
        }
        int[] mended = new int[1];
        salvage.run(slots, beginAnew, slot -> {
            mended[0]++;
            show(slot, out);
        });
        out.println(mended[0] == 0 ? "no slot is quarantined" : "in service again: " + mended[0]);
        out.flush();
        return ExitCode.OK;
    }

    private static void show(SalvageRun.Mended slot, PrintWriter out) {
        if (slot.keptIn().isEmpty()) {
            out.println("slot " + slot.slot() + ": sound");
            out.flush();
            return;
        }
        out.printf(
                "slot %d: %d versions and %d uploads are there again%n",
                slot.slot(), slot.generations(), slot.uploads());
        slot.lost().stream().limit(TOLD).forEach(line -> out.println("  lost: " + line));
        if (slot.lost().size() > TOLD) {
            out.println("  ... and " + (slot.lost().size() - TOLD) + " more");
        }
        if (!slot.complete()) {
            out.println("  more may be lost than is named: the index of paths is damaged as well");
        }
        out.printf(
                "  kept in %s: the damaged database, lost.txt, %d folders of part files%n",
                slot.keptIn(), slot.folders());
        out.flush();
    }
}
