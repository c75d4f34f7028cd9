package dev.skerry.compat.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server process behind the real launcher, on a data folder and on ports of its own that stay the same over
 * restarts. For one thread; {@link #kill} may be called from another.
 */
public final class SkerryServer implements AutoCloseable {
    /** The root identity's access key. */
    public static final String ACCESS_KEY = "COMPATROOTKEY0000001";

    /** The root identity's secret key; has the letters that are easily encoded wrongly. */
    public static final String SECRET_KEY = "compat/root+secret=000000000000000000001";

    private static final Duration STOP_WITHIN = Duration.ofMinutes(2);

    private final Settings settings;
    private final int s3Port;
    private final int nativePort = FreePorts.take();
    private volatile @Nullable Process process;
    private @Nullable ServerLog log;
    private @Nullable URI endpoint;
    private Duration readyAfter = Duration.ZERO;

    public SkerryServer(Settings settings) {
        this.settings = settings;
        Integer port = settings.port();
        s3Port = port == null ? FreePorts.take() : port;
    }

    /** The project's top folder, where {@code bin/skerry} is. */
    public static Path home() {
        return Path.of(System.getProperty("skerry.home", System.getProperty("user.dir")));
    }

    /** Starts the process and waits until it says that it is ready. */
    public SkerryServer start() {
        long begin = System.nanoTime();
        Process started = launch();
        ServerLog output = new ServerLog(started.getInputStream(), String.valueOf(s3Port));
        log = output;
        output.start();
        try {
            boolean told = output.readyOrEnded().await(settings.readyWithin().toMillis(), TimeUnit.MILLISECONDS);
            if (!told || !output.saidReady()) {
                ChildProcesses.destroy(started);
                int code = awaitExit(started, STOP_WITHIN);
                // one line first: a summary of a run prints no more
                throw new IllegalStateException(
                        (told ? "the server ended with " + code : "the server did not become ready") + ", said last: "
                                + tail(1) + "\n" + tail(100));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ChildProcesses.destroy(started);
            throw new IllegalStateException("interrupted while the server started", e);
        }
        readyAfter = Duration.ofNanos(System.nanoTime() - begin);
        return this;
    }

    /** Starts the process and waits until it ends by itself: for starts that must be refused. */
    public int startExpectingExit() {
        Process started = launch();
        ServerLog output = new ServerLog(started.getInputStream(), String.valueOf(s3Port));
        log = output;
        output.start();
        return awaitExit(started, settings.readyWithin());
    }

    private Process launch() {
        if (isRunning()) {
            throw new IllegalStateException("already running: pid " + pid());
        }
        List<String> command = new ArrayList<>(List.of(
                home().resolve("bin/skerry").toString(),
                "server",
                "--data",
                settings.data().toString(),
                "--listen",
                "127.0.0.1:" + s3Port,
                "--native-listen",
                "127.0.0.1:" + nativePort));
        try {
            Files.createDirectories(settings.data().toAbsolutePath().getParent());
            if (!settings.yaml().isEmpty()) {
                Path file = settings.data().resolveSibling(settings.data().getFileName() + ".yaml");
                Files.writeString(file, settings.yaml());
                command.addAll(List.of("--config", file.toString()));
            }
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(settings.environment());
            builder.environment().put("SKERRY_NO_BUILD", "1");
            builder.environment().put("SKERRY_ROOT_ACCESS_KEY", ACCESS_KEY);
            builder.environment().put("SKERRY_ROOT_SECRET_KEY", SECRET_KEY);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process started = ChildProcesses.add(builder.start());
            process = started;
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + command, e);
        }
    }

    /** Whether it starts; where it refuses, it ended by itself and {@link #log} says why. */
    public boolean starts() {
        Process started = launch();
        ServerLog output = new ServerLog(started.getInputStream(), String.valueOf(s3Port));
        log = output;
        output.start();
        try {
            boolean told = output.readyOrEnded().await(settings.readyWithin().toMillis(), TimeUnit.MILLISECONDS);
            if (!told) {
                ChildProcesses.destroy(started);
                throw new IllegalStateException("the server hung while it started\n" + tail(100));
            }
            if (!output.saidReady()) {
                awaitExit(started, STOP_WITHIN);
            }
            return output.saidReady();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ChildProcesses.destroy(started);
            throw new IllegalStateException("interrupted while the server started", e);
        }
    }

    /** Asks it to stop (SIGTERM) and gives its exit code. */
    public int stop() {
        Process running = current();
        // the launcher may be a shell that waits for the JVM: the JVM is the one to be asked
        jvm(running).destroy();
        return awaitExit(running, STOP_WITHIN);
    }

    /** Takes the JVM away (SIGKILL), as a power cut does for all but the page cache. */
    public void kill() {
        Process running = current();
        ChildProcesses.destroy(running);
        awaitExit(running, STOP_WITHIN);
    }

    /** Stops what still runs. */
    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            ChildProcesses.destroy(running);
        }
    }

    public boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** From now on clients are told to speak to this address in place of the server's own. */
    SkerryServer behind(URI address) {
        endpoint = address;
        return this;
    }

    public URI s3() {
        URI other = endpoint;
        return other != null ? other : URI.create((settings.tls() ? "https" : "http") + "://127.0.0.1:" + s3Port);
    }

    public URI nativeApi() {
        return URI.create("http://127.0.0.1:" + nativePort);
    }

    public int s3Port() {
        return s3Port;
    }

    public Path data() {
        return settings.data();
    }

    /** From the start of the launcher to the ready line. */
    public Duration readyAfter() {
        return readyAfter;
    }

    /** The JVM's process id. */
    public long pid() {
        return jvm(current()).pid();
    }

    /** One of the memory figures of the JVM process in KiB, such as {@code VmRSS} or {@code VmHWM}. */
    public long memoryKiB(String figure) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            return lines.filter(line -> line.startsWith(figure + ":"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the last process printed, at most its last lines. */
    public List<String> log() {
        ServerLog output = log;
        return output == null ? List.of() : output.lines();
    }

    /** The last lines that the last process printed, as one text. */
    public String tail(int lines) {
        List<String> all = log();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    private Process current() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    private int awaitExit(Process running, Duration within) {
        try {
            if (!running.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                ChildProcesses.destroy(running);
                throw new IllegalStateException("the server did not end within " + within + "\n" + tail(100));
            }
            ServerLog output = log;
            if (output != null) {
                output.awaitEnd();
            }
            ChildProcesses.remove(running);
            return running.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ChildProcesses.destroy(running);
            throw new IllegalStateException("interrupted while the server ended", e);
        }
    }

    private static ProcessHandle jvm(Process launcher) {
        return launcher.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElse(launcher.toHandle());
    }
}
