package dev.skerry.server;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that hash large bodies beside the disk. */
final class HashingThreads {
    private HashingThreads() {}

    /**
     * As many as there are cores, with a short queue: what finds no place is dropped here and hashed by the request
     * itself, which sees to whatever nobody began.
     */
    static ThreadPoolExecutor create() {
        int cores = Runtime.getRuntime().availableProcessors();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                cores,
                cores,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(4 * cores),
                Assembly.platformThreads("hash"),
                new ThreadPoolExecutor.DiscardPolicy());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
