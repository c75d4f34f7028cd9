package dev.skerry.compat.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server is started.
 *
 * @param data its data folder
 * @param yaml the configuration file's text; empty for none
 * @param environment more environment variables
 * @param readyWithin how long it may take to become ready
 * @param port where S3 listens on loopback; absent for a free one of its own
 */
public record Settings(
        Path data,
        String yaml,
        Map<String, String> environment,
        Duration readyWithin,
        @Nullable Integer port) {
    public Settings {
        environment = Map.copyOf(environment);
    }

    /** Defaults on this data folder. */
    public static Settings of(Path data) {
        return new Settings(data, "", Map.of(), Duration.ofMinutes(10), null);
    }

    /** The same with this configuration file. */
    public Settings withYaml(String... lines) {
        return new Settings(data, String.join("\n", List.of(lines)) + "\n", environment, readyWithin, port);
    }

    /** Whether S3 speaks TLS. */
    boolean tls() {
        return environment.containsKey("SKERRY_TLS__CERTIFICATE");
    }

    /** The same with TLS, by these PEM files. */
    public Settings withTls(Path certificate, Path key) {
        return withEnvironment("SKERRY_TLS__CERTIFICATE", certificate.toString())
                .withEnvironment("SKERRY_TLS__KEY", key.toString());
    }

    /** The same with one more environment variable. */
    public Settings withEnvironment(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Settings(data, yaml, more, readyWithin, port);
    }

    /** The same on this port. */
    public Settings withPort(int s3Port) {
        return new Settings(data, yaml, environment, readyWithin, s3Port);
    }
}
