package dev.skerry.cluster.remote;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.cluster.peer.NodeCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Answers other nodes about the slots that this one holds. How many ask at a time is bounded by the connections they
 * may have.
 */
public final class MetadataService {
    private final MetadataStore metadata;
    private final Predicate<SlotId> here;
    private final Executor threads;

    /**
     * Answers from {@code metadata}, which waits until it is as far as the slot's log was.
     *
     * @param here whether this node holds a replica of a slot
     * @param threads runs what blocks
     */
    public MetadataService(MetadataStore metadata, Predicate<SlotId> here, Executor threads) {
        this.metadata = metadata;
        this.here = here;
        this.threads = threads;
    }

    /** Answers from now on. */
    public void register(NodeCalls calls) {
        calls.serve(MetadataMessages.SERVICE, this::answer);
    }

    private CompletableFuture<byte[]> answer(byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                answer.complete(MetadataMessages.write(answer(MetadataMessages.question(request))));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private Answer answer(Question question) {
        if (!here.test(question.slot())) {
            return new Answer.Elsewhere();
        }
        try {
            return ask(question);
        } catch (StoreException e) {
            return new Answer.Failed(e.failure());
        }
    }

    private Answer ask(Question question) {
        return switch (question) {
            case Question.Find(var slot, var path, var selector) ->
                new Answer.Meta(metadata.find(slot, path, selector).orElse(null));
            case Question.Open(var slot, var path, var selector) ->
                new Answer.Blob(metadata.open(slot, path, selector).orElse(null));
            case Question.Newest(var slot, var path) ->
                new Answer.Meta(metadata.newest(slot, path).orElse(null));
            case Question.Generations(var slot, var path, int limit) ->
                new Answer.Metas(metadata.generations(slot, path, limit));
            case Question.ByBlobId(var slot, var id) ->
                new Answer.Blob(metadata.byBlobId(slot, id).orElse(null));
            case Question.Scan(var slot, var scan) -> new Answer.Rows(metadata.scan(slot, scan));
            case Question.Upload(var slot, var path, var id) ->
                new Answer.Upload(metadata.upload(slot, path, id).orElse(null));
            case Question.Uploads(var slot, var bucket, var prefix, var afterKey, var afterId, int limit) ->
                new Answer.Uploads(metadata.uploads(slot, bucket, prefix, afterKey, afterId, limit));
            case Question.UploadParts(var slot, var id, int afterNumber, int limit) ->
                new Answer.UploadParts(metadata.uploadParts(slot, id, afterNumber, limit));
            case Question.HoldsAny(var slot, var bucket) -> new Answer.Yes(metadata.holdsAny(slot, bucket));
            case Question.References(var slot, var folder) -> new Answer.Yes(metadata.references(slot, folder));
            case Question.Events(var slot, long after, int limit) ->
                new Answer.Events(metadata.events(slot, after, limit));
            case Question.LastSequence(var slot) -> new Answer.Sequence(metadata.lastSequence(slot));
            case Question.LastEvents(var slots) -> new Answer.Events(lastEvents(slots));
        };
    }

    private List<SequencedEvent> lastEvents(List<SlotId> slots) {
        List<SequencedEvent> events = new ArrayList<>();
        for (SlotId slot : slots) {
            if (!metadata.quarantined().containsKey(slot)) {
                events.addAll(metadata.events(slot, metadata.lastSequence(slot) - 1, 1));
            }
        }
        return events;
    }
}
