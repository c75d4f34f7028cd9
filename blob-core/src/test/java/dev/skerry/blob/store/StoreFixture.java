package dev.skerry.blob.store;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.FakeCatalog;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.commit.Precondition;
import dev.skerry.blob.encryption.FakeKeyService;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A store over real part files, with rows in memory and a clock that moves when told. */
public final class StoreFixture {
    public static final int SLOTS = 4;
    public static final String OWNER = "owner";

    /** Small parts, so that few bytes make several. */
    public static final int PART_BYTES = 300_000;

    public static final StoreSettings SETTINGS = new StoreSettings(
            8 * 1024,
            PART_BYTES,
            StoreSettings.DEFAULT.durability(),
            StoreSettings.DEFAULT.maxBlobBytes(),
            10,
            StoreSettings.DEFAULT.homeRegion());

    private final AtomicLong millis =
            new AtomicLong(Instant.parse("2026-01-02T03:04:05Z").toEpochMilli());
    private final Path data;

    public final InstantSource time = () -> Instant.ofEpochMilli(millis.get());
    public final HlcClock clock = new HlcClock(time);
    public final BlobIds ids = new BlobIds(clock, new Random(1));
    public final FakeSlots slots = new FakeSlots(SLOTS);
    public final FakeCatalog catalog = new FakeCatalog();
    public final FakeMetadataStore metadata = new FakeMetadataStore(slots);
    public final FakeCommitLog log = new FakeCommitLog(slots);
    public final SingleNodePlacement placement = new SingleNodePlacement(new NodeId("here"), new SlotHash(SLOTS));
    public final FakeKeyService keys = new FakeKeyService("testkey-1", "testkey-2");
    public final AtomicLong usableBytes = new AtomicLong(Long.MAX_VALUE / 2);
    public final FilePartStore parts;
    public final StoreAssembly store;

    public StoreFixture(Path data) {
        this(data, SETTINGS);
    }

    public StoreFixture(Path data, StoreSettings settings) {
        this.data = data;
        SpaceProbe probe = _ -> new SpaceProbe.Space(usableBytes.get(), Long.MAX_VALUE / 2);
        this.parts = new FilePartStore(
                new PartLayout(List.of(data)), new FilePartStore.Settings(1000, 0), probe, time, StoreListener.NONE);
        this.store = StoreAssembly.of(
                new StoreAssembly.Ports(
                        catalog, metadata, log, parts, placement, clock, ids, Runnable::run, keys, StoreListener.NONE),
                settings);
    }

    /** Moves the clock on. */
    public void advance(Duration by) {
        millis.addAndGet(by.toMillis());
    }

    public void bucket(String name, Versioning versioning) {
        store.buckets().create(name, OWNER, "");
        store.buckets().setVersioning(name, versioning);
    }

    public CommandResult.Written put(String bucket, String key, byte[] bytes, Precondition... preconditions) {
        return store.blobs().put(request(bucket, key, preconditions), TestBody.of(bytes));
    }

    public static PutBlobRequest request(String bucket, String key, Precondition... preconditions) {
        return new PutBlobRequest(
                BlobPath.of(bucket, key),
                BlobAttributes.ownedBy(OWNER),
                List.of(preconditions),
                Set.of(),
                false,
                null,
                null);
    }

    public byte[] read(String bucket, String key) {
        return read(bucket, key, VersionSelector.CURRENT);
    }

    public byte[] read(String bucket, String key, VersionSelector selector) {
        try (BlobReader reader = store.blobs().open(BlobPath.of(bucket, key), selector)) {
            return drain(reader);
        }
    }

    public static byte[] drain(BlobReader reader) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer run = reader.next(); run != null; run = reader.next()) {
            byte[] bytes = new byte[run.remaining()];
            run.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    /** All files below the data folder. */
    public List<Path> files() {
        return walk(Files::isRegularFile);
    }

    /** All folders of staged parts. */
    public List<Path> folders() {
        return walk(path -> Files.isDirectory(path)
                && path.getParent() != null
                && path.getParent().endsWith("blobs"));
    }

    private List<Path> walk(Predicate<Path> wanted) {
        try (Stream<Path> paths = Files.walk(data)) {
            return paths.filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that compress and repeat nowhere. */
    public static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
