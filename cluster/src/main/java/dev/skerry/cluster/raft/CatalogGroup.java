package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog, as its Raft group changes it, on a thread of its own. An entry that cannot be applied because the disk
 * fails is tried again until it can; nothing after it is applied before.
 */
final class CatalogGroup extends GroupMachine {
    private static final Logger log = LoggerFactory.getLogger(CatalogGroup.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final CatalogReplica replica;
    private final CommandCodec codec;
    private final ExecutorService thread;
    private final DatabaseTransfer transfer;

    CatalogGroup(CatalogReplica replica, CommandCodec codec, ThreadFactory threads, DatabaseTransfer transfer) {
        super(transfer.executor());
        this.transfer = transfer;
        this.replica = replica;
        this.codec = codec;
        this.thread = Executors.newSingleThreadExecutor(threads);
    }

    @Override
    LogPosition position() {
        return replica.position();
    }

    @Override
    void fetch(NodeId leader, long first) throws IOException {
        long index = replica.position().index();
        if (index == 0 || index + 1 < first) {
            transfer.fetchCatalog(leader, new LogPosition(0, first - 1));
        }
    }

    @Override
    Applied apply(LogPosition position, byte[] bytes, boolean awaited) {
        CatalogReplica.Entry entry = codec.catalogEntry(bytes);
        return new Applied(CompletableFuture.supplyAsync(() -> applyUntilDone(position, entry), thread));
    }

    @Override
    void hurry() {
        // nothing is put off
    }

    private Message applyUntilDone(LogPosition position, CatalogReplica.Entry entry) {
        while (true) {
            try {
                CatalogReplica.Result result = replica.apply(position, entry);
                return result == null ? Message.EMPTY : Message.valueOf(ByteString.copyFrom(codec.encode(result)));
            } catch (StoreException e) {
                log.error("the catalog's log could not be applied and is tried again index={}", position.index(), e);
                pause(e);
            }
        }
    }

    private static void pause(StoreException failure) {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    @Override
    void persist(LogPosition upTo) {
        replica.advance(upTo);
    }

    @Override
    public void close() {
        super.close();
        thread.shutdownNow();
    }
}
