package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.event.EventFanOut;
import dev.skerry.blob.event.EventSink;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

/** This node's replicas of slots in SQLite: a thread for each, which applies what the log gives it. */
public final class SqliteReplicas implements SlotReplicas, AutoCloseable {
    private final SlotDatabases databases;
    private final List<SlotReplica> replicas;

    /** Joins the rules to the databases; {@link #start} begins the threads, which should be platform threads. */
    public SqliteReplicas(
            SlotDatabases databases,
            SlotMachine machine,
            List<EventSink> sinks,
            ThreadFactory threads,
            StoreListener listener) {
        this.databases = databases;
        databases.removeCopies();
        EventFanOut fanOut = new EventFanOut(sinks);
        this.replicas = databases.slots().stream()
                .map(slot -> new SlotReplica(
                        slot,
                        databases.connections(slot),
                        machine,
                        fanOut,
                        threads,
                        listener,
                        new SlotDigests(slot, databases, threads)))
                .toList();
    }

    /** Begins the threads. */
    public void start() {
        replicas.forEach(SlotReplica::start);
    }

    @Override
    public LogPosition position(SlotId slot) {
        return replicas.get(slot.value()).position();
    }

    @Override
    public Application apply(SlotId slot, LogPosition position, List<Command> commands) {
        return replicas.get(slot.value()).apply(position, commands, true);
    }

    @Override
    public Application applyLater(SlotId slot, LogPosition position, List<Command> commands) {
        return replicas.get(slot.value()).apply(position, commands, false);
    }

    @Override
    public void hurry(SlotId slot) {
        replicas.get(slot.value()).hurry();
    }

    @Override
    public void sync(SlotId slot, LogPosition upTo) {
        replicas.get(slot.value()).sync(upTo);
    }

    @Override
    public boolean inService(SlotId slot) {
        return databases.inService(slot);
    }

    @Override
    public Path copy(SlotId slot) {
        return databases.copy(slot);
    }

    @Override
    public Path incoming(SlotId slot) {
        return databases.incoming(slot);
    }

    @Override
    public void replace(SlotId slot, LogPosition atLeast) {
        replicas.get(slot.value()).replace(atLeast);
    }

    @Override
    public void erase(SlotId slot) {
        replicas.get(slot.value()).erase();
    }

    @Override
    public CompletableFuture<RowDigest> digest(SlotId slot) {
        return replicas.get(slot.value()).digest();
    }

    @Override
    public void setAside(SlotId slot, String reason) {
        databases.quarantineForGood(slot, reason);
    }

    /** Ends the threads once what they are at is committed; the log gives the rest again. */
    @Override
    public void close() {
        replicas.forEach(SlotReplica::close);
        try {
            for (SlotReplica replica : replicas) {
                replica.awaitEnd();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
