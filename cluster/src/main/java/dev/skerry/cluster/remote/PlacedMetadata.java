package dev.skerry.cluster.remote;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All slots, wherever they are: those that this node holds are read here, the others are asked of nodes that do. What
 * only upkeep and measurement ask is always about this node's own copies.
 */
public final class PlacedMetadata implements MetadataStore {
    private final MetadataStore here;
    private final Predicate<SlotId> isHere;
    private final RemoteMetadata elsewhere;

    /**
     * Joins the two.
     *
     * @param here this node's replicas
     * @param isHere whether this node holds a slot, at each moment
     */
    public PlacedMetadata(MetadataStore here, Predicate<SlotId> isHere, RemoteMetadata elsewhere) {
        this.here = here;
        this.isHere = isHere;
        this.elsewhere = elsewhere;
    }

    private <A extends Answer> A ask(Question question, Class<A> kind) {
        return await(elsewhere.ask(question), kind);
    }

    private static <A extends Answer> A await(CompletableFuture<Answer> asked, Class<A> kind) {
        Answer answer;
        try {
            answer = asked.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException failure) {
                // thrown anew, so that its trace is the caller's
                throw new StoreException(failure.failure(), failure);
            }
            throw e;
        }
        if (!kind.isInstance(answer)) {
            throw new IllegalStateException("a replica answered with "
                    + answer.getClass().getSimpleName() + " (expected: " + kind.getSimpleName() + ")");
        }
        return kind.cast(answer);
    }

    @Override
    public List<SlotId> slots() {
        return here.slots();
    }

    @Override
    public Map<SlotId, String> quarantined() {
        return here.quarantined();
    }

    @Override
    public Set<SlotId> unchecked() {
        return here.unchecked();
    }

    @Override
    public Optional<BlobMeta> find(SlotId slot, BlobPath path, VersionSelector selector) {
        return isHere.test(slot)
                ? here.find(slot, path, selector)
                : Optional.ofNullable(ask(new Question.Find(slot, path, selector), Answer.Meta.class)
                        .meta());
    }

    @Override
    public Optional<StoredBlob> open(SlotId slot, BlobPath path, VersionSelector selector) {
        return isHere.test(slot)
                ? here.open(slot, path, selector)
                : Optional.ofNullable(ask(new Question.Open(slot, path, selector), Answer.Blob.class)
                        .blob());
    }

    @Override
    public Optional<BlobMeta> newest(SlotId slot, BlobPath path) {
        return isHere.test(slot)
                ? here.newest(slot, path)
                : Optional.ofNullable(
                        ask(new Question.Newest(slot, path), Answer.Meta.class).meta());
    }

    @Override
    public List<BlobMeta> generations(SlotId slot, BlobPath path, int limit) {
        return isHere.test(slot)
                ? here.generations(slot, path, limit)
                : ask(new Question.Generations(slot, path, limit), Answer.Metas.class)
                        .metas();
    }

    @Override
    public Optional<StoredBlob> byBlobId(SlotId slot, BlobId blobId) {
        return isHere.test(slot)
                ? here.byBlobId(slot, blobId)
                : Optional.ofNullable(ask(new Question.ByBlobId(slot, blobId), Answer.Blob.class)
                        .blob());
    }

    @Override
    public List<ListedBlob> scan(SlotId slot, Scan scan) {
        return isHere.test(slot)
                ? here.scan(slot, scan)
                : ask(new Question.Scan(slot, scan), Answer.Rows.class).rows();
    }

    /** The others are asked first, and side by side with this node's own. */
    @Override
    public List<List<ListedBlob>> scanAll(List<Addressed> scans) {
        Map<Integer, CompletableFuture<Answer>> asked = new TreeMap<>();
        List<Addressed> own = new ArrayList<>();
        for (int i = 0; i < scans.size(); i++) {
            Addressed each = scans.get(i);
            if (isHere.test(each.slot())) {
                own.add(each);
            } else {
                asked.put(i, elsewhere.ask(new Question.Scan(each.slot(), each.scan())));
            }
        }
        List<List<ListedBlob>> all = new ArrayList<>(own.isEmpty() ? List.of() : here.scanAll(own));
        // in ascending order, so that each finds its place
        asked.forEach((place, answer) ->
                all.add(place, await(answer, Answer.Rows.class).rows()));
        return all;
    }

    @Override
    public Optional<Command.Upload> upload(SlotId slot, BlobPath path, BlobId uploadId) {
        return isHere.test(slot)
                ? here.upload(slot, path, uploadId)
                : Optional.ofNullable(ask(new Question.Upload(slot, path, uploadId), Answer.Upload.class)
                        .upload());
    }

    @Override
    public List<Command.Upload> uploads(
            SlotId slot, String bucket, byte[] prefix, byte[] afterKey, @Nullable BlobId afterUploadId, int limit) {
        return isHere.test(slot)
                ? here.uploads(slot, bucket, prefix, afterKey, afterUploadId, limit)
                : ask(new Question.Uploads(slot, bucket, prefix, afterKey, afterUploadId, limit), Answer.Uploads.class)
                        .uploads();
    }

    @Override
    public List<Command.UploadPart> uploadParts(SlotId slot, BlobId uploadId, int afterNumber, int limit) {
        return isHere.test(slot)
                ? here.uploadParts(slot, uploadId, afterNumber, limit)
                : ask(new Question.UploadParts(slot, uploadId, afterNumber, limit), Answer.UploadParts.class)
                        .parts();
    }

    @Override
    public boolean holdsAny(SlotId slot, String bucket) {
        return isHere.test(slot)
                ? here.holdsAny(slot, bucket)
                : ask(new Question.HoldsAny(slot, bucket), Answer.Yes.class).yes();
    }

    @Override
    public List<SequencedEvent> events(SlotId slot, long afterSequence, int limit) {
        return isHere.test(slot)
                ? here.events(slot, afterSequence, limit)
                : ask(new Question.Events(slot, afterSequence, limit), Answer.Events.class)
                        .events();
    }

    @Override
    public long lastSequence(SlotId slot) {
        return isHere.test(slot)
                ? here.lastSequence(slot)
                : ask(new Question.LastSequence(slot), Answer.Sequence.class).sequence();
    }

    @Override
    public List<BlobId> garbage(SlotId slot, Instant before, int limit) {
        return here.garbage(slot, before, limit);
    }

    /** What is not referred to is deleted, so whoever holds the slot says. */
    @Override
    public boolean references(SlotId slot, BlobId folder) {
        return isHere.test(slot)
                ? here.references(slot, folder)
                : ask(new Question.References(slot, folder), Answer.Yes.class).yes();
    }

    @Override
    public List<StoredBlob> contents(SlotId slot, @Nullable BlobId after, int limit) {
        return here.contents(slot, after, limit);
    }

    @Override
    public Statistics statistics(SlotId slot) {
        return here.statistics(slot);
    }

    /**
     * The newest event of each slot that is elsewhere; of a group that cannot be asked there is none. Blocks.
     *
     * @param together the slots that the same nodes hold, group by group
     */
    public List<SequencedEvent> lastEventsElsewhere(List<List<SlotId>> together) {
        List<CompletableFuture<Answer>> asked = together.stream()
                .filter(slots -> !isHere.test(slots.getFirst()))
                .map(slots -> elsewhere.ask(new Question.LastEvents(slots)))
                .toList();
        Function<CompletableFuture<Answer>, List<SequencedEvent>> events = answer -> {
            try {
                return await(answer, Answer.Events.class).events();
            } catch (StoreException _) {
                return List.of();
            }
        };
        return asked.stream().map(events).flatMap(List::stream).toList();
    }

    /** The replicas are their owner's. */
    @Override
    public void close() {}
}
