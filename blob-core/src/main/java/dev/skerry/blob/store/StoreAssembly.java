package dev.skerry.blob.store;

import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.TwoPhaseWrite;
import dev.skerry.blob.encryption.ContentKeys;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The doors of the store over one set of ports. They belong together: the gate that makes deleting a bucket safe is one
 * for all of them.
 */
public record StoreAssembly(
        BlobStore blobs, Uploads uploads, Listing listing, Buckets buckets, AgedVersions agedVersions) {
    /** How long a commit waits for a bucket that is being deleted, and the other way round. */
    private static final Duration MAX_GATE_WAIT = Duration.ofSeconds(30);

    /**
     * What the store stands on.
     *
     * @param hashing runs the hashing of large bodies beside their request's thread; bounded by its owner, and what it
     *     refuses or drops runs on the request's thread
     * @param keys wraps the keys of what is encrypted; {@link KeyService#NONE} where there are none
     */
    public record Ports(
            Catalog catalog,
            MetadataStore metadata,
            CommitLog log,
            PartStore parts,
            PlacementPolicy placement,
            HlcClock clock,
            BlobIds ids,
            Executor hashing,
            KeyService keys,
            StoreListener listener) {}

    /** Joins the ports. Nothing is started, and nothing needs to be closed but the ports themselves. */
    public static StoreAssembly of(Ports ports, StoreSettings settings) {
        BucketGate gate = ports.log().shared()
                ? new SealingGate(ports, settings.homeRegion(), MAX_GATE_WAIT)
                : new LocalGate(ports.catalog(), MAX_GATE_WAIT);
        Commits commits = new Commits(ports.catalog(), ports.placement(), ports.clock(), settings, gate);
        TwoPhaseWrite write = new TwoPhaseWrite(ports.parts(), ports.log());
        Intake intake = new Intake(ports.parts(), write, settings, ports.hashing(), ports.listener());
        Encryption encryption = new Encryption(new ContentKeys(ports.keys(), new SecureRandom()));
        return new StoreAssembly(
                new BlobStore(commits, intake, encryption, ports, settings),
                new Uploads(commits, intake, encryption, ports, settings),
                new Listing(commits, ports.metadata()),
                new Buckets(commits, gate, ports),
                new AgedVersions(commits, ports));
    }
}
