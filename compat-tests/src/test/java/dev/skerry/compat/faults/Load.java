package dev.skerry.compat.faults;

import dev.skerry.compat.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that ask all nodes for the same few keys. After a while they go on to others, so that histories stay short.
 */
final class Load {
    /** How many keys the clients are at. */
    static final int KEYS = 10;

    private static final int CLIENTS = 8;
    private static final int OPERATIONS_OF_A_KEY = 100;

    private final List<String> buckets;
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<LoadClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Clients that do not ask yet.
     *
     * @param nodes whom they ask
     * @param buckets which the rounds are in by turns
     */
    Load(
            Nodes nodes,
            List<String> buckets,
            Values values,
            History history,
            Surprises surprises,
            SplittableRandom random) {
        this.buckets = List.copyOf(buckets);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new LoadClient(i, this, nodes.clients(values, surprises), values, history, random.split()));
        }
    }

    void start() {
        for (LoadClient client : clients) {
            threads.add(Thread.ofVirtual().name("load-client").start(client::askUntilOver));
        }
    }

    boolean isOver() {
        return over.get();
    }

    /** The round that the next operation belongs to. */
    long nextRound() {
        return tickets.getAndIncrement() / (KEYS * OPERATIONS_OF_A_KEY);
    }

    /** No client is at a round before this one any more. */
    long earliestRound() {
        return clients.stream().mapToLong(LoadClient::round).min().orElseThrow();
    }

    String bucket(long round) {
        return buckets.get((int) (round % buckets.size()));
    }

    /** What the keys of a round begin with. */
    static String prefix(long round) {
        return String.format("r%05d/", round);
    }

    static String key(long round, int number) {
        return prefix(round) + "k" + number;
    }

    Tally tally() {
        return clients.stream().map(LoadClient::tally).reduce(Tally.NONE, Tally::plus);
    }

    /** Ends the clients when their last answers have come. */
    void end() throws InterruptedException {
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        clients.forEach(LoadClient::close);
    }
}
