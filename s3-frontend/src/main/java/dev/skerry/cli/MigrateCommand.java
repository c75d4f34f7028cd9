package dev.skerry.cli;

import dev.skerry.blob.migrate.MigrationPlan;
import dev.skerry.blob.migrate.MigrationProblem;
import dev.skerry.blob.migrate.MigrationProgress;
import dev.skerry.blob.migrate.MigrationReport;
import dev.skerry.config.Settings;
import dev.skerry.server.MigrationRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skerry migrate}. */
@Command(
        name = "migrate",
        description = "Brings the data of AmberBlob, Amberio or Rimio into a data folder that no server is using.",
        footer = {
            "",
            "It may be stopped at any moment and run again: what is there is not brought in twice. The older data is",
            "only read; part files are hard links to it where the file system allows, so delete it, never change it.",
            "Exits 1 if anything could not be brought in, and says what."
        })
final class MigrateCommand implements Callable<Integer> {
    /** Problems told one by one; how many more there were is told at the end. */
    private static final int TOLD = 200;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--from",
            paramLabel = "DISK",
            required = true,
            description =
                    "A disk of the older store: the folder that holds amberblob/ or slots/; repeat it for several.")
    private List<Path> from = List.of();

    @Option(
            names = "--bucket",
            paramLabel = "NAME",
            description = "One bucket for everything, whole paths becoming keys (default: the first segment of a path"
                    + " is its bucket).")
    private @Nullable String bucket;

    @Option(names = "--dry-run", description = "Looks through the older data and says what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() {
        Settings settings = options.load().settings();
        PrintWriter out = spec.commandLine().getOut();
        MigrationRun migration = new MigrationRun(settings, from, bucket);
        MigrationReport report;
        if (dryRun) {
            report = migration.look();
            show(report.plan(), out);
            report.problems().stream().limit(TOLD).forEach(out::println);
        } else {
            report = migration.run(new Shown(out));
        }
        show(report, out);
        return report.complete() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void show(MigrationPlan plan, PrintWriter out) {
        plan.stores().forEach(store -> out.println("from " + store));
        out.printf(
                "to buckets %s: %d versions (%d of them deleted or replaced, %d delete markers), %d bytes%n",
                plan.buckets(), plan.generations(), plan.hidden(), plan.tombstones(), plan.bytes());
        out.flush();
    }

    private static void show(MigrationReport report, PrintWriter out) {
        if (report.problemCount() > TOLD) {
            out.println("... and " + (report.problemCount() - TOLD) + " more");
        }
        out.println(
                switch (report.outcome()) {
                    case DRY_RUN -> "nothing was written";
                    case BLOCKED -> "nothing was written: settle what stands in the way first";
                    case STOPPED -> "stopped; run it again to go on";
                    case FINISHED ->
                        "%d versions and %d bytes brought in, %d were there already, %d verified"
                                .formatted(report.migrated(), report.bytes(), report.present(), report.verified());
                });
        out.println(report.problemCount() == 0 ? "no problems" : report.problemCount() + " problems");
        out.flush();
    }

    /** Shows a line for each hundredth of the way, and the problems as they come up. */
    private static final class Shown implements MigrationProgress {
        private final PrintWriter out;
        private long generations;
        private long percent;
        private int told;

        Shown(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void planned(MigrationPlan plan) {
            generations = plan.generations();
            show(plan, out);
            if (plan.blocked()) {
                plan.problems().forEach(this::refused);
            }
        }

        @Override
        public boolean advanced(long done, long bytes) {
            long now = generations == 0 ? 100 : 100 * done / generations;
            if (now > percent) {
                percent = now;
                out.printf("%3d %%  %d of %d versions, %d bytes%n", percent, done, generations, bytes);
                out.flush();
            }
            return true;
        }

        @Override
        public void refused(MigrationProblem problem) {
            if (told < TOLD) {
                told++;
                out.println(problem);
                out.flush();
            }
        }
    }
}
