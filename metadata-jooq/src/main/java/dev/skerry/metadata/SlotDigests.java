package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Adds up states of a slot, one at a time, by a thread and a connection of its own while the slot goes on. */
final class SlotDigests {
    private final SlotId slot;
    private final SlotDatabases databases;
    private final ThreadFactory threads;

    /** The last thread; guarded by this, like whether it is at it and its connection. */
    private @Nullable Thread walking;

    private boolean underWay;

    private @Nullable Statements reading;

    /** Of a slot; the threads should be platform threads. */
    SlotDigests(SlotId slot, SlotDatabases databases, ThreadFactory threads) {
        this.slot = slot;
        this.databases = databases;
        this.threads = threads;
    }

    /** Begins with what is committed now: it returns once a later commit is not seen any more. */
    CompletableFuture<RowDigest> begin() {
        CompletableFuture<Void> fixed = new CompletableFuture<>();
        CompletableFuture<RowDigest> digest = new CompletableFuture<>();
        synchronized (this) {
            if (underWay) {
                return CompletableFuture.failedFuture(busy("slot " + slot + " is being added up already"));
            }
            underWay = true;
            walking = threads.newThread(() -> walk(fixed, digest));
            walking.start();
        }
        fixed.join();
        return digest;
    }

    /** Whoever hears of the end may begin the next. */
    private void walk(CompletableFuture<Void> fixed, CompletableFuture<RowDigest> digest) {
        try {
            RowDigest made = add(fixed);
            ended();
            digest.complete(made);
        } catch (RuntimeException | Error e) {
            databases.noticed(slot, e);
            ended();
            digest.completeExceptionally(e);
        } finally {
            fixed.complete(null);
        }
    }

    private RowDigest add(CompletableFuture<Void> fixed) {
        databases.refuseQuarantined(slot);
        return databases.onFile(slot, () -> {
            try (Statements statements = databases.file(slot).openReader()) {
                reads(statements);
                return statements.inOneState(() -> {
                    // a transaction sees the state of its first read
                    statements.number(SlotSql.LAST_EVENT);
                    fixed.complete(null);
                    return DigestWalk.SLOT.of(statements);
                });
            } finally {
                reads(null);
            }
        });
    }

    private synchronized void ended() {
        underWay = false;
    }

    private synchronized void reads(@Nullable Statements statements) {
        reading = statements;
    }

    private synchronized void interrupt() {
        if (reading != null) {
            reading.interrupt();
        }
    }

    private synchronized @Nullable Thread walking() {
        return walking;
    }

    /** Breaks off what is under way; returns once no file is read any more. */
    void breakOff() {
        Thread thread = walking();
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            interrupt();
            try {
                thread.join(10);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static StoreException busy(String detail) {
        return new StoreException(new StoreFailure.Busy(detail));
    }
}
