package dev.skerry.cluster.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The copies of files that other nodes read. One that nobody read for a minute is released. Safe for many threads. */
final class OpenFiles implements AutoCloseable {
    private static final int MAX_OPEN = 16;
    private static final Duration IDLE = Duration.ofMinutes(1);

    // Guarded by this.
    private final Map<Long, Copy> copies = new LinkedHashMap<>();
    private long nextId = 1;

    private static final class Copy {
        private final Path file;
        private final Runnable release;
        private long usedNanos = System.nanoTime();

        Copy(Path file, Runnable release) {
            this.file = file;
            this.release = release;
        }
    }

    long add(Path file, Runnable release) throws IOException {
        releaseIdle();
        synchronized (this) {
            if (copies.size() >= MAX_OPEN) {
                throw new IOException(MAX_OPEN + " files are being read already");
            }
            copies.put(nextId, new Copy(file, release));
            return nextId++;
        }
    }

    synchronized Path use(long id) throws IOException {
        Copy copy = copies.get(id);
        if (copy == null) {
            throw new IOException("file " + id + " is not open");
        }
        copy.usedNanos = System.nanoTime();
        return copy.file;
    }

    void remove(long id) {
        Copy copy;
        synchronized (this) {
            copy = copies.remove(id);
        }
        if (copy != null) {
            copy.release.run();
        }
    }

    private void releaseIdle() {
        long now = System.nanoTime();
        List<Copy> idle = new ArrayList<>();
        synchronized (this) {
            Iterator<Copy> all = copies.values().iterator();
            while (all.hasNext()) {
                Copy copy = all.next();
                if (now - copy.usedNanos > IDLE.toNanos()) {
                    idle.add(copy);
                    all.remove();
                }
            }
        }
        idle.forEach(copy -> copy.release.run());
    }

    @Override
    public void close() {
        List<Copy> all;
        synchronized (this) {
            all = List.copyOf(copies.values());
            copies.clear();
        }
        all.forEach(copy -> copy.release.run());
    }
}
