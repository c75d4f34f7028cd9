package dev.skerry.compat.bench;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Hashes a body with one algorithm or, at the same time, with several: the first on its thread, each other on another.
 */
final class HashStep implements LoopLimit.Step {
    private final byte[] bytes;
    private final List<MessageDigest> digests = new ArrayList<>();
    private final ExecutorService beside = Executors.newCachedThreadPool();

    HashStep(byte[] bytes, List<String> algorithms) {
        this.bytes = bytes;
        try {
            for (String algorithm : algorithms) {
                digests.add(MessageDigest.getInstance(algorithm));
            }
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has MD5 and SHA-256", impossible);
        }
    }

    @Override
    public void once() throws IOException {
        List<Future<byte[]>> others = new ArrayList<>();
        for (MessageDigest digest : digests.subList(1, digests.size())) {
            others.add(beside.submit(() -> digest.digest(bytes)));
        }
        digests.getFirst().digest(bytes);
        try {
            for (Future<byte[]> other : others) {
                other.get();
            }
        } catch (ExecutionException failure) {
            throw new IOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        beside.shutdown();
    }
}
