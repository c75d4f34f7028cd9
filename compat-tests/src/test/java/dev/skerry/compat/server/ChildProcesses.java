package dev.skerry.compat.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that were started and end with this one at the latest, unless this one is killed (SIGKILL). */
final class ChildProcesses {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> RUNNING.forEach(ChildProcesses::destroy)));
    }

    private ChildProcesses() {}

    static Process add(Process started) {
        RUNNING.add(started);
        return started;
    }

    /** It ended. */
    static void remove(Process ended) {
        RUNNING.remove(ended);
    }

    /** Kills it, and what it started itself. */
    static void destroy(Process running) {
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
        RUNNING.remove(running);
    }
}
