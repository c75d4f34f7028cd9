package dev.skerry.compat.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What kind of machine measured: enough to judge the numbers, too little to tell which one it was.
 *
 * @param memoryGib of the machine, rounded; 0 where it cannot be told
 */
record Machine(int cores, long memoryGib, String processor, String system, String java) {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    static Machine here() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                Math.round(memoryKib() / 1024.0 / 1024.0),
                line(PROCESSORS, "model name"),
                System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""),
                System.getProperty("java.version", ""));
    }

    /** How many threads wanted a core, on average over the last minute; below 0 where it cannot be told. */
    static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    String describe() {
        return cores + " cores" + (processor.isEmpty() ? "" : " (" + processor + ")") + ", " + memoryGib + " GiB, "
                + system + ", Java " + java;
    }

    private static long memoryKib() {
        String digits = line(MEMORY, "MemTotal").replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static String line(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException _) {
            return "";
        }
    }
}
