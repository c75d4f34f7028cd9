package dev.skerry.server;

import dev.skerry.blob.Durability;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.migrate.LegacyStore;
import dev.skerry.blob.migrate.Migration;
import dev.skerry.blob.migrate.MigrationProgress;
import dev.skerry.blob.migrate.MigrationReport;
import dev.skerry.blob.migrate.MigrationSettings;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.config.Settings;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SqliteCatalog;
import dev.skerry.metadata.SqliteCommitLog;
import dev.skerry.metadata.SqliteMetadataStore;
import dev.skerry.metadata.legacy.LegacyStores;
import dev.skerry.s3.operation.BucketName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Joins a migration: the older stores it reads, and as much of a node as it writes to. No server runs meanwhile. */
public final class MigrationRun {
    private final Settings settings;
    private final List<LegacyStore> sources;
    private final MigrationSettings wanted;

    /**
     * A migration of the older stores in {@code disks} into the data folders of {@code settings}.
     *
     * @param bucket one bucket for everything, or null
     * @throws StartException if one of the disks has no older store
     */
    public MigrationRun(Settings settings, List<Path> disks, @Nullable String bucket) {
        this.settings = settings;
        this.wanted = new MigrationSettings(
                bucket,
                KnownIdentities.rootId(),
                settings.region(),
                settings.storage().inlineThreshold().toInt());
        List<LegacyStore> found = new ArrayList<>();
        try {
            for (Path disk : disks) {
                List<LegacyStore> here = LegacyStores.in(disk);
                if (here.isEmpty()) {
                    throw new StartException("migrate from " + disk + ": no older store there (expected: a folder with"
                            + " amberblob/slot_<id>/meta/metadata.db, or slots/<id>/meta.sqlite3 of Amberio or Rimio)");
                }
                found.addAll(here);
            }
        } catch (StoreException failure) {
            throw new StartException("cannot read the older store: " + failure.getMessage(), failure);
        }
        this.sources = List.copyOf(found);
    }

    /** Looks, and writes nothing. */
    public MigrationReport look() {
        try {
            Path catalog = settings.data().getFirst().resolve(Assembly.CATALOG_FILE);
            if (!Files.exists(catalog)) {
                return Migration.look(sources, wanted, BucketName::isValid, _ -> Optional.empty());
            }
            try (Catalog buckets =
                    SqliteCatalog.open(catalog, List.of(), Assembly.platformThreads("catalog"), Assembly.CLOCK)) {
                return Migration.look(sources, wanted, BucketName::isValid, buckets::bucket);
            }
        } catch (StoreException failure) {
            throw new StartException("cannot look: " + failure.getMessage(), failure);
        }
    }

    /**
     * Migrates.
     *
     * @throws StartException if the data folders are in use, are no folders of a node, or fail
     */
    public MigrationReport run(MigrationProgress progress) {
        try (Lifecycle lifecycle = new Lifecycle()) {
            return new Migration(open(lifecycle), sources).run(wanted, progress);
        } catch (StoreException failure) {
            throw new StartException(
                    "the migration ended early: " + failure.getMessage() + " (run it again to go on from there)",
                    failure);
        }
    }

    private Migration.Ports open(Lifecycle lifecycle) {
        NodeFolder node = lifecycle.keep(
                "data folder",
                NodeFolder.open(
                        settings.data(),
                        settings.storage().slots(),
                        new Membership(settings.cluster()),
                        UUID::randomUUID));
        SqliteCatalog catalog = lifecycle.keep(
                "catalog",
                SqliteCatalog.open(
                        node.first().resolve(Assembly.CATALOG_FILE),
                        List.of(),
                        Assembly.platformThreads("catalog"),
                        Assembly.CLOCK));
        SlotDatabases databases = lifecycle.keep(
                "slots",
                SlotDatabases.open(
                        node.folders().stream()
                                .map(folder -> folder.resolve("slots"))
                                .toList(),
                        node.slots(),
                        settings.durability().mode() == Durability.ALWAYS,
                        Assembly.platformThreads("slot-open"),
                        Assembly.CLOCK));
        SqliteCommitLog log = lifecycle.keep(
                "commit log",
                new SqliteCommitLog(
                        databases,
                        new SlotMachine(),
                        List.of(),
                        Assembly.platformThreads("slot"),
                        SqliteCommitLog.Settings.DEFAULT,
                        StoreListener.NONE));
        log.start();
        SqliteMetadataStore metadata = lifecycle.keep(
                "metadata",
                new SqliteMetadataStore(
                        databases, Assembly.platformThreads("reader"), SqliteMetadataStore.Settings.DEFAULT));
        metadata.start();
        return new Migration.Ports(
                catalog,
                metadata,
                log,
                new FilePartStore(
                        new PartLayout(node.folders()),
                        new FilePartStore.Settings(settings.storage().reserve().bytes(), 0),
                        SpaceProbe.FILE_SYSTEM,
                        Assembly.CLOCK,
                        StoreListener.NONE),
                new SingleNodePlacement(new NodeId(node.nodeId()), new SlotHash(node.slots())),
                new HlcClock(Assembly.CLOCK, ClockFloor.of(catalog, metadata), HlcClock.DEFAULT_MAX_SKEW),
                BucketName::isValid);
    }
}
