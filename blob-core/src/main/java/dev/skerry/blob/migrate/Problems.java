package dev.skerry.blob.migrate;

import dev.skerry.blob.migrate.MigrationProblem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Problems as they come up: all are counted and told, the first of them kept. Used by one thread. */
final class Problems {
    private static final int KEPT = 1000;

    private final Consumer<MigrationProblem> told;
    private final List<MigrationProblem> first = new ArrayList<>();
    private long count;

    Problems(Consumer<MigrationProblem> told) {
        this.told = told;
    }

    void add(Kind kind, String subject, String detail) {
        MigrationProblem problem = new MigrationProblem(kind, subject, detail);
        count++;
        // one that stands in the way is kept whatever came before it: it decides whether anything is written
        if (first.size() < KEPT || (kind.blocks() && noneBlocks())) {
            first.add(problem);
        }
        told.accept(problem);
    }

    private boolean noneBlocks() {
        return first.stream().noneMatch(problem -> problem.kind().blocks());
    }

    List<MigrationProblem> first() {
        return List.copyOf(first);
    }

    long count() {
        return count;
    }
}
