package dev.skerry.compat.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmark's command line: {@code ./dev bench --endpoint URL [--endpoint2 URL]}. */
@Command(
        name = "bench",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Loads one S3 endpoint, or two in turns, and writes what it measured as a table, as JSON and as a"
                + " plot. It works in a bucket of its own, which it removes.")
public final class Bench implements Callable<Integer> {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final int MAX_LOOPS = 4;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--endpoint",
            required = true,
            arity = "1..2",
            paramLabel = "URL",
            description = "an endpoint; given twice, both are loaded in turns")
    private List<URI> urls = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "what results call the endpoint; once for each (default: first, second)")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--access-key",
            paramLabel = "KEY",
            description = "once for all endpoints, or once for each (default: AWS_ACCESS_KEY_ID)")
    private List<String> accessKeys = new ArrayList<>();

    @Option(
            names = "--secret-key",
            paramLabel = "KEY",
            description = "once for all endpoints, or once for each (default: AWS_SECRET_ACCESS_KEY)")
    private List<String> secretKeys = new ArrayList<>();

    @Option(names = "--region", defaultValue = "us-east-1", description = "to sign for (default: ${DEFAULT-VALUE})")
    private String region = "";

    @Option(
            names = "--sizes",
            split = ",",
            defaultValue = "4KiB,64KiB,1MiB,64MiB",
            description = "of objects (default: ${DEFAULT-VALUE})")
    private List<String> sizes = new ArrayList<>();

    @Option(
            names = "--clients",
            split = ",",
            defaultValue = "1,8,32,64",
            description = "at once (default: ${DEFAULT-VALUE})")
    private List<Integer> clients = new ArrayList<>();

    @Option(
            names = "--ops",
            split = ",",
            defaultValue = "PUT,GET,HEAD,DELETE,LIST",
            description = "what to measure (default: ${DEFAULT-VALUE})")
    private List<Operation> operations = new ArrayList<>();

    @Option(names = "--seconds", defaultValue = "5", description = "of one run (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "3",
            description = "seconds before the runs of a cell (default: ${DEFAULT-VALUE})")
    private double warmup;

    @Option(names = "--rounds", defaultValue = "3", description = "runs of each cell (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--max-run-bytes",
            defaultValue = "2GiB",
            description = "the most one run writes (default: ${DEFAULT-VALUE})")
    private String maxRunBytes = "";

    @Option(
            names = "--max-in-flight",
            defaultValue = "1GiB",
            description = "cells whose clients times size are more are left out (default: ${DEFAULT-VALUE})")
    private String maxInFlight = "";

    @Option(names = "--unsigned-payload", description = "leave bodies out of the signature")
    private boolean unsignedPayload;

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
        Plan plan = plan();
        List<Endpoint> endpoints = endpoints();
        PrintWriter console = commandSpec().commandLine().getOut();
        console.println(Machine.here().describe());
        console.println(Report.tableHead(endpoints.stream().map(Endpoint::name).toList()));
        console.flush();
        List<Measurement.CellResult> cells = measure(plan, endpoints, console);
        Report report = new Report(
                CLOCK.instant(),
                Machine.here(),
                plan,
                endpoints.stream().map(Endpoint::name).toList(),
                !unsignedPayload,
                note,
                cells);
        Files.createDirectories(out);
        Files.writeString(out.resolve(label + ".json"), report.toJson());
        Files.writeString(out.resolve(label + ".svg"), Plot.draw(report));
        console.println("written: " + out.resolve(label + ".json") + " and " + label + ".svg");
        console.flush();
        return 0;
    }

    private List<Measurement.CellResult> measure(Plan plan, List<Endpoint> endpoints, PrintWriter console) {
        SplittableRandom random = new SplittableRandom();
        Map<Integer, Body> bodies = new HashMap<>();
        plan.sizes().forEach(size -> bodies.put(size, Body.random(size, random)));
        String bucket = String.format(Locale.ROOT, "bench-%016x", random.nextLong());
        int loops = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MAX_LOOPS);
        List<Dataset> datasets = new ArrayList<>();
        try (Generator generator = new Generator(loops, endpoints, CLOCK)) {
            try {
                for (Endpoint endpoint : endpoints) {
                    // one of its own for each: two endpoints may be the same server
                    String own = bucket + "-" + datasets.size();
                    datasets.add(new Dataset(generator, endpoint, own, bodies, plan.maxRunBytes()));
                }
                return new Measurement(plan, generator, datasets, result -> {
                            console.println(Report.tableLine(result));
                            console.flush();
                        })
                        .run();
            } finally {
                datasets.forEach(Dataset::close);
            }
        }
    }

    private Plan plan() {
        try {
            return new Plan(
                    operations,
                    sizes.stream()
                            .map(size -> Math.toIntExact(ByteSizes.parse(size)))
                            .toList(),
                    clients,
                    Duration.ofMillis(Math.round(seconds * 1000)),
                    Duration.ofMillis(Math.round(warmup * 1000)),
                    rounds,
                    ByteSizes.parse(maxRunBytes),
                    ByteSizes.parse(maxInFlight));
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new ParameterException(commandSpec().commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        List<String> standardNames = List.of("first", "second");
        if (urls.size() > standardNames.size()) {
            throw wrong("--endpoint: " + urls.size() + " of them (expected: 1 or 2)");
        }
        for (int i = 0; i < urls.size(); i++) {
            try {
                endpoints.add(new Endpoint(
                        i < names.size() ? names.get(i) : standardNames.get(i),
                        urls.get(i),
                        credential("--access-key", accessKeys, i, "AWS_ACCESS_KEY_ID"),
                        credential("--secret-key", secretKeys, i, "AWS_SECRET_ACCESS_KEY"),
                        region,
                        !unsignedPayload));
            } catch (IllegalArgumentException malformed) {
                throw new ParameterException(
                        commandSpec().commandLine(), String.valueOf(malformed.getMessage()), malformed);
            }
        }
        return endpoints;
    }

    private String credential(String option, List<String> given, int index, String variable) {
        if (!given.isEmpty()) {
            return given.get(Math.min(index, given.size() - 1));
        }
        String value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw wrong(option + " or " + variable + " is needed");
        }
        return value;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(commandSpec().commandLine(), message);
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("set by the command line before anything is called");
        }
        return spec;
    }
}
