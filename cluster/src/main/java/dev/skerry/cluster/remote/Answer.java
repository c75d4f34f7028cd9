package dev.skerry.cluster.remote;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a replica says to a {@link Question}. */
sealed interface Answer {
    record Meta(@Nullable BlobMeta meta) implements Answer {}

    record Blob(@Nullable StoredBlob blob) implements Answer {}

    record Metas(List<BlobMeta> metas) implements Answer {}

    record Rows(List<ListedBlob> rows) implements Answer {}

    record Upload(Command.@Nullable Upload upload) implements Answer {}

    record Uploads(List<Command.Upload> uploads) implements Answer {}

    record UploadParts(List<Command.UploadPart> parts) implements Answer {}

    record Yes(boolean yes) implements Answer {}

    record Sequence(long sequence) implements Answer {}

    record Events(List<SequencedEvent> events) implements Answer {}

    /** The replica could not answer, and why. */
    record Failed(StoreFailure failure) implements Answer {}

    /** The node asked holds no replica of the slot: the topology has changed, for one of the two. */
    record Elsewhere() implements Answer {}
}
