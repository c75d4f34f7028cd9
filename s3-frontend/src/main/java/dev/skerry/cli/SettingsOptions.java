package dev.skerry.cli;

import dev.skerry.config.SettingsReader;
import dev.skerry.config.SettingsReader.Loaded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that set something; they win over the environment, which wins over the file. */
final class SettingsOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file; config/skerry.example.yaml shows every key. Also SKERRY_CONFIG.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder (default: skerry-data); repeat it for several disks.")
    private final List<String> data = new ArrayList<>();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where S3, health, metrics and the native API under /_/ answer (default: :9000).")
    private @Nullable String listen;

    @Option(
            names = "--native-listen",
            paramLabel = "HOST:PORT|off",
            description = "Where the native API answers at its older roots (default: 127.0.0.1:9001).")
    private @Nullable String nativeListen;

    @Option(
            names = "--domain",
            paramLabel = "NAME",
            description = "bucket.NAME addresses a bucket; repeat it for several.")
    private final List<String> domains = new ArrayList<>();

    @Option(
            names = "--join",
            paramLabel = "URL[,URL...]",
            description = "Joins the cluster that answers there, such as cluster://10.0.0.1:9000; also etcd:// and"
                    + " redis://.")
    private final List<String> join = new ArrayList<>();

    @Option(
            names = "--take-over",
            description = "With --join: takes over this node's id from a machine that is gone for good.")
    private boolean takeOver;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any other key, such as --set durability.mode=periodic.")
    private final Map<String, String> others = new LinkedHashMap<>();

    /** Takes one flag as picocli would; false for one that is not known here. */
    boolean take(String name, String value) {
        switch (name) {
            case "--config" -> config = Path.of(value);
            case "--data" -> data.add(value);
            case "--listen" -> listen = value;
            case "--native-listen" -> nativeListen = value;
            case "--domain" -> domains.add(value);
            case "--join" -> join.add(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads file, environment and flags.
     *
     * @throws dev.skerry.config.ConfigException with a line for each thing that is wrong
     */
    Loaded load() {
        Map<String, String> environment = System.getenv();
        Map<String, String> flags = new LinkedHashMap<>(others);
        if (!data.isEmpty()) {
            flags.put("data", String.join(",", data));
        }
        if (!domains.isEmpty()) {
            flags.put("domains", String.join(",", domains));
        }
        if (!join.isEmpty()) {
            flags.put("cluster.join", String.join(",", join));
        }
        if (takeOver) {
            flags.put("cluster.take_over", "true");
        }
        if (listen != null) {
            flags.put("listen", listen);
        }
        if (nativeListen != null) {
            flags.put("native_listen", nativeListen);
        }
        String variable = environment.getOrDefault("SKERRY_CONFIG", "");
        Path file = config != null ? config : variable.isEmpty() ? null : Path.of(variable);
        return SettingsReader.read(file, environment, flags);
    }
}
