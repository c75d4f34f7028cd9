package dev.skerry.compat.faults;

import dev.skerry.compat.history.Action;
import dev.skerry.compat.history.History;
import dev.skerry.compat.history.Operation;
import dev.skerry.compat.history.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** One client: asks one thing after the other, of any node, and records what it was told. */
final class LoadClient implements AutoCloseable {
    private static final long MAX_THINKING = Duration.ofMillis(60).toNanos();
    private static final long AFTER_FAILURE = Duration.ofMillis(250).toNanos();

    private final int number;
    private final Load load;
    private final List<NodeClient> nodes;
    private final Values values;
    private final History history;
    private final SplittableRandom random;
    private final Map<String, String> lastSeen = new HashMap<>();
    private volatile long round;
    private volatile Tally tally = Tally.NONE; // written by the client's thread only

    LoadClient(int number, Load load, List<NodeClient> nodes, Values values, History history, SplittableRandom random) {
        this.number = number;
        this.load = load;
        this.nodes = nodes;
        this.values = values;
        this.history = history;
        this.random = random;
    }

    long round() {
        return round;
    }

    Tally tally() {
        return tally;
    }

    void askUntilOver() {
        while (!load.isOver()) {
            long next = load.nextRound();
            if (next != round) {
                round = next;
                lastSeen.clear();
            }
            Outcome outcome = random.nextInt(40) == 0 ? list() : ask();
            tally = tally.plus(outcome);
            boolean failed = outcome == Outcome.REFUSED || outcome == Outcome.UNKNOWN;
            LockSupport.parkNanos(failed ? AFTER_FAILURE : random.nextLong(MAX_THINKING));
        }
        round = Long.MAX_VALUE;
    }

    private Outcome ask() {
        NodeClient node = anyNode();
        Asked asked = next();
        long called = System.nanoTime();
        Answer answer = node.ask(asked);
        record(node.name(), asked, answer, called);
        if (answer.outcome() == Outcome.DONE) {
            remember(asked, answer);
        }
        return answer.outcome();
    }

    private void record(String name, Asked asked, Answer answer, long called) {
        history.add(new Operation(
                number,
                name,
                asked.path(),
                asked.action(),
                asked.value(),
                asked.expected(),
                answer.outcome(),
                answer.seen(),
                called,
                System.nanoTime()));
    }

    private void remember(Asked asked, Answer answer) {
        String now = asked.action() == Action.READ ? answer.seen() : asked.value();
        if (now == null) {
            lastSeen.remove(asked.key());
        } else {
            lastSeen.put(asked.key(), now);
        }
    }

    private NodeClient anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private Asked next() {
        String key = Load.key(round, random.nextInt(Load.KEYS));
        String expected = lastSeen.get(key);
        int dice = random.nextInt(100);
        if (dice < 40) {
            return asked(key, Action.READ, null, null);
        } else if (dice < 65) {
            return asked(key, Action.WRITE, values.next(), null);
        } else if (dice < 75) {
            return asked(key, Action.CREATE, values.next(), null);
        } else if (dice < 83 || expected == null) {
            return asked(key, Action.DELETE, null, null);
        } else if (dice < 96) {
            return asked(key, Action.SWAP, values.next(), expected);
        }
        return asked(key, Action.DELETE_MATCHING, null, expected);
    }

    private Asked asked(String key, Action action, @Nullable String value, @Nullable String expected) {
        return new Asked(load.bucket(round), key, action, value, expected);
    }

    /** A whole list is a read of every key of the round; its pages come from any nodes. */
    private Outcome list() {
        Map<String, String> found = new TreeMap<>();
        long called = System.nanoTime();
        NodeClient node = anyNode();
        try {
            Optional<String> after = Optional.empty();
            do {
                after = node.list(load.bucket(round), Load.prefix(round), after, found);
                node = anyNode();
            } while (after.isPresent());
        } catch (SdkException noAnswer) {
            return Outcome.REFUSED;
        }
        for (int i = 0; i < Load.KEYS; i++) {
            Asked asked = asked(Load.key(round, i), Action.READ, null, null);
            record(node.name() + " (list)", asked, new Answer(Outcome.DONE, found.get(asked.key())), called);
        }
        return Outcome.DONE;
    }

    @Override
    public void close() {
        nodes.forEach(NodeClient::close);
    }
}
