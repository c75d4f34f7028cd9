package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Plan.Cell;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs a plan. Each round runs all targets that a cell means anything to, and who is first takes turns, so that
 * whatever else the machine does falls on all of them.
 */
final class Measurement {
    /** More failures than these, and more than this part of all operations, and what was measured means nothing. */
    private static final long MAX_ERRORS = 5;

    private static final double MAX_ERROR_FRACTION = 0.01;

    private static final int ATTEMPTS = 3;

    private final Plan plan;
    private final List<? extends Target> endpoints;
    private final List<? extends Target> limits;
    private final Consumer<CellResult> listener;
    private final Consumer<String> failures;

    /** Tells {@code listener} of each cell when it is done, {@code failures} of each that is measured anew. */
    Measurement(
            Plan plan,
            List<? extends Target> endpoints,
            List<? extends Target> limits,
            Consumer<CellResult> listener,
            Consumer<String> failures) {
        this.plan = plan;
        this.endpoints = List.copyOf(endpoints);
        this.limits = List.copyOf(limits);
        this.listener = listener;
        this.failures = failures;
    }

    void run() {
        for (Cell cell : plan.cells()) {
            if (targets(cell).isEmpty()) {
                continue;
            }
            listener.accept(measured(cell));
        }
    }

    private List<Target> targets(Cell cell) {
        return Stream.<Target>concat(endpoints.stream(), limits.stream())
                .filter(target -> target.takes(cell))
                .toList();
    }

    /** Measures a cell anew where too much of it failed: an endpoint that resets a connection should not end a grid. */
    private CellResult measured(Cell cell) {
        for (int attempt = 1; ; attempt++) {
            try {
                return run(cell);
            } catch (BenchException failed) {
                if (attempt == ATTEMPTS) {
                    throw failed;
                }
                failures.accept(failed.getMessage());
            }
        }
    }

    private CellResult run(Cell cell) {
        List<Target> order = new ArrayList<>(targets(cell));
        Map<Target, List<Round>> rounds = new HashMap<>();
        order.forEach(target -> rounds.put(target, new ArrayList<>()));
        if (!plan.warmup().isZero()) {
            order.forEach(target -> check(cell, target, target.prepare(cell).over(plan.warmup())));
        }
        for (int i = 0; i < plan.rounds(); i++) {
            for (Target target : order) {
                Round round = Round.of(target, target.prepare(cell), plan.seconds());
                check(cell, target, round.sample());
                rounds.getOrDefault(target, List.of()).add(round);
            }
            Collections.reverse(order);
        }
        order.forEach(target -> target.finish(cell));
        return new CellResult(cell, results(endpoints, rounds), results(limits, rounds));
    }

    private static List<TargetResult> results(List<? extends Target> targets, Map<Target, List<Round>> rounds) {
        return targets.stream()
                .filter(rounds::containsKey)
                .map(target -> TargetResult.of(target.name(), rounds.getOrDefault(target, List.of())))
                .toList();
    }

    private static void check(Cell cell, Target target, Sample sample) {
        double fraction = (double) sample.errors() / Math.max(1, sample.operations() + sample.errors());
        if (sample.operations() == 0 || (sample.errors() > MAX_ERRORS && fraction > MAX_ERROR_FRACTION)) {
            throw new BenchException(target.name() + ": " + cell + ": " + sample.errors() + " of "
                    + (sample.operations() + sample.errors()) + " operations failed: " + sample.firstError());
        }
    }
}
