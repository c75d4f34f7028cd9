package dev.skerry.compat.faults;

import dev.skerry.compat.history.History;
import dev.skerry.compat.history.Linearizability;
import dev.skerry.compat.history.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Judges keys and keeps what it found. For one thread. */
final class Judge {
    private static final int MAX_KEPT = 20;

    private final History history;
    private final List<String> violations = new ArrayList<>();
    private int undecided;
    private int judged;

    Judge(History history) {
        this.history = history;
    }

    /** Judges all keys that begin so. */
    void judge(String prefix) {
        for (String key : history.keys(prefix)) {
            judged++;
            switch (Linearizability.judge(history.of(key))) {
                case Verdict.Linearizable() -> {}
                case Verdict.Undecided(int states) -> {
                    System.out.println("faults: gave up on " + key + " after " + states + " states");
                    undecided++;
                }
                case Verdict.Violation(String explanation) -> {
                    if (violations.size() < MAX_KEPT) {
                        violations.add(key + ": " + explanation);
                        System.out.println("faults: VIOLATION of " + key + ": " + explanation);
                    }
                }
            }
        }
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    int undecided() {
        return undecided;
    }

    int judged() {
        return judged;
    }
}
