package dev.skerry.compat.bench;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says of endpoints. */
final class EndpointOptions {
    private static final List<String> STANDARD_NAMES = List.of("first", "second");

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "an endpoint, http or https; given twice, both are loaded in turns")
    private List<URI> urls = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "what results call the endpoint; once for each (default: first, second)")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--access-key",
            paramLabel = "KEY",
            description = "once for all endpoints, or once for each (default: AWS_ACCESS_KEY_ID)")
    private List<String> accessKeys = new ArrayList<>();

    @Option(
            names = "--secret-key",
            paramLabel = "KEY",
            description = "once for all endpoints, or once for each (default: AWS_SECRET_ACCESS_KEY)")
    private List<String> secretKeys = new ArrayList<>();

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "the endpoint's process, where it runs on this machine: its CPU, memory and writes are"
                    + " measured, its children included; once for each")
    private List<Long> pids = new ArrayList<>();

    @Option(names = "--region", defaultValue = "us-east-1", description = "to sign for (default: ${DEFAULT-VALUE})")
    private String region = "";

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "certificates of authorities to believe over TLS, as PEM (default: those Java believes)")
    private @Nullable Path authority;

    @Option(names = "--insecure", description = "believe every certificate")
    private boolean insecure;

    /**
     * The endpoints.
     *
     * @throws IllegalArgumentException where what was given makes none
     */
    List<Endpoint> endpoints() {
        if (urls.size() > STANDARD_NAMES.size()) {
            throw new IllegalArgumentException("--endpoint: " + urls.size() + " of them (expected: 1 or 2)");
        }
        if (authority != null && !Files.isRegularFile(authority)) {
            throw new IllegalArgumentException("--ca: " + authority + " (expected: a file)");
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            endpoints.add(new Endpoint(
                    i < names.size() ? names.get(i) : STANDARD_NAMES.get(i),
                    urls.get(i),
                    credential("--access-key", accessKeys, i, "AWS_ACCESS_KEY_ID"),
                    credential("--secret-key", secretKeys, i, "AWS_SECRET_ACCESS_KEY"),
                    region,
                    new Trust(authority, insecure)));
        }
        return endpoints;
    }

    /**
     * The process of an endpoint; null where none was given.
     *
     * @throws IllegalArgumentException where there is no such process
     */
    @Nullable
    WatchedProcess process(int endpoint) {
        if (endpoint >= pids.size()) {
            return null;
        }
        long pid = pids.get(endpoint);
        if (!Files.isReadable(Path.of("/proc", Long.toString(pid), "stat"))) {
            throw new IllegalArgumentException("--pid: " + pid + " (expected: a process of this machine)");
        }
        return new WatchedProcess(pid, true);
    }

    private static String credential(String option, List<String> given, int index, String variable) {
        if (!given.isEmpty()) {
            return given.get(Math.min(index, given.size() - 1));
        }
        String value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(option + " or " + variable + " is needed");
        }
        return value;
    }
}
