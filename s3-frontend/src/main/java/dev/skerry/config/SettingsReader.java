package dev.skerry.config;

import dev.skerry.config.Settings.ConfiguredIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a file, the environment and flags into one {@link Settings}: flags win over the environment, the environment
 * over the file, the file over the defaults. Everything wrong is reported at once, each with its place.
 */
public final class SettingsReader {
    /** Variables that are the launcher's, not keys. */
    private static final Set<String> OTHER_VARIABLES =
            Set.of("SKERRY_CONFIG", "SKERRY_JAVA_OPTS", "SKERRY_NO_BUILD", "SKERRY_DEBUG");

    /** What Kubernetes sets for a service named skerry, and what tests set for themselves. */
    private static final List<String> OTHER_VARIABLE_PREFIXES =
            List.of("SKERRY_SERVICE_", "SKERRY_PORT", "SKERRY_TEST_");

    private static final Map<String, Key<?>> BY_NAME = byName();

    private final Map<String, ConfigNode> given = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private SettingsReader() {}

    /**
     * Reads everything.
     *
     * @param file or null for none
     * @param environment all variables; those without our prefix are ignored
     * @param flags values by key name, as texts
     * @throws ConfigException with a line for each thing that is wrong
     */
    public static Loaded read(@Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        SettingsReader reader = new SettingsReader();
        if (file != null) {
            reader.addFile(YamlFile.read(file));
        }
        reader.addEnvironment(environment);
        flags.forEach(reader::addFlag);
        Values values = reader.values();
        reader.checkTogether(values);
        ClusterReader cluster = new ClusterReader(values);
        reader.problems.addAll(cluster.problems());
        if (!reader.problems.isEmpty()) {
            throw new ConfigException(reader.problems);
        }
        return new Loaded(settings(values, cluster.settings()), values.shown(reader.given));
    }

    /**
     * What was read.
     *
     * @param settings for the program
     * @param shown for people: every key with its value and where it comes from, secrets hidden
     */
    public record Loaded(Settings settings, String shown) {}

    private void addFile(ConfigNode root) {
        switch (root) {
            case ConfigNode.Nothing _ -> {}
            case ConfigNode.Mapping mapping -> addEntries("", mapping);
            case ConfigNode.Scalar _, ConfigNode.Sequence _ ->
                problems.add(root.where() + ": " + root.shown() + " (expected: keys with values)");
        }
    }

    private void addEntries(String parent, ConfigNode.Mapping mapping) {
        mapping.entries().forEach((entry, node) -> {
            String name = parent + entry;
            if (BY_NAME.containsKey(name)) {
                if (!(node instanceof ConfigNode.Nothing)) {
                    given.put(name, node);
                }
            } else if (removed(name) != null) {
                problems.add(node.where() + ": " + name + ": " + removed(name));
            } else if (sections().contains(name) || leadsToRemoved(name, node)) {
                switch (node) {
                    case ConfigNode.Mapping section -> addEntries(name + ".", section);
                    case ConfigNode.Nothing _ -> {}
                    case ConfigNode.Scalar _, ConfigNode.Sequence _ ->
                        problems.add(node.where() + ": " + name + ": " + node.shown() + " (expected: named values)");
                }
            } else {
                problems.add(node.where() + ": unknown key " + name + suggestion(name));
            }
        });
    }

    private static @Nullable String removed(String name) {
        return ClusterKeys.REMOVED.get(name);
    }

    private static boolean leadsToRemoved(String section, ConfigNode node) {
        return node instanceof ConfigNode.Mapping
                && ClusterKeys.REMOVED.keySet().stream().anyMatch(name -> name.startsWith(section + "."));
    }

    private void addEnvironment(Map<String, String> environment) {
        Map<String, Key<?>> byVariable = new HashMap<>();
        Keys.ALL.forEach(key -> byVariable.put(key.variable(), key));
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (!variable.startsWith(Key.VARIABLE_PREFIX)
                    || OTHER_VARIABLES.contains(variable)
                    || OTHER_VARIABLE_PREFIXES.stream().anyMatch(variable::startsWith)) {
                return;
            }
            Key<?> key = byVariable.get(variable);
            if (key != null) {
                addText(key, value, "environment variable " + variable);
            } else if (removed(Key.nameOf(variable)) != null) {
                problems.add("environment variable " + variable + ": " + removed(Key.nameOf(variable)));
            } else {
                problems.add("environment variable " + variable + ": unknown key"
                        + Nearest.to(variable, byVariable.keySet())
                                .map(nearest -> ", did you mean " + nearest + "?")
                                .orElse(""));
            }
        });
    }

    private void addFlag(String name, String value) {
        Key<?> key = BY_NAME.get(name);
        if (key == null) {
            problems.add("flag: unknown key " + name + suggestion(name));
        } else {
            addText(key, value, "flag");
        }
    }

    private void addText(Key<?> key, String text, String where) {
        try {
            ConfigNode node = key.shape().fromText(text, where);
            if (!(node instanceof ConfigNode.Nothing)) {
                given.put(key.name(), node);
            }
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private static String suggestion(String name) {
        List<String> candidates = new ArrayList<>(BY_NAME.keySet());
        candidates.addAll(sections());
        String last = name.substring(name.lastIndexOf('.') + 1);
        return Nearest.to(name, candidates)
                .or(() -> BY_NAME.keySet().stream()
                        .filter(key -> key.endsWith("." + last))
                        .findFirst())
                .map(nearest -> ", did you mean " + nearest + "?")
                .orElse(" (expected: one of " + String.join(", ", candidates) + ")");
    }

    private Values values() {
        Map<String, Object> read = new HashMap<>();
        for (Key<?> key : Keys.ALL) {
            ConfigNode node = given.get(key.name());
            try {
                read.put(key.name(), node == null ? key.fallback() : key.shape().read(node));
            } catch (BadValue bad) {
                problems.add(bad.line(key.name()));
                read.put(key.name(), key.fallback());
            }
        }
        return new Values(read);
    }

    private void checkTogether(Values values) {
        String access = values.get(Keys.ROOT_ACCESS_KEY);
        boolean secret = !values.get(Keys.ROOT_SECRET_KEY).isEmpty();
        if (access.isEmpty() == secret) {
            problems.add((secret ? "root_access_key" : "root_secret_key")
                    + ": missing (expected: both root_access_key and root_secret_key, or neither)");
        }
        for (ConfiguredIdentity identity : values.get(Keys.IDENTITIES)) {
            if (identity.accessKey().equals(access)) {
                problems.add("identities: " + identity.name() + " has root's access key (expected: one of its own)");
            }
        }
        if (values.get(Keys.TLS_CERTIFICATE).isPresent()
                != values.get(Keys.TLS_KEY).isPresent()) {
            problems.add((values.get(Keys.TLS_KEY).isPresent() ? "tls.certificate" : "tls.key")
                    + ": missing (expected: both tls.certificate and tls.key, or neither)");
        }
        if (values.get(Keys.ENCRYPTION_VAULT_URL).isPresent()
                != values.get(Keys.ENCRYPTION_VAULT_TOKEN_FILE).isPresent()) {
            boolean url = values.get(Keys.ENCRYPTION_VAULT_URL).isPresent();
            problems.add((url ? "encryption.vault_token_file" : "encryption.vault_url")
                    + ": missing (expected: both encryption.vault_url and encryption.vault_token_file, or neither)");
        }
        if (!values.get(Keys.ENCRYPTION_KEYS).isEmpty()
                && values.get(Keys.ENCRYPTION_KEY_RING).isEmpty()) {
            problems.add("encryption.key_ring: missing (expected: the file that encryption.keys are to be made in)");
        }
        for (String domain : values.get(Keys.S3_WEBSITE_DOMAINS)) {
            if (values.get(Keys.DOMAINS).stream().anyMatch(domain::equalsIgnoreCase)) {
                problems.add("s3.website_domains: " + domain + " is one of domains too (expected: another name)");
            }
        }
        if (values.get(Keys.DATA).isEmpty()) {
            problems.add("data: empty (expected: at least one folder)");
        }
    }

    private static Settings.@Nullable Tls tls(Values values) {
        return values.get(Keys.TLS_CERTIFICATE)
                .flatMap(certificate -> values.get(Keys.TLS_KEY).map(key -> new Settings.Tls(certificate, key)))
                .orElse(null);
    }

    private static Settings.Encryption encryption(Values values) {
        String key = values.get(Keys.ENCRYPTION_VAULT_KEY);
        Settings.Vault vault = values.get(Keys.ENCRYPTION_VAULT_URL)
                .flatMap(url -> values.get(Keys.ENCRYPTION_VAULT_TOKEN_FILE)
                        .map(token -> new Settings.Vault(
                                url, values.get(Keys.ENCRYPTION_VAULT_MOUNT), token, key.isEmpty() ? null : key)))
                .orElse(null);
        return new Settings.Encryption(
                values.get(Keys.ENCRYPTION_KEY_RING).orElse(null),
                values.get(Keys.ENCRYPTION_KEYS),
                values.get(Keys.ENCRYPTION_CUSTOMER_KEYS_NEED_TLS),
                vault);
    }

    private static Settings settings(Values values, @Nullable ClusterSettings cluster) {
        HostPort nativeListen = values.get(Keys.NATIVE_LISTEN).orElse(null);
        String rootAccessKey = values.get(Keys.ROOT_ACCESS_KEY);
        boolean open = values.get(Keys.NATIVE_OPEN).orElseGet(() -> nativeListen != null && nativeListen.loopback());
        return new Settings(
                values.get(Keys.DATA),
                values.get(Keys.LISTEN),
                nativeListen,
                tls(values),
                values.get(Keys.REGION),
                values.get(Keys.DOMAINS),
                values.get(Keys.TRUSTED_PROXIES),
                rootAccessKey.isEmpty()
                        ? null
                        : new Settings.RootIdentity(rootAccessKey, values.get(Keys.ROOT_SECRET_KEY)),
                values.get(Keys.BUCKETS),
                values.get(Keys.IDENTITIES),
                new Settings.Log(values.get(Keys.LOG_LEVEL), values.get(Keys.LOG_FORMAT), values.get(Keys.LOG_ACCESS)),
                new Settings.DurabilitySettings(
                        values.get(Keys.DURABILITY_MODE),
                        values.get(Keys.DURABILITY_INTERVAL),
                        values.get(Keys.DURABILITY_BYTES)),
                new Settings.Storage(
                        values.get(Keys.STORAGE_SLOTS),
                        values.get(Keys.STORAGE_INLINE_THRESHOLD),
                        values.get(Keys.STORAGE_RESERVE)),
                new Settings.Gc(
                        values.get(Keys.GC_INTERVAL),
                        values.get(Keys.GC_GRACE),
                        values.get(Keys.GC_TOMBSTONE_RETENTION),
                        values.get(Keys.GC_EVENT_RETENTION)),
                new Settings.Scrub(values.get(Keys.SCRUB_INTERVAL), values.get(Keys.SCRUB_RATE)),
                new Settings.Lifecycle(
                        values.get(Keys.LIFECYCLE_INTERVAL),
                        values.get(Keys.LIFECYCLE_DAY),
                        values.get(Keys.LIFECYCLE_ACTIONS_PER_SECOND)),
                new Settings.S3(
                        values.get(Keys.S3_ANONYMOUS),
                        values.get(Keys.S3_COMPATIBILITY),
                        values.get(Keys.S3_CLOCK_SKEW),
                        values.get(Keys.S3_MINIMUM_PART_SIZE),
                        values.get(Keys.S3_STORAGE_CLASSES),
                        values.get(Keys.S3_WEBSITE_DOMAINS),
                        values.get(Keys.S3_ACCESS_LOG_INTERVAL),
                        values.get(Keys.S3_ACCESS_LOG_SIZE),
                        values.get(Keys.S3_ADDED_CHECKSUMS)),
                encryption(values),
                new Settings.Limits(
                        values.get(Keys.LIMITS_REQUESTS),
                        values.get(Keys.LIMITS_WAITING_REQUESTS),
                        values.get(Keys.LIMITS_CONNECTIONS),
                        values.get(Keys.LIMITS_IDLE_TIMEOUT),
                        values.get(Keys.LIMITS_BODY_RATE),
                        values.get(Keys.LIMITS_STOP_TIMEOUT)),
                values.get(Keys.NOTIFICATION_TARGETS),
                new Settings.Native(open, values.get(Keys.NATIVE_TOKENS)),
                new Settings.Metrics(values.get(Keys.METRICS_PUBLIC)),
                cluster);
    }

    private static Map<String, Key<?>> byName() {
        Map<String, Key<?>> keys = new LinkedHashMap<>();
        Keys.ALL.forEach(key -> keys.put(key.name(), key));
        return keys;
    }

    /** What every key but the last word of its name is below, the sections inside of sections among them. */
    private static Collection<String> sections() {
        Set<String> sections = new LinkedHashSet<>();
        for (String name : BY_NAME.keySet()) {
            for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
                sections.add(name.substring(0, dot));
            }
        }
        return sections;
    }
}
