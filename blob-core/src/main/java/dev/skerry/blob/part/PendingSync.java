package dev.skerry.blob.part;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Files that are written and not yet fsynced. Bounded: whoever adds number {@value #MAX_FILES} does the fsyncs then and
 * there.
 */
final class PendingSync {
    static final int MAX_FILES = 1024;

    private final Object lock = new Object();

    /**
     * Held for a whole sync, I/O and all: whoever asks for one while another runs must not return before that one is
     * done, because rows that refer to its files are made durable next.
     */
    private final ReentrantLock syncing = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private Set<Path> files = new LinkedHashSet<>();

    void add(Path file) throws IOException {
        boolean full;
        synchronized (lock) {
            files.add(file);
            full = files.size() >= MAX_FILES;
        }
        if (full) {
            sync();
        }
    }

    /** Fsyncs everything added before the call. Files that could not be are kept for the next time. */
    void sync() throws IOException {
        syncing.lock();
        try {
            syncTaken();
        } finally {
            syncing.unlock();
        }
    }

    private void syncTaken() throws IOException {
        Set<Path> taken;
        synchronized (lock) {
            taken = files;
            files = new LinkedHashSet<>();
        }
        Set<Path> folders = new LinkedHashSet<>();
        Set<Path> parents = new LinkedHashSet<>();
        try {
            for (Path file : taken) {
                Folders.syncIfThere(file);
                Path folder = file.getParent();
                if (folder != null && folders.add(folder) && folder.getParent() != null) {
                    parents.add(folder.getParent());
                }
            }
            for (Path folder : folders) {
                Folders.syncIfThere(folder);
            }
            for (Path parent : parents) {
                Folders.syncIfThere(parent);
            }
        } catch (IOException e) {
            synchronized (lock) {
                files.addAll(taken);
            }
            throw e;
        }
    }
}
