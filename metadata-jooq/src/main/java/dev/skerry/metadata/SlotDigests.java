package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.SlotDigest;
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

    /** The thread under way; guarded by this, like its connection. */
    private @Nullable Thread walking;

    private @Nullable Statements reading;

    /** Of a slot; the threads should be platform threads. */
    SlotDigests(SlotId slot, SlotDatabases databases, ThreadFactory threads) {
        this.slot = slot;
        this.databases = databases;
        this.threads = threads;
    }

    /** Begins with what is committed now: it returns once a later commit is not seen any more. */
    CompletableFuture<SlotDigest> begin() {
        CompletableFuture<Void> fixed = new CompletableFuture<>();
        CompletableFuture<SlotDigest> digest = new CompletableFuture<>();
        synchronized (this) {
            if (walking != null && walking.isAlive()) {
                return CompletableFuture.failedFuture(busy("slot " + slot + " is being added up already"));
            }
            walking = threads.newThread(() -> walk(fixed, digest));
            walking.start();
        }
        fixed.join();
        return digest;
    }

    private void walk(CompletableFuture<Void> fixed, CompletableFuture<SlotDigest> digest) {
        try {
            databases.refuseQuarantined(slot);
            digest.complete(databases.onFile(slot, () -> {
                try (Statements statements = databases.file(slot).openReader()) {
                    reads(statements);
                    return statements.inOneState(() -> {
                        // a transaction sees the state of its first read
                        statements.number(SlotSql.LAST_EVENT);
                        fixed.complete(null);
                        return DigestWalk.of(statements);
                    });
                } finally {
                    reads(null);
                }
            }));
        } catch (RuntimeException | Error e) {
            databases.noticed(slot, e);
            digest.completeExceptionally(e);
        } finally {
            fixed.complete(null);
        }
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
