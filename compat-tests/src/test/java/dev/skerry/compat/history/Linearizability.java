package dev.skerry.compat.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of a key's operations that one register could have answered in, each between its call and its
 * return: the search of Wing and Gong, which remembers the states it was in as Lowe does.
 *
 * <p>What keeps it small:
 *
 * <ul>
 *   <li>what leaves the state as it is and may come next comes next: later it could only be harder to place;
 *   <li>an operation of unknown outcome is placed only where the next one depends on what it left: elsewhere it may as
 *       well never have happened;
 *   <li>of those of unknown outcome that do the same, the earliest stands for all.
 * </ul>
 */
public final class Linearizability {
    private static final int MAX_STATES = 500_000;
    private static final int MAX_OPERATIONS = 4_000;

    private final List<Operation> operations;
    private final Register register;
    private final Set<Seen> seen = new HashSet<>();
    private List<Integer> order = new ArrayList<>();
    private List<Integer> longest = new ArrayList<>();
    private int stateOfLongest = Register.NOTHING;

    /** Thrown where the search grew beyond its bound. */
    private static final class TooMany extends RuntimeException {}

    /**
     * Where the search was.
     *
     * @param placed which operations had their place
     * @param state what the key held
     * @param unobserved whether the last one's outcome is unknown, so that the next has to depend on it
     */
    private record Seen(Bits placed, int state, boolean unobserved) {}

    /** A set of operations that does not change. */
    private static final class Bits {
        private final long[] words;
        private final int hash;

        Bits(long[] words) {
            this.words = words.clone();
            hash = Arrays.hashCode(words);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bits bits && Arrays.equals(words, bits.words);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private Linearizability(List<Operation> history) {
        operations = history.stream()
                .filter(Operation::counts)
                .sorted(Comparator.comparingLong(Operation::calledNanos))
                .toList();
        register = new Register(operations);
    }

    /** Judges the history of one key, which held nothing before. */
    public static Verdict judge(List<Operation> history) {
        return new Linearizability(history).judge();
    }

    private Verdict judge() {
        if (operations.size() > MAX_OPERATIONS) {
            return new Verdict.Undecided(0);
        }
        try {
            long[] placed = new long[operations.size() / Long.SIZE + 1];
            return search(placed, Register.NOTHING, false)
                    ? new Verdict.Linearizable()
                    : new Verdict.Violation(explanation());
        } catch (TooMany e) {
            return new Verdict.Undecided(seen.size());
        }
    }

    /** Whether what has no place yet can be placed. Leaves {@code order} as it was, unless it can. */
    private boolean search(long[] placed, int state, boolean unobserved) {
        int sizeBefore = order.size();
        boolean observed = placeWhatChangesNothing(placed, state);
        boolean wanting = unobserved && !observed;
        if (order.size() > longest.size()) {
            longest = new ArrayList<>(order);
            stateOfLongest = state;
        }
        List<Integer> next = candidates(placed);
        if (next.stream().allMatch(this::isOptional)) {
            return true;
        }
        if (seen.add(new Seen(new Bits(placed), state, wanting))) {
            if (seen.size() > MAX_STATES) {
                throw new TooMany();
            }
            for (int i : next) {
                Operation operation = operations.get(i);
                int after = register.after(operation, state);
                if (after == Register.IMPOSSIBLE || (wanting && Register.isBlind(operation))) {
                    continue;
                }
                place(placed, i);
                if (search(placed, after, isOptional(i))) {
                    return true;
                }
                unplaceTo(placed, order.size() - 1);
            }
        }
        unplaceTo(placed, sizeBefore);
        return false;
    }

    /** Gives whether there was one. */
    private boolean placeWhatChangesNothing(long[] placed, int state) {
        boolean any = false;
        boolean again = true;
        while (again) {
            again = false;
            for (int i : candidates(placed)) {
                if (!isOptional(i)
                        && !Register.isBlind(operations.get(i))
                        && register.after(operations.get(i), state) == state) {
                    place(placed, i);
                    any = true;
                    again = true;
                }
            }
        }
        return any;
    }

    private void place(long[] placed, int i) {
        placed[i / Long.SIZE] |= 1L << i;
        order.add(i);
    }

    private void unplaceTo(long[] placed, int size) {
        while (order.size() > size) {
            int i = order.removeLast();
            placed[i / Long.SIZE] &= ~(1L << i);
        }
    }

    private static boolean isPlaced(long[] placed, int i) {
        return (placed[i / Long.SIZE] & 1L << i) != 0;
    }

    private boolean isOptional(int i) {
        return operations.get(i).outcome() == Outcome.UNKNOWN;
    }

    /** What has no place yet and was called before any other such operation returned. */
    private List<Integer> candidates(long[] placed) {
        List<Integer> candidates = new ArrayList<>();
        List<Operation> optional = new ArrayList<>();
        long firstReturn = Long.MAX_VALUE;
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            if (operation.calledNanos() > firstReturn) {
                break;
            }
            if (isPlaced(placed, i)) {
                continue;
            }
            if (!isOptional(i)) {
                firstReturn = Math.min(firstReturn, operation.returnedNanos());
                candidates.add(i);
            } else if (optional.stream().noneMatch(earlier -> register.isLike(earlier, operation))) {
                optional.add(operation);
                candidates.add(i);
            }
        }
        return candidates;
    }

    private String explanation() {
        long[] placed = new long[operations.size() / Long.SIZE + 1];
        order = new ArrayList<>();
        longest.forEach(i -> place(placed, i));
        StringBuilder text = new StringBuilder(String.format(
                "%d of %d operations can be explained; then the key holds %s%n",
                longest.size(), operations.size(), register.valueOf(stateOfLongest)));
        text.append("the last of them:\n");
        for (int i : longest.subList(Math.max(0, longest.size() - 8), longest.size())) {
            text.append("  ").append(operations.get(i).describe()).append('\n');
        }
        text.append("and none of these can come next:\n");
        for (int i : candidates(placed)) {
            text.append("  ").append(operations.get(i).describe()).append('\n');
        }
        return text.toString();
    }
}
