package dev.skerry.compat.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmark's command line: {@code ./dev bench --endpoint URL [--endpoint URL2] [--limits]}. */
@Command(
        name = "bench",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Loads one S3 endpoint, or two in turns, and writes what it measured as a table, as JSON and as"
                + " plots. It works in a bucket of its own, which it removes.")
public final class Bench implements Callable<Integer> {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final int MAX_LOOPS = 4;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final EndpointOptions endpointOptions = new EndpointOptions();

    @Mixin
    private final PlanOptions planOptions = new PlanOptions();

    @Option(
            names = "--limits",
            description =
                    "measure in the same rounds what this machine does of a part of the work alone: a server"
                            + " that answers at once, one of plain files, appends with fdatasync, and hashes; needs no endpoint")
    private boolean limits;

    @Option(
            names = "--limits-folder",
            defaultValue = ".",
            paramLabel = "DIR",
            description = "where limits write and remove files: on the disk of the data (default: the current folder)")
    private Path limitsFolder = Path.of("");

    @Option(
            names = "--out",
            defaultValue = "docs/benchmarks",
            paramLabel = "DIR",
            description = "where results go (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("");

    @Option(
            names = "--label",
            defaultValue = "bench",
            description = "the name of the result files (default: ${DEFAULT-VALUE})")
    private String label = "";

    @Option(
            names = "--listed-bucket",
            paramLabel = "NAME",
            description = "where the keys that are listed are, and stay: made and filled where they are not there yet"
                    + " (default: a bucket of the run, which is removed)")
    private @Nullable String listedBucket;

    @Option(names = "--note", defaultValue = "", description = "a sentence to keep with the results")
    private String note = "";

    private Bench() {}

    /** Runs the benchmark; the exit code is 0 where it was measured, 1 where it could not be, 2 for wrong usage. */
    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    /** The same without ending the process. */
    static int run(String... arguments) {
        return new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (failure instanceof BenchException) {
                        command.getErr().println("bench: " + failure.getMessage());
                        return 1;
                    }
                    throw failure;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        Machine machine = Machine.here();
        double loadBefore = Machine.loadAverage();
        Plan plan;
        List<Endpoint> endpoints;
        List<@Nullable WatchedProcess> processes = new ArrayList<>();
        try {
            plan = planOptions.plan();
            endpoints = endpointOptions.endpoints();
            for (int i = 0; i < endpoints.size(); i++) {
                processes.add(endpointOptions.process(i));
            }
            if (endpoints.isEmpty() && !limits) {
                throw new IllegalArgumentException("nothing to measure (expected: --endpoint or --limits)");
            }
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(commandSpec().commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
        PrintWriter console = commandSpec().commandLine().getOut();
        console.println(machine.describe());
        console.println(Report.tableHead(endpoints.stream().map(Endpoint::name).toList()));
        console.flush();
        List<CellResult> cells = new ArrayList<>();
        measure(plan, endpoints, processes, result -> {
            console.println(Report.tableLine(result));
            console.flush();
            cells.add(result);
            // after each cell: a run may take hours, and what ends it early shall not take the rest along
            write(new Report(
                    CLOCK.instant(),
                    machine,
                    new Report.LoadAverage(loadBefore, Machine.loadAverage()),
                    plan,
                    endpoints.stream().map(Endpoint::name).toList(),
                    note,
                    cells));
        });
        console.println("written: " + out.resolve(label + ".json") + ", " + label + ".md and " + label + ".svg");
        console.flush();
        return 0;
    }

    private void measure(
            Plan plan,
            List<Endpoint> endpoints,
            List<@Nullable WatchedProcess> processes,
            Consumer<CellResult> listener) {
        SplittableRandom random = new SplittableRandom();
        Map<Integer, Body> bodies = new HashMap<>();
        plan.sizes().forEach(size -> bodies.put(size, Body.random(size, random)));
        String bucket = String.format(Locale.ROOT, "bench-%016x", random.nextLong());
        int loops = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MAX_LOOPS);
        boolean tls = endpoints.stream().anyMatch(Endpoint::tls);
        List<Dataset> datasets = new ArrayList<>();
        try (Limits limit = limits ? Limits.begin(limitsFolder, plan, tls, bodies) : null;
                Generator generator =
                        new Generator(loops, both(endpoints, limit == null ? List.of() : limit.endpoints()), CLOCK)) {
            List<Target> limitTargets = limit == null ? List.of() : limit.targets(generator);
            try {
                for (int i = 0; i < endpoints.size(); i++) {
                    // one of its own for each: two endpoints may be the same server
                    String own = bucket + "-" + i;
                    datasets.add(new Dataset(
                            generator, endpoints.get(i), processes.get(i), own, listedBucket, bodies, plan.bounds()));
                }
                PrintWriter errors = commandSpec().commandLine().getErr();
                new Measurement(
                                plan,
                                datasets,
                                limitTargets,
                                listener,
                                failure -> errors.println("bench: measured anew: " + failure))
                        .run();
            } finally {
                datasets.forEach(Dataset::close);
            }
        }
    }

    private static List<Endpoint> both(List<Endpoint> endpoints, List<Endpoint> more) {
        return Stream.concat(endpoints.stream(), more.stream()).toList();
    }

    private void write(Report report) {
        try {
            Files.createDirectories(out);
            Files.writeString(out.resolve(label + ".json"), report.toJson());
            Files.writeString(out.resolve(label + ".md"), MarkdownTable.write(report));
            Files.writeString(out.resolve(label + ".svg"), Plot.draw(report));
        } catch (IOException e) {
            throw new BenchException("results cannot be written: " + e.getMessage());
        }
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("set by the command line before anything is called");
        }
        return spec;
    }
}
