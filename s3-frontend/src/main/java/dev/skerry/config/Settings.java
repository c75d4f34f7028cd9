package dev.skerry.config;

import dev.skerry.blob.Durability;
import dev.skerry.notify.Target;
import dev.skerry.s3.Compatibility;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a person may set. {@link Keys} holds the name, the default and the bounds of each.
 *
 * @param data the folders, one for each disk
 * @param listen where S3 and everything under {@code /_/} answers
 * @param nativeListen where the native API answers at its older roots, or null for nowhere
 * @param tls the certificate listeners show, or null for plain HTTP
 * @param region the region S3 clients sign for
 * @param domains host names under which {@code bucket.domain} addresses a bucket
 * @param trustedProxies addresses, or ranges of them, of reverse proxies whose X-Forwarded- headers count
 * @param root the root identity, or null to generate one
 * @param buckets to create at start
 * @param notificationTargets webhooks that the rules of buckets may name
 * @param cluster the cluster this node belongs to, or null for a single node
 */
public record Settings(
        List<Path> data,
        HostPort listen,
        @Nullable HostPort nativeListen,
        @Nullable Tls tls,
        String region,
        List<String> domains,
        List<String> trustedProxies,
        @Nullable RootIdentity root,
        List<String> buckets,
        List<ConfiguredIdentity> identities,
        Log log,
        DurabilitySettings durability,
        Storage storage,
        Gc gc,
        Scrub scrub,
        Lifecycle lifecycle,
        S3 s3,
        Encryption encryption,
        Limits limits,
        List<Target> notificationTargets,
        Native nativeApi,
        Metrics metrics,
        @Nullable ClusterSettings cluster) {
    public Settings {
        data = List.copyOf(data);
        domains = List.copyOf(domains);
        trustedProxies = List.copyOf(trustedProxies);
        buckets = List.copyOf(buckets);
        identities = List.copyOf(identities);
        notificationTargets = List.copyOf(notificationTargets);
    }

    /** The id S3 shows for an identity that was given none: the same on every node and at every start. */
    public static String canonicalIdOf(String identityName) {
        return Identities.canonicalId(identityName);
    }

    /** PEM files: the certificate with those above it, and its private key. */
    public record Tls(Path certificate, Path key) {}

    /** The identity that may do everything, as set. */
    public record RootIdentity(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "RootIdentity[" + accessKey + "]";
        }
    }

    /**
     * Another identity.
     *
     * @param admin whether it may do everything
     */
    public record ConfiguredIdentity(
            String name,
            String displayName,
            String canonicalId,
            String email,
            String accessKey,
            String secretKey,
            boolean admin) {
        @Override
        public String toString() {
            return "ConfiguredIdentity[" + name + ", " + accessKey + "]";
        }
    }

    /** How much is logged. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** How a log line looks. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    /**
     * Logs.
     *
     * @param access {@code off}, {@code stdout} or a file
     */
    public record Log(LogLevel level, LogFormat format, String access) {}

    /** When a write counts as done, unless its bucket says otherwise; interval and bytes bound {@code periodic}. */
    public record DurabilitySettings(Durability mode, Duration interval, ByteSize bytes) {}

    /**
     * How bytes are kept.
     *
     * @param slots fixed when the data folder is first used
     * @param inlineThreshold bodies up to this size live in the slot's database
     * @param reserve room on disk that writes leave to metadata and deletes
     */
    public record Storage(int slots, ByteSize inlineThreshold, ByteSize reserve) {}

    /** Garbage collection: how often, and for how long each kind of leftover stays. */
    public record Gc(Duration interval, Duration grace, Duration tombstoneRetention, Duration eventRetention) {}

    /** Re-reading of what is stored: how often, and how fast at most. */
    public record Scrub(Duration interval, ByteSize bytesPerSecond) {}

    /** Lifecycle: how often rules are looked at, how long a day is to them, and how fast they are followed. */
    public record Lifecycle(Duration interval, Duration day, int actionsPerSecond) {}

    /** What an unsigned request may do. */
    public enum Anonymous {
        NONE,
        READ,
        WRITE
    }

    /**
     * The S3 protocol.
     *
     * @param storageClasses from the warmest to the coldest
     * @param websiteDomains host names under which {@code bucket.domain} shows a bucket as a website
     * @param accessLogInterval how often the logs that buckets ask for are written
     * @param accessLogSize after how many bytes one is written sooner
     * @param addedChecksums whether what comes without a checksum gets one
     */
    public record S3(
            Anonymous anonymous,
            Compatibility compatibility,
            Duration clockSkew,
            ByteSize minimumPartSize,
            List<String> storageClasses,
            List<String> websiteDomains,
            Duration accessLogInterval,
            ByteSize accessLogSize,
            boolean addedChecksums) {
        public S3 {
            storageClasses = List.copyOf(storageClasses);
            websiteDomains = List.copyOf(websiteDomains);
        }
    }

    /**
     * Where encryption has its keys from; what clients encrypt with keys of their own needs none.
     *
     * @param keyRing the file of the key ring, or null for none
     * @param keys made in it at start
     * @param customerKeysNeedTls whether a client's own key is refused where it comes over plain HTTP
     * @param vault which has the named keys, or null for none
     */
    public record Encryption(
            @Nullable Path keyRing,
            List<String> keys,
            boolean customerKeysNeedTls,
            @Nullable Vault vault) {
        public Encryption {
            keys = List.copyOf(keys);
        }
    }

    /**
     * Vault.
     *
     * @param mount the path of its transit engine
     * @param tokenFile holds the token
     * @param key for requests that name none, or null
     */
    public record Vault(
            URI url, String mount, Path tokenFile, @Nullable String key) {}

    /**
     * Bounds.
     *
     * @param requests worked on at a time
     * @param waitingRequests that may wait for their turn; more are told to slow down
     * @param connections open at a time; more are closed at once
     * @param idleTimeout after which a silent connection is closed, and one that has not sent the head of a request
     * @param bodyRate bytes a second: the least of a body that must come while it is waited for; 0 for none
     * @param stopTimeout how long requests under way may take once the server is told to stop
     */
    public record Limits(
            int requests,
            int waitingRequests,
            int connections,
            Duration idleTimeout,
            ByteSize bodyRate,
            Duration stopTimeout) {}

    /** The native API: whether its own listener asks for no credentials, and the tokens that open it elsewhere. */
    public record Native(boolean open, List<String> tokens) {
        @Override
        public String toString() {
            return "Native[open=" + open + ", tokens=" + tokens.size() + "]";
        }
    }

    /** Metrics: whether they are shown to everyone. */
    public record Metrics(boolean open) {}
}
