package dev.skerry.config;

import dev.skerry.blob.Durability;
import dev.skerry.blob.access.AddressRange;
import dev.skerry.config.Settings.Anonymous;
import dev.skerry.config.Settings.ConfiguredIdentity;
import dev.skerry.config.Settings.LogFormat;
import dev.skerry.config.Settings.LogLevel;
import dev.skerry.notify.Target;
import dev.skerry.s3.Compatibility;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every key, with its default and its bounds: the one place where they are. */
final class Keys {
    private static final Duration ZERO = Duration.ZERO;
    private static final Duration YEAR = Duration.ofDays(366);
    private static final ByteSize NO_BYTES = new ByteSize(0);
    private static final ByteSize MAX_BYTES = new ByteSize(1L << 50);
    private static final String BUCKET = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]";
    private static final String SECRET = "[\\x21-\\x7e]{8,128}";

    static final Key<List<Path>> DATA = Key.of(
            "data", List.of(Path.of("skerry-data")), Shape.list(Shape.path()), "data folders, one for each disk");
    static final Key<HostPort> LISTEN =
            Key.of("listen", new HostPort("0.0.0.0", 9000), Shape.hostPort(), "S3, and everything else under /_/");
    static final Key<Optional<HostPort>> NATIVE_LISTEN = Key.of(
            "native_listen",
            Optional.of(new HostPort("127.0.0.1", 9001)),
            Shape.orOff(Shape.hostPort()),
            "the native API at its older roots, or off");
    static final Key<Optional<Path>> TLS_CERTIFICATE = Key.of(
            "tls.certificate",
            Optional.empty(),
            Shape.orOff(Shape.path()),
            "a PEM file with the certificate and those above it, or off for plain HTTP");
    static final Key<Optional<Path>> TLS_KEY =
            Key.of("tls.key", Optional.empty(), Shape.orOff(Shape.path()), "a PEM file with its private key, or off");
    static final Key<String> REGION = Key.of(
            "region", "us-east-1", Shape.text("[a-z0-9-]{1,64}", "a name like eu-north-1"), "the region clients sign");
    static final Key<List<String>> DOMAINS = Key.of(
            "domains",
            List.of(),
            Shape.list(Shape.text("[A-Za-z0-9.-]{1,253}", "a host name")),
            "bucket.DOMAIN addresses a bucket");
    static final Key<List<String>> TRUSTED_PROXIES = Key.of(
            "trusted_proxies",
            List.of(),
            Shape.list(Shape.scalar(
                    "an IP address, or a range such as 10.0.0.0/8",
                    text -> AddressRange.parse(text).map(_ -> text))),
            "reverse proxies whose X-Forwarded- headers count");
    static final Key<String> ROOT_ACCESS_KEY = Key.of(
            "root_access_key",
            "",
            Shape.text("|" + Identities.ACCESS_KEY, Identities.ACCESS_KEY_FORM),
            "the root identity; generated and kept where empty");
    static final Key<String> ROOT_SECRET_KEY =
            Key.secret("root_secret_key", "", Shape.secret(SECRET, Identities.SECRET_KEY_FORM), "its secret");
    static final Key<List<String>> BUCKETS = Key.of(
            "buckets", List.of(), Shape.list(Shape.text(BUCKET, "a bucket name")), "created at start if not there");
    static final Key<List<ConfiguredIdentity>> IDENTITIES =
            Key.secret("identities", List.of(), new Identities(), "further identities");

    static final Key<LogLevel> LOG_LEVEL =
            Key.of("log.level", LogLevel.INFO, Shape.choice(LogLevel.class), "the least level shown");
    static final Key<LogFormat> LOG_FORMAT =
            Key.of("log.format", LogFormat.TEXT, Shape.choice(LogFormat.class), "lines for people or JSON");
    static final Key<String> LOG_ACCESS =
            Key.of("log.access", "off", Shape.text(), "one line per request: off, stdout or a file");

    static final Key<Durability> DURABILITY_MODE =
            Key.of("durability.mode", Durability.ALWAYS, Shape.choice(Durability.class), "when a write counts as done");
    static final Key<Duration> DURABILITY_INTERVAL = Key.of(
            "durability.interval",
            Duration.ofSeconds(1),
            Shape.duration(Duration.ofMillis(10), Duration.ofHours(1)),
            "periodic: the longest time until fsync");
    static final Key<ByteSize> DURABILITY_BYTES = Key.of(
            "durability.bytes",
            ByteSize.ofMiB(64),
            Shape.size(ByteSize.ofKiB(64), MAX_BYTES),
            "periodic: the most bytes until fsync");

    static final Key<Integer> STORAGE_SLOTS =
            Key.of("storage.slots", 16, Shape.number(1, 1024), "fixed when the data folder is first used");
    static final Key<ByteSize> STORAGE_INLINE_THRESHOLD = Key.of(
            "storage.inline_threshold",
            ByteSize.ofKiB(8),
            Shape.size(NO_BYTES, ByteSize.ofKiB(64)),
            "bodies up to this size live in the slot's database");
    static final Key<ByteSize> STORAGE_RESERVE = Key.of(
            "storage.reserve",
            ByteSize.ofMiB(256),
            Shape.size(NO_BYTES, MAX_BYTES),
            "room on disk that writes leave to metadata and deletes");

    static final Key<Duration> GC_INTERVAL = Key.of(
            "gc.interval", Duration.ofMinutes(1), Shape.duration(Duration.ofMillis(100), YEAR), "between collections");
    static final Key<Duration> GC_GRACE = Key.of(
            "gc.grace",
            Duration.ofHours(24),
            Shape.duration(ZERO, YEAR),
            "how long replaced, deleted and abandoned bytes can still be brought back");
    static final Key<Duration> GC_TOMBSTONE_RETENTION = Key.of(
            "gc.tombstone_retention",
            Duration.ofDays(7),
            Shape.duration(ZERO, YEAR.multipliedBy(10)),
            "how long a path remembers that it was deleted");
    static final Key<Duration> GC_EVENT_RETENTION = Key.of(
            "gc.event_retention",
            Duration.ofDays(7),
            Shape.duration(ZERO, YEAR.multipliedBy(10)),
            "how far back the change feed reaches");
    static final Key<Duration> SCRUB_INTERVAL = Key.of(
            "scrub.interval",
            Duration.ofDays(14),
            Shape.duration(ZERO, YEAR.multipliedBy(10)),
            "how often everything stored is read and checked; 0 for never");
    static final Key<ByteSize> SCRUB_RATE = Key.of(
            "scrub.bytes_per_second",
            ByteSize.ofMiB(8),
            Shape.size(ByteSize.ofKiB(64), MAX_BYTES),
            "how fast at most; the log says where that is too slow for the interval");

    static final Key<Duration> LIFECYCLE_INTERVAL = Key.of(
            "lifecycle.interval",
            Duration.ofHours(1),
            Shape.duration(Duration.ofMillis(100), YEAR),
            "between two looks for what buckets' rules want");
    static final Key<Duration> LIFECYCLE_DAY = Key.of(
            "lifecycle.day",
            Duration.ofDays(1),
            Shape.duration(Duration.ofMillis(100), Duration.ofDays(1)),
            "for tests: how long a day of a rule is");
    static final Key<Integer> LIFECYCLE_ACTIONS_PER_SECOND = Key.of(
            "lifecycle.actions_per_second",
            1000,
            Shape.number(1, 1_000_000),
            "how many objects expire or move at the most");

    static final Key<Anonymous> S3_ANONYMOUS =
            Key.of("s3.anonymous", Anonymous.NONE, Shape.choice(Anonymous.class), "what unsigned requests may do");
    static final Key<Compatibility> S3_COMPATIBILITY = Key.of(
            "s3.compatibility",
            Compatibility.AWS,
            Shape.choice(Compatibility.class),
            "whose side to take where AWS and Ceph differ");
    static final Key<Duration> S3_CLOCK_SKEW = Key.of(
            "s3.clock_skew",
            Duration.ofMinutes(15),
            Shape.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            "how far a client's clock may be off");
    static final Key<Duration> S3_ACCESS_LOG_INTERVAL = Key.of(
            "s3.access_log_interval",
            Duration.ofMinutes(1),
            Shape.duration(Duration.ofMillis(100), Duration.ofHours(24)),
            "how often the logs that buckets ask for are written");
    static final Key<ByteSize> S3_ACCESS_LOG_SIZE = Key.of(
            "s3.access_log_size",
            ByteSize.ofMiB(1),
            Shape.size(ByteSize.ofKiB(1), ByteSize.ofMiB(8)),
            "or after how many bytes of one");
    static final Key<List<String>> S3_WEBSITE_DOMAINS = Key.of(
            "s3.website_domains",
            List.of(),
            Shape.list(Shape.text("[A-Za-z0-9.-]{1,253}", "a host name")),
            "bucket.DOMAIN shows a bucket as a website");
    static final Key<ByteSize> S3_MINIMUM_PART_SIZE = Key.of(
            "s3.minimum_part_size",
            ByteSize.ofMiB(5),
            Shape.size(new ByteSize(1), ByteSize.ofMiB(1024)),
            "of every part of a multipart upload but the last");

    static final Key<List<String>> S3_STORAGE_CLASSES = Key.of(
            "s3.storage_classes",
            List.of(
                    "STANDARD",
                    "STANDARD_IA",
                    "INTELLIGENT_TIERING",
                    "ONEZONE_IA",
                    "GLACIER_IR",
                    "GLACIER",
                    "DEEP_ARCHIVE"),
            Shape.list(Shape.text("[A-Z][A-Z0-9_-]{0,63}", "a storage class such as STANDARD_IA")),
            "that lifecycle rules may name, from the warmest to the coldest");
    static final Key<Boolean> S3_ADDED_CHECKSUMS = Key.of(
            "s3.added_checksums", true, Shape.flag(), "whether what comes without a checksum gets one, as in S3");

    static final Key<Optional<Path>> ENCRYPTION_KEY_RING = Key.of(
            "encryption.key_ring",
            Optional.empty(),
            Shape.orOff(Shape.path()),
            "the file with the keys of encryption, outside of the data folders, or off; made where it is not there");
    static final Key<List<String>> ENCRYPTION_KEYS = Key.of(
            "encryption.keys",
            List.of(),
            Shape.list(Shape.text("[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}", "a name of letters, digits and ._:/-")),
            "made in the key ring at start if not there");
    static final Key<Boolean> ENCRYPTION_CUSTOMER_KEYS_NEED_TLS = Key.of(
            "encryption.customer_keys_need_tls",
            true,
            Shape.flag(),
            "whether a client's own key is refused where it comes over plain HTTP");
    static final Key<Optional<URI>> ENCRYPTION_VAULT_URL = Key.of(
            "encryption.vault_url",
            Optional.empty(),
            Shape.orOff(Shape.url()),
            "the Vault whose transit engine has the named keys, or off");
    static final Key<String> ENCRYPTION_VAULT_MOUNT = Key.of(
            "encryption.vault_mount",
            "transit",
            Shape.text("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9._-]+)*", "a path like transit"),
            "where its transit engine is mounted");
    static final Key<Optional<Path>> ENCRYPTION_VAULT_TOKEN_FILE = Key.of(
            "encryption.vault_token_file",
            Optional.empty(),
            Shape.orOff(Shape.path()),
            "a file with the token for Vault, or off; read again when it changes");
    static final Key<String> ENCRYPTION_VAULT_KEY = Key.of(
            "encryption.vault_key",
            "",
            Shape.text("|[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", "the name of a key, or nothing"),
            "the key of Vault for requests that name none; only without a key ring");

    static final Key<Integer> LIMITS_REQUESTS =
            Key.of("limits.requests", 256, Shape.number(1, 100_000), "worked on at a time");
    static final Key<Integer> LIMITS_WAITING_REQUESTS = Key.of(
            "limits.waiting_requests", 1024, Shape.number(0, 100_000), "waiting for their turn; more are refused");
    static final Key<Integer> LIMITS_CONNECTIONS =
            Key.of("limits.connections", 2048, Shape.number(1, 1_000_000), "open at a time; more are closed at once");
    static final Key<Duration> LIMITS_IDLE_TIMEOUT = Key.of(
            "limits.idle_timeout",
            Duration.ofMinutes(1),
            Shape.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
            "after which a connection is closed that is silent, or has sent no whole head");
    static final Key<ByteSize> LIMITS_BODY_RATE = Key.of(
            "limits.body_bytes_per_second",
            new ByteSize(256),
            Shape.size(NO_BYTES, MAX_BYTES),
            "the least of a body that must come, on the average of an idle timeout; 0 for none");
    static final Key<Duration> LIMITS_STOP_TIMEOUT = Key.of(
            "limits.stop_timeout",
            Duration.ofSeconds(30),
            Shape.duration(ZERO, Duration.ofHours(1)),
            "how long requests under way may take once told to stop");

    static final Key<List<Target>> NOTIFICATION_TARGETS = Key.of(
            "notifications.targets", List.of(), new WebhookTargets(), "webhooks that bucket notifications may name");

    /** Where the listener is on loopback, an open one is the default; elsewhere it must be asked for. */
    static final Key<Optional<Boolean>> NATIVE_OPEN = Key.of(
            "native.open",
            Optional.empty(),
            Shape.orAuto(Shape.flag()),
            "whether the native listener asks for no credentials; auto: only on loopback");

    static final Key<List<String>> NATIVE_TOKENS = Key.secret(
            "native.tokens",
            List.of(),
            Shape.list(Shape.secret("[\\x21-\\x7e&&[^,]]{16,256}", "16 to 256 printable characters without commas")),
            "bearer tokens of the native API");
    static final Key<Boolean> METRICS_PUBLIC =
            Key.of("metrics.public", true, Shape.flag(), "whether /_/metrics asks for no credentials");

    /** In the order they are shown. */
    static final List<Key<?>> ALL =
            Stream.concat(ofTheNode().stream(), ClusterKeys.ALL.stream()).toList();

    private Keys() {}

    private static List<Key<?>> ofTheNode() {
        return List.of(
                DATA,
                LISTEN,
                NATIVE_LISTEN,
                TLS_CERTIFICATE,
                TLS_KEY,
                REGION,
                DOMAINS,
                TRUSTED_PROXIES,
                ROOT_ACCESS_KEY,
                ROOT_SECRET_KEY,
                BUCKETS,
                IDENTITIES,
                LOG_LEVEL,
                LOG_FORMAT,
                LOG_ACCESS,
                DURABILITY_MODE,
                DURABILITY_INTERVAL,
                DURABILITY_BYTES,
                STORAGE_SLOTS,
                STORAGE_INLINE_THRESHOLD,
                STORAGE_RESERVE,
                GC_INTERVAL,
                GC_GRACE,
                GC_TOMBSTONE_RETENTION,
                GC_EVENT_RETENTION,
                SCRUB_INTERVAL,
                SCRUB_RATE,
                LIFECYCLE_INTERVAL,
                LIFECYCLE_DAY,
                LIFECYCLE_ACTIONS_PER_SECOND,
                S3_ANONYMOUS,
                S3_COMPATIBILITY,
                S3_CLOCK_SKEW,
                S3_MINIMUM_PART_SIZE,
                S3_STORAGE_CLASSES,
                S3_ADDED_CHECKSUMS,
                ENCRYPTION_KEY_RING,
                ENCRYPTION_KEYS,
                ENCRYPTION_CUSTOMER_KEYS_NEED_TLS,
                ENCRYPTION_VAULT_URL,
                ENCRYPTION_VAULT_MOUNT,
                ENCRYPTION_VAULT_TOKEN_FILE,
                ENCRYPTION_VAULT_KEY,
                S3_WEBSITE_DOMAINS,
                S3_ACCESS_LOG_INTERVAL,
                S3_ACCESS_LOG_SIZE,
                LIMITS_REQUESTS,
                LIMITS_WAITING_REQUESTS,
                LIMITS_CONNECTIONS,
                LIMITS_IDLE_TIMEOUT,
                LIMITS_BODY_RATE,
                LIMITS_STOP_TIMEOUT,
                NOTIFICATION_TARGETS,
                NATIVE_OPEN,
                NATIVE_TOKENS,
                METRICS_PUBLIC);
    }
}
