package dev.skerry.server;

import dev.skerry.config.Settings;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a node in this process from start to stop. */
public final class Server {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final long POLL_MS = 50;

    private Server() {}

    /**
     * Starts a node, says that it is ready, and serves until SIGTERM or SIGINT; a second one cuts the draining short.
     *
     * @return the exit code
     * @throws StartException if it cannot start
     */
    public static int run(Settings settings, String version) throws InterruptedException {
        Logs.configure(settings.log());
        return run(settings, version, StopSignals.install(), _ -> {});
    }

    /**
     * The same until {@code signals} tell to stop, with the log of the process as it is; {@code ready} hears of the
     * node once it serves, and may not wait. Several may run in one process.
     */
    static int run(Settings settings, String version, StopSignals signals, Consumer<Assembly> ready)
            throws InterruptedException {
        if (settings.cluster() != null) {
            settings.cluster().warnings().forEach(warning -> log.warn("{}", warning));
        }
        try (Assembly assembly = Assembly.start(settings, version, signals::wereReceived)) {
            announce(assembly, version, System.out);
            ready.accept(assembly);
            assembly.whenOver(signals::received);
            signals.awaitFirst();
            log.info("stopping, requests under way may finish running={}", assembly.runningRequests());
            assembly.stopAccepting();
            drain(assembly, signals, settings.limits().stopTimeout());
        }
        log.info("stopped");
        return 0;
    }

    private static void announce(Assembly assembly, String version, PrintStream out) {
        assembly.generatedCredentials().ifPresent(root -> {
            out.println("root access key: " + root.accessKey());
            out.println("root secret key: " + root.secretKey());
            out.println("(made at this first start and kept; 'skerry credentials' shows them again)");
        });
        out.println("Skerry " + version + " is ready: S3 " + assembly.s3Url()
                + assembly.nativeUrl().map(url -> ", native API " + url).orElse("")
                + ", health and metrics " + assembly.s3Url() + "/_/health/ready /_/metrics, data "
                + assembly.dataFolder() + " (" + sinceStartMillis() + " ms)");
        out.flush();
    }

    private static void drain(Assembly assembly, StopSignals signals, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (assembly.runningRequests() > 0 && System.nanoTime() < deadline) {
            if (signals.awaitSecond(POLL_MS, TimeUnit.MILLISECONDS)) {
                log.warn("told twice to stop: requests are cut running={}", assembly.runningRequests());
                return;
            }
        }
    }

    /**
     * How long the JVM has lived. Not asked of the process's own start time: the launcher becomes the JVM, so the
     * process may have built the server before, and the kernel tells its start by a clock that stands still while a
     * virtual machine sleeps.
     */
    private static long sinceStartMillis() {
        return ManagementFactory.getRuntimeMXBean().getUptime();
    }
}
