package dev.skerry.compat.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Clients of a register that is right: each operation takes effect at one moment between its call and its return. */
final class SimulatedRegister {
    private static final int DOUBTFUL_OF_100 = 10;
    private static final List<Action> ACTIONS = List.of(Action.values());

    private final SplittableRandom random;
    private final List<Operation> history = new ArrayList<>();
    private @Nullable String state;

    private SimulatedRegister(SplittableRandom random) {
        this.random = random;
    }

    static List<Operation> history(SplittableRandom random, int clients, int operations) {
        SimulatedRegister register = new SimulatedRegister(random);
        long[] idleFrom = new long[clients];
        for (int moment = 1; moment <= operations; moment++) {
            int client = random.nextInt(clients);
            long effect = moment * 1000L;
            long called = Math.max(idleFrom[client], effect - random.nextLong(6000));
            long returned = effect + random.nextLong(6000);
            if (called < effect) {
                register.operate(client, "v" + moment, called, effect, returned);
                idleFrom[client] = returned + 1;
            }
        }
        return register.history;
    }

    private void operate(int client, String value, long called, long effect, long returned) {
        boolean doubtful = random.nextInt(100) < DOUBTFUL_OF_100;
        boolean happens = !doubtful || random.nextBoolean();
        String before = state;
        String expected = random.nextInt(3) > 0 && before != null ? before : "v" + effect / 2000;
        Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
        Outcome outcome = Outcome.DONE;
        switch (action) {
            case READ -> {}
            case WRITE -> state = happens ? value : before;
            case DELETE -> state = happens ? null : before;
            case CREATE -> {
                outcome = before == null ? Outcome.DONE : Outcome.MISMATCH;
                state = before == null && happens ? value : before;
            }
            case SWAP, DELETE_MATCHING -> {
                boolean matches = Objects.equals(before, expected);
                outcome = before == null ? Outcome.MISSING : matches ? Outcome.DONE : Outcome.MISMATCH;
                state = matches && happens ? (action == Action.SWAP ? value : null) : before;
            }
        }
        boolean writes = action == Action.WRITE || action == Action.CREATE || action == Action.SWAP;
        boolean compares = action == Action.SWAP || action == Action.DELETE_MATCHING;
        history.add(new Operation(
                client,
                "a",
                "k",
                action,
                writes ? value : null,
                compares ? expected : null,
                doubtful ? Outcome.UNKNOWN : outcome,
                action == Action.READ && !doubtful ? before : null,
                called,
                returned));
    }
}
