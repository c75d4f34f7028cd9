package dev.skerry.blob.catalog;

import dev.skerry.blob.Durability;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.encryption.DefaultEncryption;
import dev.skerry.blob.encryption.EncryptionRequest;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bucket and its configuration.
 *
 * @param name as S3 allows it
 * @param ownerId canonical id of the identity that created it
 * @param region the location constraint it was created with, or empty
 * @param created when, by the clock of events: what is told of the name before was told of another bucket
 * @param versioning how writes and deletes treat what was there
 * @param durability what its writes ask, or null for the node's default
 * @param configuration documents by {@link ConfigurationKind}, in the form their owner chose (JSON or S3's XML)
 * @param epoch raised with every change that its writes must know of; 0 on a single node
 * @param sealed whether such a change is under way, and writes wait for it; never on a single node
 */
public record Bucket(
        String name,
        String ownerId,
        String region,
        HlcTimestamp created,
        Versioning versioning,
        @Nullable Durability durability,
        Map<ConfigurationKind, String> configuration,
        long epoch,
        boolean sealed) {
    /** A bucket's configuration documents. */
    public enum ConfigurationKind {
        TAGGING,
        CORS,
        ENCRYPTION,
        OBJECT_LOCK,
        LIFECYCLE,
        POLICY,
        ACL,
        OWNERSHIP,
        PUBLIC_ACCESS_BLOCK,
        NOTIFICATION,
        WEBSITE,
        LOGGING,
        REPLICATION
    }

    public Bucket {
        configuration = Map.copyOf(configuration);
    }

    /** A bucket of a single node. */
    public Bucket(
            String name,
            String ownerId,
            String region,
            HlcTimestamp created,
            Versioning versioning,
            @Nullable Durability durability,
            Map<ConfigurationKind, String> configuration) {
        this(name, ownerId, region, created, versioning, durability, configuration, 0, false);
    }

    /** The same with that versioning state. */
    Bucket with(Versioning other) {
        return new Bucket(name, ownerId, region, created, other, durability, configuration, epoch, sealed);
    }

    /** The same with that durability. */
    Bucket with(@Nullable Durability other) {
        return new Bucket(name, ownerId, region, created, versioning, other, configuration, epoch, sealed);
    }

    /** The same with that document, or without one where it is null. */
    Bucket with(ConfigurationKind kind, @Nullable String document) {
        Map<ConfigurationKind, String> changed = new EnumMap<>(ConfigurationKind.class);
        changed.putAll(configuration);
        if (document == null) {
            changed.remove(kind);
        } else {
            changed.put(kind, document);
        }
        return new Bucket(name, ownerId, region, created, versioning, durability, changed, epoch, sealed);
    }

    /** The same in that epoch. */
    Bucket in(long otherEpoch, boolean nowSealed) {
        return new Bucket(name, ownerId, region, created, versioning, durability, configuration, otherEpoch, nowSealed);
    }

    /** When it was created, as S3 says it. */
    public Instant createdAt() {
        return created.instant();
    }

    /**
     * Its object lock; empty where its versions cannot be locked.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} where what it kept cannot be read
     */
    public Optional<ObjectLockConfig> objectLock() {
        return Optional.ofNullable(configuration.get(ConfigurationKind.OBJECT_LOCK))
                .map(ObjectLockConfig::parse);
    }

    /**
     * How it encrypts what is written to it without a word of encryption; empty where it does not.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} where what it kept cannot be read
     */
    public Optional<DefaultEncryption> defaultEncryption() {
        return Optional.ofNullable(configuration.get(ConfigurationKind.ENCRYPTION))
                .map(DefaultEncryption::parse);
    }

    /** How a write is encrypted: as it asks, else as the bucket does; null where it is not. */
    public @Nullable EncryptionRequest encryption(@Nullable EncryptionRequest asked) {
        return asked != null
                ? asked
                : defaultEncryption().map(DefaultEncryption::request).orElse(null);
    }
}
