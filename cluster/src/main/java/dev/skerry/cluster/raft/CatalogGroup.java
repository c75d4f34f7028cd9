package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
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
    private static final int FETCHES = 30;

    private final CatalogReplica replica;
    private final CommandCodec codec;
    private final ExecutorService thread;
    private final DatabaseTransfer transfer;
    private final CatalogDigests digests;

    CatalogGroup(
            CatalogReplica replica,
            CommandCodec codec,
            ThreadFactory threads,
            DatabaseTransfer transfer,
            CatalogDigests digests) {
        super(transfer.executor());
        this.transfer = transfer;
        this.digests = digests;
        this.replica = replica;
        this.codec = codec;
        this.thread = Executors.newSingleThreadExecutor(threads);
    }

    @Override
    LogPosition position() {
        return replica.position();
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        transfer.hasCatalog(this);
    }

    /** A copy of all that the group had applied before the call. */
    Path copy() {
        TermIndex position = getLastAppliedTermIndex();
        replica.advance(new LogPosition(position.getTerm(), position.getIndex()));
        return replica.copy();
    }

    /**
     * Has another node's copy take the place of the one here, once it has all that was applied here. Does not block; no
     * entry is applied meanwhile. Where that node gives none for half a minute, what there is stays.
     */
    void fetchAnew(NodeId from) {
        thread.execute(() -> {
            for (int i = 0; i < FETCHES; i++) {
                try {
                    transfer.fetchCatalog(from, replica.position());
                    return;
                } catch (IOException e) {
                    log.warn(
                            "the catalog could not be fetched anew and is tried again node={} reason={}",
                            from.value(),
                            e.getMessage());
                    pause(new StoreException(new StoreFailure.Busy("the catalog is closing"), e));
                }
            }
        });
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
        CatalogReplica.Entry entry;
        try {
            entry = codec.catalogEntry(bytes);
        } catch (IllegalArgumentException e) {
            // to leave it out would be to go another way than the others: nothing more is applied, and reads wait
            log.error("an entry of the catalog's log cannot be read: is this an older program?", e);
            return new Applied(new CompletableFuture<>());
        }
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
                if (result != null && entry instanceof CatalogReplica.Entry.Compare(String mark)) {
                    digests.keep(mark, result);
                }
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
