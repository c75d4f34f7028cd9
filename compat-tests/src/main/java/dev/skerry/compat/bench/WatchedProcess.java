package dev.skerry.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process of this machine whose use of it is read from {@code /proc}, to a hundredth of a second of CPU.
 *
 * @param children whether those it started count too: those alive now, and those it waited for
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
record WatchedProcess(long pid, boolean children) {
    /** What {@code /proc} counts time in; Linux promises programs a hundredth of a second, whatever the kernel has. */
    private static final long TICK_MICROS = 10_000;

    /** Fields of {@code stat} as the manual counts them; the first two are before the last parenthesis. */
    private static final int USER_TIME = 14;

    private static final int SYSTEM_TIME = 15;
    private static final int CHILDREN_USER_TIME = 16;
    private static final int CHILDREN_SYSTEM_TIME = 17;

    /** This one alone. */
    static WatchedProcess own() {
        return new WatchedProcess(ProcessHandle.current().pid(), false);
    }

    /**
     * What it used since it began. Blocks.
     *
     * @throws BenchException where there is no such process
     */
    Usage usage() {
        try {
            Usage usage = usage(pid);
            if (children) {
                try (Stream<ProcessHandle> below =
                        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
                    usage = below.map(child -> usageIfAlive(child.pid())).reduce(usage, Usage::plus);
                }
            }
            return usage;
        } catch (IOException gone) {
            throw new BenchException("process " + pid + " cannot be watched: " + gone.getMessage());
        }
    }

    private Usage usageIfAlive(long child) {
        try {
            return usage(child);
        } catch (IOException _) {
            return Usage.NONE; // it ended meanwhile: whoever waited for it has its time
        }
    }

    private Usage usage(long id) throws IOException {
        Path folder = Path.of("/proc", Long.toString(id));
        String written;
        try {
            written = Files.readString(folder.resolve("io"));
        } catch (IOException _) {
            written = ""; // only its user and root may read it
        }
        return parse(
                Files.readString(folder.resolve("stat")),
                Files.readString(folder.resolve("status")),
                written,
                children);
    }

    /** Reads the three files. */
    static Usage parse(String stat, String status, String io, boolean children) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
        long ticks = field(fields, USER_TIME) + field(fields, SYSTEM_TIME);
        if (children) {
            ticks += field(fields, CHILDREN_USER_TIME) + field(fields, CHILDREN_SYSTEM_TIME);
        }
        Long rss = number(status, "VmRSS:");
        Long peak = number(status, "VmHWM:");
        return new Usage(
                ticks * TICK_MICROS, rss == null ? 0 : rss, peak == null ? 0 : peak, number(io, "write_bytes:"));
    }

    private static long field(String[] fields, int number) {
        return Long.parseLong(fields[number - 3]);
    }

    private static @Nullable Long number(String lines, String name) {
        return lines.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> Long.valueOf(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(null);
    }
}
