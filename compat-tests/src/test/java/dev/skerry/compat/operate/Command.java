package dev.skerry.compat.operate;

import dev.skerry.compat.server.SkerryServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A command of {@code bin/skerry} that ended.
 *
 * @param exit its exit code; 137 where it was killed
 * @param lines what it printed, both streams together
 */
record Command(int exit, List<String> lines) {
    private static final long ENDS_WITHIN_SECONDS = 120;

    Command {
        lines = List.copyOf(lines);
    }

    /** Runs it to its end. */
    static Command run(String... arguments) {
        return runUntil(_ -> false, arguments);
    }

    /** Runs it and kills it (SIGKILL) as soon as it prints such a line. */
    static Command runUntil(Predicate<String> deadly, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(SkerryServer.home().resolve("bin/skerry").toString());
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("SKERRY_NO_BUILD", "1");
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            return follow(builder.start(), deadly);
        } catch (IOException e) {
            throw new UncheckedIOException("could not run " + command, e);
        }
    }

    private static Command follow(Process process, Predicate<String> deadly) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (deadly.test(line)) {
                    // the launcher replaced itself by the JVM; and through its handle, because that leaves the output
                    // open
                    process.toHandle().destroyForcibly();
                }
            }
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the command did not end: " + lines);
            }
            return new Command(process.exitValue(), lines);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a command ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** All it printed. */
    String text() {
        return String.join("\n", lines);
    }
}
