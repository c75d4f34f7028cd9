package dev.skerry.compat.faults;

import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One server under test.
 *
 * @param name what it is called in histories and faults
 * @param server its process
 * @param url where clients reach it, over their link
 * @param means how its machine can be made to fail
 */
record Node(String name, SkerryServer server, URI url, Means means) {
    /**
     * What the machine that the tests run on allows.
     *
     * @param disk where its data is, if that can be filled
     * @param sabotage what the process has loaded
     */
    record Means(@Nullable SmallDisk disk, @Nullable Sabotage sabotage) {}

    /** Sends the process a signal, such as {@code STOP}. */
    void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " of " + name + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " was sent " + signal, e);
        }
    }
}
