package dev.skerry.compat.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a key holds, as small numbers, and what each operation of a history makes of it. Values that only the write of
 * unknown outcome names which wrote them are one number: nothing can tell them apart.
 */
final class Register {
    static final int NOTHING = 0;
    static final int IMPOSSIBLE = -1;

    /** What nobody but its writer ever named. */
    private static final int UNNAMED = 1;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Set<String> named = new HashSet<>();

    Register(List<Operation> history) {
        for (Operation operation : history) {
            name(operation.seen());
            name(operation.expected());
            if (operation.outcome() != Outcome.UNKNOWN) {
                name(operation.value());
            }
        }
        for (String value : named) {
            numbers.put(value, numbers.size() + UNNAMED + 1);
        }
    }

    private void name(@Nullable String value) {
        if (value != null) {
            named.add(value);
        }
    }

    private int number(@Nullable String value) {
        return value == null ? NOTHING : numbers.getOrDefault(value, UNNAMED);
    }

    String valueOf(int number) {
        if (number == NOTHING) {
            return "nothing";
        }
        return numbers.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("a value that nobody read");
    }

    /** Whether another operation of unknown outcome that does the same could stand in its place. */
    boolean isLike(Operation one, Operation other) {
        return one.action() == other.action()
                && number(one.value()) == number(other.value())
                && number(one.expected()) == number(other.expected());
    }

    /** The state after the operation, or {@link #IMPOSSIBLE} where it could not have had this outcome. */
    int after(Operation operation, int state) {
        int expected = number(operation.expected());
        return switch (operation.action()) {
            case READ -> unchangedIf(state == number(operation.seen()), state);
            case WRITE -> number(operation.value());
            case DELETE -> NOTHING;
            case CREATE ->
                operation.outcome() == Outcome.MISMATCH
                        ? unchangedIf(state != NOTHING, state)
                        : state == NOTHING ? number(operation.value()) : IMPOSSIBLE;
            case SWAP, DELETE_MATCHING ->
                switch (operation.outcome()) {
                    case MISMATCH -> unchangedIf(state != expected && !mustBeThere(operation, state), state);
                    case MISSING -> unchangedIf(state == NOTHING, state);
                    default -> state == expected ? number(operation.value()) : IMPOSSIBLE;
                };
        };
    }

    /** A SWAP of nothing is missing; a delete is told a mismatch where nothing but a delete marker is there. */
    private static boolean mustBeThere(Operation operation, int state) {
        return operation.action() == Action.SWAP && state == NOTHING;
    }

    private static int unchangedIf(boolean holds, int state) {
        return holds ? state : IMPOSSIBLE;
    }

    /** Whether the operation's outcome is the same in every state, and what it leaves too. */
    static boolean isBlind(Operation operation) {
        return operation.action() == Action.WRITE || operation.action() == Action.DELETE;
    }
}
