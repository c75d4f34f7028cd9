package dev.skerry.compat.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The gates between all places, and the links that pass them. A place is a node's name, or {@link #CLIENTS}. */
final class Network implements AutoCloseable {
    static final String CLIENTS = "clients";

    private final Map<Way, Gate> gates = new ConcurrentHashMap<>();
    private final List<Link> links = new ArrayList<>();

    private record Way(String from, String to) {}

    /** What bytes pass on this way. */
    Gate gate(String from, String to) {
        return gates.computeIfAbsent(new Way(from, to), _ -> new Gate());
    }

    /** Carries connections that one opens to the other, which listens on this port. */
    Link link(String from, String to, int port) {
        Link link = new Link(gate(from, to), gate(to, from), port);
        links.add(link);
        return link;
    }

    void eachGate(Consumer<Gate> deed) {
        gates.values().forEach(deed);
    }

    /** Every way is as it was in the beginning. */
    void mend() {
        eachGate(Gate::mend);
    }

    void breakConnections() {
        links.forEach(Link::breakConnections);
    }

    @Override
    public void close() {
        mend();
        links.forEach(Link::close);
    }
}
