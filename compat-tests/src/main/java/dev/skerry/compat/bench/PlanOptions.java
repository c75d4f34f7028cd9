package dev.skerry.compat.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What the command line says of the plan. */
final class PlanOptions {
    @Option(
            names = "--ops",
            split = ",",
            defaultValue = "PUT,OVERWRITE,GET,HEAD,DELETE,LIST,LIST_PREFIXES,DELETE_OBJECTS,MULTIPART",
            description = "what to measure (default: ${DEFAULT-VALUE})")
    private List<Operation> operations = new ArrayList<>();

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
            names = "--payloads",
            split = ",",
            defaultValue = "SIGNED,UNSIGNED",
            description = "whether bodies of objects are part of the signature (default: ${DEFAULT-VALUE})")
    private List<Payload> payloads = new ArrayList<>();

    @Option(names = "--seconds", defaultValue = "5", description = "of one run (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "3",
            description = "seconds before the runs of a cell (default: ${DEFAULT-VALUE})")
    private double warmup;

    @Option(names = "--rounds", defaultValue = "5", description = "runs of each cell (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--listed-keys",
            defaultValue = "10000",
            description = "keys that pages of up to 1000 are taken from (default: ${DEFAULT-VALUE})")
    private int listedKeys;

    @Option(
            names = "--deleted-keys",
            defaultValue = "1000",
            description = "of one DeleteObjects (default: ${DEFAULT-VALUE})")
    private int deletedKeys;

    @Option(
            names = "--part-size",
            defaultValue = "8MiB",
            description = "of multipart uploads (default: ${DEFAULT-VALUE})")
    private String partSize = "";

    @Option(
            names = "--max-run-bytes",
            defaultValue = "2GiB",
            description = "the most one run writes, but an object for each client" + " (default: ${DEFAULT-VALUE})")
    private String maxRunBytes = "";

    @Option(
            names = "--max-in-flight",
            defaultValue = "4GiB",
            description = "cells whose clients times size are more are left out (default: ${DEFAULT-VALUE})")
    private String maxInFlight = "";

    /**
     * The plan.
     *
     * @throws IllegalArgumentException where what was given makes none
     */
    Plan plan() {
        return new Plan(
                operations,
                sizes.stream().map(PlanOptions::size).toList(),
                clients,
                payloads,
                Duration.ofMillis(Math.round(seconds * 1000)),
                Duration.ofMillis(Math.round(warmup * 1000)),
                rounds,
                new Plan.Bounds(
                        ByteSizes.parse(maxRunBytes),
                        ByteSizes.parse(maxInFlight),
                        size(partSize),
                        listedKeys,
                        deletedKeys));
    }

    private static int size(String text) {
        long size = ByteSizes.parse(text);
        if (size > 1 << 30) {
            throw new IllegalArgumentException("size: " + text + " (expected: 1GiB or less)");
        }
        return (int) size;
    }
}
