package dev.skerry.metadata.legacy;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.migrate.LegacyStore;
import dev.skerry.blob.migrate.Migration;
import dev.skerry.blob.migrate.MigrationProgress;
import dev.skerry.blob.migrate.MigrationReport;
import dev.skerry.blob.migrate.MigrationSettings;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SqliteCatalog;
import dev.skerry.metadata.SqliteCommitLog;
import dev.skerry.metadata.SqliteMetadataStore;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real store of two slots to migrate into. */
final class TargetStore implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private static final InstantSource CLOCK = () -> NOW;
    private static final int SLOTS = 2;
    private static final int INLINE_BYTES = 8;

    final PartLayout layout;
    final SingleNodePlacement placement = new SingleNodePlacement(new NodeId("node"), new SlotHash(SLOTS));
    final SqliteCatalog catalog;
    final SqliteMetadataStore metadata;
    private final SlotDatabases databases;
    private final SqliteCommitLog log;
    private final FilePartStore parts;

    TargetStore(Path folder) {
        layout = new PartLayout(List.of(folder));
        databases = SlotDatabases.open(folder.resolve("slots"), SLOTS, Thread::new, CLOCK);
        log = new SqliteCommitLog(
                databases,
                new SlotMachine(),
                List.of(),
                Thread::new,
                SqliteCommitLog.Settings.DEFAULT,
                StoreListener.NONE);
        log.start();
        metadata = new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT);
        metadata.start();
        catalog = SqliteCatalog.open(folder.resolve("catalog.sqlite3"), List.of(), Thread::new, CLOCK);
        parts = new FilePartStore(
                layout, new FilePartStore.Settings(0, 0), SpaceProbe.FILE_SYSTEM, CLOCK, StoreListener.NONE);
    }

    MigrationReport look(Path disk) {
        return Migration.look(LegacyStores.in(disk), settings(null), TargetStore::legalBucket, catalog::bucket);
    }

    private static MigrationSettings settings(@Nullable String bucket) {
        return new MigrationSettings(bucket, "owner", "", INLINE_BYTES);
    }

    private static boolean legalBucket(String name) {
        return name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    }

    MigrationReport migrate(Path disk, @Nullable String bucket, MigrationProgress progress) {
        List<LegacyStore> sources = LegacyStores.in(disk);
        Migration.Ports ports = new Migration.Ports(
                catalog, metadata, log, parts, placement, new HlcClock(CLOCK), TargetStore::legalBucket);
        return new Migration(ports, sources).run(settings(bucket), progress);
    }

    MigrationReport migrate(Path disk) {
        return migrate(disk, null, MigrationProgress.SILENT);
    }

    SlotId slotOf(BlobPath path) {
        return placement.computePlacement(path).slot();
    }

    List<BlobMeta> generations(BlobPath path) {
        return metadata.generations(slotOf(path), path, 100);
    }

    /** The text of a generation, read back and verified. */
    String text(BlobPath path, long generation) {
        StoredBlob blob = metadata.open(
                        slotOf(path), path, new VersionSelector.ByGeneration(new Generation(generation)))
                .orElseThrow();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        switch (blob.content()) {
            case BlobContent.Inline inline -> text.writeBytes(inline.bytes());
            case BlobContent.Parts(List<PartRef> refs) -> refs.forEach(ref -> read(slotOf(path), ref, text));
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private void read(SlotId slot, PartRef ref, ByteArrayOutputStream text) {
        try (PartReader reader = parts.open(slot, ref)) {
            for (long offset = 0; offset < ref.lengthBytes(); ) {
                ByteBuffer run = reader.read(offset, ref.lengthBytes());
                byte[] bytes = new byte[run.remaining()];
                run.get(bytes);
                text.writeBytes(bytes);
                offset += bytes.length;
            }
        }
    }

    @Override
    public void close() {
        metadata.close();
        log.close();
        databases.close();
        catalog.close();
    }
}
