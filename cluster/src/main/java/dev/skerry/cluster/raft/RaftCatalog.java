package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of a cluster: every change is an entry of its Raft log, every read waits until this node's copy is as far
 * as the log was. In a minority both fail with {@code Busy}, and so does every write, which asks for its bucket first.
 */
public final class RaftCatalog implements Catalog {
    private final RaftMember member;
    private final Supplier<RaftMember.Group> group;
    private final Catalog local;
    private final CommandCodec codec;
    private final ReadBarrier barrier;

    /**
     * Joins the copy to the log; both are their owners', who start and close them.
     *
     * @param group who keeps the log at each moment; always the same group
     * @param local reads this node's copy
     */
    public RaftCatalog(RaftMember member, Supplier<RaftMember.Group> group, Catalog local, CommandCodec codec) {
        this.member = member;
        this.group = group;
        this.local = local;
        this.codec = codec;
        this.barrier = new ReadBarrier(() -> member.catchUp(group.get().id()));
    }

    @Override
    public Optional<Bucket> bucket(String name) {
        barrier.await();
        return local.bucket(name);
    }

    @Override
    public List<Bucket> buckets() {
        barrier.await();
        return local.buckets();
    }

    @Override
    public Bucket commit(CatalogCommand command) {
        return switch (submit(new CatalogReplica.Entry.BucketChange(command))) {
            case CatalogReplica.Result.Changed(Bucket bucket) -> bucket;
            case CatalogReplica.Result.Refused(StoreFailure failure) -> throw new StoreException(failure);
            case CatalogReplica.Result other -> throw unexpected(other);
        };
    }

    @Override
    public List<SequencedEvent> events(long afterSequence, int limit) {
        barrier.await();
        return local.events(afterSequence, limit);
    }

    /** Of this node's copy, which may be behind for a moment. */
    @Override
    public long lastSequence() {
        return local.lastSequence();
    }

    @Override
    public @Nullable RootCredentials rootCredentials() {
        barrier.await();
        return local.rootCredentials();
    }

    @Override
    public RootCredentials keepRootCredentials(RootCredentials ifNone) {
        return switch (submit(new CatalogReplica.Entry.KeepRoot(ifNone))) {
            case CatalogReplica.Result.RootKept(RootCredentials kept) -> kept;
            case CatalogReplica.Result other -> throw unexpected(other);
        };
    }

    /**
     * Keeps a document that the nodes share; see {@link CatalogReplica.Entry.KeepDocument}.
     *
     * @return the document as it is now, whether or not it is this one
     */
    public CatalogReplica.Document keepDocument(String name, long expectedRevision, String text) {
        return switch (submit(new CatalogReplica.Entry.KeepDocument(name, expectedRevision, text))) {
            case CatalogReplica.Result.DocumentKept(boolean _, CatalogReplica.Document document) -> document;
            case CatalogReplica.Result other -> throw unexpected(other);
        };
    }

    private CatalogReplica.Result submit(CatalogReplica.Entry entry) {
        byte[] answer;
        try {
            answer = member.submit(group.get(), codec.encode(entry)).join();
        } catch (CompletionException e) {
            throw RaftFailures.translate(e.getCause() == null ? e : e.getCause());
        } finally {
            ReadScope.wrote();
        }
        if (answer.length == 0) {
            throw RaftFailures.unknown("the entry was applied before a restart", null);
        }
        return codec.catalogResult(answer);
    }

    private static IllegalStateException unexpected(CatalogReplica.Result result) {
        return new IllegalStateException(
                "the catalog answered with " + result.getClass().getSimpleName());
    }

    /** The copy is its owner's. */
    @Override
    public void close() {}
}
