package dev.skerry.compat.operate;

import dev.skerry.compat.server.SkerryServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command of {@code bin/skerry} that ended.
 *
 * @param exit its exit code; 137 where it was killed
 * @param lines what it printed, both streams together
 */
public record Command(int exit, List<String> lines) {
    private static final Pattern READY = Pattern.compile("is ready: S3 (http://[0-9.:]+)");
    private static final long ENDS_WITHIN_SECONDS = 120;

    /** What a test does with a server that is ready. */
    @FunctionalInterface
    interface Work {
        void on(URI s3) throws IOException;
    }

    /** Hears of each line as it comes. */
    @FunctionalInterface
    private interface Watcher {
        void printed(ProcessHandle process, String line) throws IOException;
    }

    public Command {
        lines = List.copyOf(lines);
    }

    /** Runs it to its end. */
    public static Command run(String... arguments) {
        return runUntil(_ -> false, arguments);
    }

    /** Runs it to its end with more environment variables. */
    public static Command run(Map<String, String> environment, String... arguments) {
        return runWith(SkerryServer.home(), environment, (_, _) -> {}, _ -> {}, arguments);
    }

    /** Runs it and kills it (SIGKILL) as soon as it prints such a line. */
    static Command runUntil(Predicate<String> deadly, String... arguments) {
        return runUntil(Map.of(), deadly, arguments);
    }

    /** The same with more environment variables. */
    static Command runUntil(Map<String, String> environment, Predicate<String> deadly, String... arguments) {
        return runWith(
                SkerryServer.home(),
                environment,
                (process, line) -> {
                    if (deadly.test(line)) {
                        process.destroyForcibly();
                    }
                },
                _ -> {},
                arguments);
    }

    /** Runs it by the launcher of another home, to its end. */
    static Command runFrom(Path home, String... arguments) {
        return runWith(home, Map.of(), (_, _) -> {}, _ -> {}, arguments);
    }

    /** Runs it and kills it (SIGKILL) after that time, unless it ended before. */
    static Command runFor(Duration time, String... arguments) {
        return runWith(SkerryServer.home(), Map.of(), (_, _) -> {}, process -> kill(process, time), arguments);
    }

    private static void kill(Process process, Duration after) {
        CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS)
                .execute(process::destroyForcibly);
    }

    private static Command runWith(Watcher watcher, String... arguments) {
        return runWith(SkerryServer.home(), Map.of(), watcher, _ -> {}, arguments);
    }

    private static Command runWith(
            Path home,
            Map<String, String> environment,
            Watcher watcher,
            Consumer<Process> started,
            String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/skerry").toString());
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            builder.environment().put("SKERRY_NO_BUILD", "1");
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process process = builder.start();
            started.accept(process);
            return follow(process, watcher);
        } catch (IOException e) {
            throw new UncheckedIOException("could not run " + command, e);
        }
    }

    /** Runs a server on a free port, works with it once it is ready, and then stops it (SIGTERM). */
    static Command serve(Work work, String... arguments) {
        List<String> command = new ArrayList<>(List.of("server", "--listen", "127.0.0.1:0", "--native-listen", "off"));
        command.addAll(List.of(arguments));
        return runWith(
                (process, line) -> {
                    Matcher ready = READY.matcher(line);
                    if (ready.find()) {
                        try {
                            work.on(URI.create(ready.group(1)));
                        } finally {
                            process.destroy();
                        }
                    }
                },
                command.toArray(String[]::new));
    }

    private static Command follow(Process process, Watcher watcher) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                // the launcher replaced itself by the JVM; and ending it through its handle leaves the output open
                watcher.printed(process.toHandle(), line);
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
    public String text() {
        return String.join("\n", lines);
    }
}
