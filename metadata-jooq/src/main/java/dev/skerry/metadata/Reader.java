package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections that read, one to every slot that was ever asked about. Used by one thread at a time; blocks. */
final class Reader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reader.class);

    private final SlotDatabases databases;
    private final Map<SlotId, Connected> connections = new HashMap<>();

    /** A connection to one slot. */
    private record Connected(Statements statements, SlotQueries queries) {}

    /** Connects to nothing yet. */
    Reader(SlotDatabases databases) {
        this.databases = databases;
    }

    /**
     * Asks a slot. Nothing of a read that fails outlives it, neither a transaction nor pages the cache took for good:
     * its connection is closed.
     */
    <T> T ask(SlotId slot, BiFunction<Statements, SlotQueries, T> question) {
        databases.refuseQuarantined(slot);
        try {
            Connected connected = connections.computeIfAbsent(slot, this::connect);
            return question.apply(connected.statements(), connected.queries());
        } catch (RuntimeException | Error e) {
            Connected failed = connections.remove(slot);
            if (failed != null) {
                disconnect(failed);
            }
            databases.noticed(slot, e);
            throw e;
        }
    }

    /** Closes the connection to the slot. */
    void forget(SlotId slot) {
        Connected connected = connections.remove(slot);
        if (connected != null) {
            disconnect(connected);
        }
    }

    private Connected connect(SlotId slot) {
        Statements statements = databases.file(slot).openReader();
        return new Connected(statements, new SlotQueries(slot, statements));
    }

    private static void disconnect(Connected connected) {
        try {
            connected.statements().close();
        } catch (StoreException e) {
            log.warn("closing a reader's connection failed", e);
        }
    }

    /** Closes all connections; there may be new ones afterwards. */
    @Override
    public void close() {
        connections.values().forEach(Reader::disconnect);
        connections.clear();
    }
}
